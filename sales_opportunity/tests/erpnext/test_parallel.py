"""Clicks at the same moment, each in a transaction of its own: one customer, one order."""

from functools import partial

import frappe
from frappe.utils import nowdate

from sales_opportunity.api import close_as_won
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
	create_frame_document,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote, make_call_off
from sales_opportunity.tests.erpnext.at_once import at_once
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_deal,
	make_item,
	make_lead,
	order_of,
	win,
)
from sales_opportunity.tests.settings import commit_settings


class TestParallelClicks(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		frappe.db.set_value("Item", make_item().name, "valuation_rate", 5)

	def test_parallel_wins_of_one_lead_make_one_customer(self):
		lead = make_lead(company_name=f"Parallel {frappe.generate_hash(length=6)}")
		deals = [make_deal(party_type="Lead", party=lead.name) for _again in range(4)]
		for deal in deals:
			frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31")).submit()
		# The others see only what is committed.
		frappe.db.commit()
		results = at_once(*(partial(close_as_won, deal.name) for deal in deals))
		self.assertEqual([result for result in results if isinstance(result, Exception)], [])
		parties = {frappe.db.get_value("Sales Opportunity", deal.name, "party") for deal in deals}
		self.assertEqual(frappe.get_all("Customer", {"lead_name": lead.name}, pluck="name"), list(parties))

	def test_parallel_clicks_never_order_more_than_was_sold(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		# The others see only what is committed.
		frappe.db.commit()
		line = deal.items[0].name

		def click():
			items = [{"opportunity_item": line, "quantity": 2}]
			return create_fulfilment_request(deal.name, "Order", items)

		results = at_once(click, click, click)
		self.assertEqual(sum(isinstance(result, str) for result in results), 1)
		self.assertEqual(frappe.db.count("Sales Order", {"sales_opportunity": deal.name}), 1)

	def test_clicks_here_and_there_never_deliver_or_bill_more_than_was_ordered(self):
		mapper = "erpnext.selling.doctype.sales_order.sales_order"
		for kind, doctype, method in (
			("Shipping", "Delivery Note", "make_delivery_note"),
			("Billing", "Sales Invoice", "make_sales_invoice"),
		):
			deal, _quote = win(make_deal([{"quantity": 3}]))
			order = order_of(create_fulfilment_request(deal.name, "Order"))
			order.submit()
			# The others see only what is committed.
			frappe.db.commit()
			items = [{"opportunity_item": deal.items[0].name, "quantity": 2}]

			def by_hand(path=f"{mapper}.{method}", name=order.name):
				document = frappe.get_attr(path)(name)
				document.items[0].qty = 2
				return document.insert().name

			click = partial(create_fulfilment_request, deal.name, kind, items)
			results = at_once(click, by_hand, click, by_hand)
			with self.subTest(kind):
				self.assertEqual(sum(isinstance(result, str) for result in results), 1, results)
				rows = frappe.get_all(f"{doctype} Item", {"so_detail": order.items[0].name}, pluck="qty")
				self.assertEqual(rows, [2])

	def test_two_returns_of_one_delivery_both_count(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		order_of(create_fulfilment_request(deal.name, "Order")).submit()
		note = order_of(create_fulfilment_request(deal.name, "Shipping"))
		note.submit()
		returns = []
		for _again in range(2):
			returned = frappe.get_attr("erpnext.stock.doctype.delivery_note.delivery_note.make_sales_return")(
				note.name
			)
			returned.items[0].qty = -1
			returns.append(returned.insert().name)
		# The others see only what is committed.
		frappe.db.commit()

		def submit(name: str) -> str:
			return frappe.get_doc("Delivery Note", name).submit().name

		results = at_once(*(partial(submit, name) for name in returns))
		self.assertEqual([result for result in results if isinstance(result, Exception)], [])
		self.assertEqual([line["done"] for line in follow_ups(deal.name)["Shipping"]], [1])

	def test_orders_at_once_use_up_a_blanket_order_together(self):
		settings = frappe.get_doc("Sales Opportunity Settings")
		self.addCleanup(commit_settings, submit_orders=settings.submit_orders)
		commit_settings(submit_orders=1)
		frame, _quote = win(make_deal([{"quantity": 20}], is_frame=1))
		blanket = create_frame_document(frame.name, "Blanket Order", nowdate(), nowdate())
		deals = []
		for _again in range(6):
			deal = frappe.get_doc({**make_call_off(frame.name), "stage": "Inquiry"})
			deal.items[0].quantity = 2
			deals.append(win(deal.insert())[0].name)

		def ordered(*actions) -> float:
			# The others see only what is committed.
			frappe.db.commit()
			results = at_once(*actions)
			self.assertEqual([result for result in results if isinstance(result, Exception)], [])
			return frappe.get_doc("Blanket Order", blanket).items[0].ordered_qty

		def submit(name: str) -> str:
			return frappe.get_doc("Sales Order", name).submit().name

		click = partial(create_fulfilment_request, kind="Order")
		self.assertEqual(ordered(*(partial(click, deal) for deal in deals[:3])), 6)
		commit_settings(submit_orders=0)
		drafts = [order_of(click(deal)).name for deal in deals[3:]]
		self.assertEqual(ordered(*(partial(submit, name) for name in drafts)), 12)

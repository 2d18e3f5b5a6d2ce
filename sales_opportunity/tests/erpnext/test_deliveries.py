"""Delivery notes and invoices of a won deal: by one click, in parts, to the cent, and what comes back of them."""

from unittest.mock import patch

import frappe
from frappe import _
from frappe.utils import nowdate

from sales_opportunity.demo.acting import acting
from sales_opportunity.erpnext.errors import NotOrderedError
from sales_opportunity.erpnext.orders import events
from sales_opportunity.erpnext.orders.deliveries import taken_stock
from sales_opportunity.erpnext.orders.taxes import freight_account_of
from sales_opportunity.overrides.timeline import opportunity_stream
from sales_opportunity.patches import total_documents_of_requests, total_orders_as_they_are
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	make_document_of,
	makeable_document,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import lock
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import ExceedsSoldError
from sales_opportunity.sales_opportunity.report.customer_journey.customer_journey import execute
from sales_opportunity.tests.erpnext.delivering import (
	NAMES,
	ORDERS,
	RETURNS,
	by_hand,
	made,
	ordered,
	progress,
)
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	amend,
	default_company,
	make_customer,
	make_deal,
	make_item,
	order_of,
	unit,
	win,
)
from sales_opportunity.tests.factories import make_user

SERVICE = "ERP-FITTING"


def update_status(status: str, order: str) -> None:
	"""Do what the buttons *Close* and *Re-open* of an order do."""
	frappe.get_attr(f"{ORDERS}.update_status")(status, order)


class TestDeliveries(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		for item in (make_item(), make_item("ERP-BOOK", 10, percent=7)):
			frappe.db.set_value("Item", item.name, "valuation_rate", 5)
		make_item(SERVICE, 80, is_stock_item=0)

	def test_half_and_then_the_rest_are_delivered_and_billed(self):
		deal, quote, order = ordered([{"quantity": 4, "rate": 50}], discount_percentage=3, freight=10)
		for kind, doctype, link in (
			("Shipping", "Delivery Note", "against_sales_order"),
			("Billing", "Sales Invoice", "sales_order"),
		):
			half, rest = made(deal, kind, 2), made(deal, kind)
			with self.subTest(kind):
				for part in (half, rest):
					self.assertEqual((part.doctype, part.docstatus, part.customer), (doctype, 0, deal.party))
					self.assertEqual([(row.qty, row.get(link)) for row in part.items], [(2, order.name)])
					part.submit()
				self.assertEqual(progress(deal, kind), [(4, 4)])
				with self.assertRaises(frappe.ValidationError):
					create_fulfilment_request(deal.name, kind)
		order.reload()
		self.assertEqual((order.per_delivered, order.per_billed), (100, 100))
		invoices = frappe.get_all("Sales Invoice Item", {"sales_order": order.name}, pluck="parent")
		totals = frappe.get_all("Sales Invoice", {"name": ("in", invoices)}, pluck="grand_total")
		self.assertEqual(round(sum(totals), 2), quote.gross_total)

	def test_an_invoice_has_the_sums_of_the_quote(self):
		two_rates = [{"quantity": 3, "rate": 33.33}, {"item": "ERP-BOOK", "quantity": 7, "rate": 9.97}]
		for lines, values in (
			([{"quantity": 3, "rate": 1000, "discount_percentage": 15}], {}),
			(two_rates, {"discount_percentage": 7.5, "freight": 4.99}),
			(two_rates, {"freight": 4.99, "freight_tax_rate": "7 %"}),
		):
			for paper in ({}, {"prices_include_tax": 1}):
				with self.subTest(values, paper=paper):
					deal, quote, _order = ordered(lines, paper, **values)
					self.assertEqual(made(deal, "Billing").grand_total, quote.gross_total)

	def test_parts_of_a_bill_come_to_the_whole(self):
		lines = [{"quantity": 3, "rate": 33.33}, {"item": "ERP-BOOK", "quantity": 7, "rate": 9.97}]
		deal, _quote, _order = ordered(lines, discount_percentage=7.5, freight=4.99)
		parts = [made(deal, "Billing", 1, 2), made(deal, "Billing", 0, 3), made(deal, "Billing")]
		nets = [frappe.get_doc("Fulfilment Request", {"reference_name": part.name}) for part in parts]
		self.assertEqual(round(sum(request.document_total for request in nets), 2), deal.amount)
		self.assertEqual([bool(request.freight) for request in nets], [True, False, False])

	def test_the_freight_of_a_document_is_shared_by_the_deals_that_are_on_it(self):
		item = make_item(SERVICE, 80, is_stock_item=0).name
		customer = make_customer().name
		(first, _quote, one), (second, _quote, other) = (
			ordered([{"item": item, "rate": rate}], customer=customer, freight=freight)
			for rate, freight in ((100, 10), (300, 5))
		)
		make_invoice = frappe.get_attr(f"{ORDERS}.make_sales_invoice")
		invoice = make_invoice(other.name, make_invoice(one.name))
		invoice.insert()
		freight = sum(
			row.tax_amount for row in invoice.taxes if row.account_head == freight_account_of(invoice.company)
		)
		self.assertGreater(freight, 0)
		totals = [
			frappe.db.get_value(
				"Fulfilment Request", {"opportunity": deal.name, "kind": "Billing"}, "document_total"
			)
			for deal in (first, second)
		]
		self.assertEqual(totals, [100 + freight / 4, 300 + freight * 3 / 4])
		invoice.submit()
		returned = frappe.get_attr(RETURNS["Billing"])(invoice.name)
		returned.insert().submit()
		for deal in (first, second):
			self.assertEqual(progress(deal, "Billing"), [(0, 0)])

	def test_services_are_billed_only(self):
		deal, _quote, order = ordered([{"quantity": 1}, {"item": SERVICE, "quantity": 2}])
		self.assertEqual([row.item_code for row in made(deal, "Shipping").items], [order.items[0].item_code])
		self.assertEqual(len(made(deal, "Billing").items), 2)

	def test_the_parts_of_a_bundle_are_delivered_as_far_as_it_is(self):
		bundle = make_item("ERP-BUNDLE", 100, is_stock_item=0).name
		parts = [{"item_code": "ERP-BOOK", "qty": 3, "uom": unit()}]
		frappe.get_doc({"doctype": "Product Bundle", "new_item_code": bundle, "items": parts}).insert()
		deal, _quote, _order = ordered([{"item": bundle, "quantity": 4}])
		note = made(deal, "Shipping", 1)
		self.assertEqual([(row.item_code, row.qty) for row in note.packed_items], [("ERP-BOOK", 3)])
		note.submit()
		self.assertEqual(progress(deal, "Shipping"), [(1, 1)])

	def test_what_is_on_no_submitted_order_is_not_delivered(self):
		deal, _quote = win(make_deal([{"quantity": 2}]))
		with self.assertRaisesRegex(NotOrderedError, "submitted"):
			create_fulfilment_request(deal.name, "Shipping")
		line = [{"opportunity_item": deal.items[0].name, "quantity": 1}]
		order_of(create_fulfilment_request(deal.name, "Order", line)).submit()
		with self.assertRaisesRegex(NotOrderedError, "1.*2"):
			create_fulfilment_request(deal.name, "Shipping")
		self.assertEqual(made(deal, "Shipping", 1).items[0].qty, 1)

	def test_what_erpnext_has_billed_in_full_says_where_to_look(self):
		deal, _quote, order = ordered([{"quantity": 2}])
		frappe.db.set_value("Sales Order Item", order.items[0].name, "billed_amt", order.items[0].amount)
		with self.assertRaisesRegex(NotOrderedError, f"{order.name}.*connections"):
			create_fulfilment_request(deal.name, "Billing")

	def test_one_document_delivers_what_is_on_two_orders(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		for quantity in (1, 2):
			made(deal, "Order", quantity).submit()
		for kind in NAMES:
			self.assertEqual([row.qty for row in made(deal, kind).items], [1, 2])

	def test_a_delivery_reads_in_one_query_what_invoices_have_delivered(self):
		deal, _quote, order = ordered([{"quantity": 5}])
		for quantity in (1, 1, 1):
			invoice = frappe.get_attr(f"{ORDERS}.make_sales_invoice")(order.name)
			invoice.update_stock = 1
			invoice.items[0].qty = quantity
			invoice.insert()
		by_hand(order, "Billing", 2)
		row = order.items[0].name
		with patch.object(frappe.db, "sql", side_effect=frappe.db.sql) as sql:
			self.assertEqual(taken_stock("Delivery Note", [row]), {row: 3})
		self.assertEqual(sql.call_count, 2)
		self.assertEqual(made(deal, "Shipping").items[0].qty, 2)

	def test_one_bill_of_what_was_ordered_in_parts_comes_to_the_whole(self):
		for lines, values in (
			([{"quantity": 2, "rate": 0.125}], {}),
			(
				[{"quantity": 3, "rate": 33.335}, {"item": "ERP-BOOK", "quantity": 2, "rate": 0.125}],
				{"freight": 4.99},
			),
		):
			with self.subTest(lines):
				deal, quote = win(make_deal(lines, **values))
				for _again in range(2):
					made(deal, "Order", *[1] * len(lines)).submit()
				if lines[0]["quantity"] == 3:
					made(deal, "Order").submit()
				invoice = made(deal, "Billing")
				self.assertEqual(invoice.grand_total, quote.gross_total)

	def test_the_freight_of_the_first_order_is_billed_with_both(self):
		deal, _quote = win(make_deal([{"quantity": 2, "rate": 100}], freight=5))
		for _again in range(2):
			order = made(deal, "Order", 1)
			order.items[0].rate = 90
			order.save().submit()
		invoice = made(deal, "Billing")
		self.assertEqual(invoice.net_total, 180)
		self.assertEqual([row.tax_amount for row in invoice.taxes if row.description == _("Freight")], [5])

	def test_who_may_not_make_it_asks_for_it(self):
		seller = make_user("erp-asking@example.com", "Sales User", "Sales Fulfilment").name
		deal, _quote, _order = ordered(opportunity_owner=seller)
		with acting(seller):
			request = create_fulfilment_request(deal.name, "Billing")
			self.assertIsNone(makeable_document(request))
			self.assertRaises(frappe.PermissionError, make_document_of, request)
		self.assertFalse(frappe.db.get_value("Fulfilment Request", request, "reference_name"))
		self.assertEqual(makeable_document(request), "Sales Invoice")
		doctype, name = make_document_of(request)
		self.assertEqual(frappe.get_doc(doctype, name).items[0].qty, 1)
		self.assertEqual(progress(deal, "Billing"), [(1, 0)])

	def test_documents_made_by_hand_from_the_order_count_just_the_same(self):
		for kind in NAMES:
			with self.subTest(kind):
				deal, _quote, order = ordered([{"quantity": 3}])
				document = by_hand(order, kind, 2)
				self.assertEqual(progress(deal, kind), [(2, 0)])
				document.submit()
				self.assertEqual(progress(deal, kind), [(2, 2)])
				self.assertEqual(made(deal, kind).items[0].qty, 1)
				frappe.db.savepoint("too_much")
				with self.assertRaises(ExceedsSoldError):
					by_hand(order, kind, 1)
				frappe.db.rollback(save_point="too_much")

	def test_a_document_made_by_hand_is_that_which_was_asked_for(self):
		seller = make_user("erp-asking@example.com", "Sales User", "Sales Fulfilment").name
		deal, _quote, order = ordered([{"quantity": 3}], opportunity_owner=seller)
		with acting(seller):
			request = create_fulfilment_request(deal.name, "Billing")
		invoice = by_hand(order, "Billing", 2)
		made_of = frappe.get_doc("Fulfilment Request", {"reference_name": invoice.name})
		self.assertEqual(made_of.items[0].quantity, 2)
		rest = frappe.get_doc("Fulfilment Request", request)
		self.assertEqual((rest.status, rest.reference_name, rest.items[0].quantity), ("Open", None, 1))
		invoice.items[0].qty = 3
		invoice.save()
		self.assertEqual(frappe.db.get_value("Fulfilment Request", request, "status"), "Cancelled")
		self.assertEqual(progress(deal, "Billing"), [(3, 0)])

	def test_cancelling_and_deleting_there_frees_the_quantity_here(self):
		for kind in NAMES:
			for action in ("cancel", "delete", "less"):
				with self.subTest(kind, action=action):
					deal, _quote, _order = ordered([{"quantity": 3}])
					document = made(deal, kind)
					if action == "cancel":
						document.submit()
						document.cancel()
						amended = amend(document)
						amended.insert()
						self.assertEqual(progress(deal, kind), [(3, 0)])
						amended.delete()
					elif action == "delete":
						document.delete()
					else:
						document.items[0].qty = 1
						document.save()
					self.assertEqual(progress(deal, kind), [(1, 0) if action == "less" else (0, 0)])
					self.assertEqual(made(deal, kind).items[0].qty, 2 if action == "less" else 3)

	def test_what_comes_back_is_open_again(self):
		for kind, path in RETURNS.items():
			with self.subTest(kind):
				deal, _quote, _order = ordered([{"quantity": 3, "rate": 100}])
				document = made(deal, kind)
				document.submit()
				returned = frappe.get_attr(path)(document.name)
				returned.items[0].qty = -2
				returned.insert()
				self.assertEqual(progress(deal, kind), [(3, 3)])
				returned.submit()
				self.assertEqual(progress(deal, kind), [(1, 1)])
				request = frappe.get_doc("Fulfilment Request", {"reference_name": document.name})
				self.assertEqual((request.document_total, request.status), (100, "Done"))
				returned.cancel()
				self.assertEqual(progress(deal, kind), [(3, 3)])
				whole = frappe.get_attr(path)(document.name)
				whole.insert().submit()
				self.assertEqual(progress(deal, kind), [(0, 0)])
				whole.cancel()
				self.assertEqual(progress(deal, kind), [(3, 3)])

	def test_a_credit_on_the_price_leaves_the_quantity_billed(self):
		deal, _quote, _order = ordered([{"quantity": 3, "rate": 100}])
		invoice = made(deal, "Billing")
		invoice.submit()
		credit = frappe.get_attr(RETURNS["Billing"])(invoice.name)
		credit.items[0].update({"rate": 10, "price_list_rate": 10})
		credit.insert().submit()
		self.assertEqual(progress(deal, "Billing"), [(3, 3)])
		request = frappe.get_doc("Fulfilment Request", {"reference_name": invoice.name})
		self.assertEqual(request.document_total, 270)

	def test_an_invoice_that_updates_the_stock_delivers_too(self):
		deal, _quote, order = ordered([{"quantity": 2}])
		invoice = frappe.get_attr(f"{ORDERS}.make_sales_invoice")(order.name)
		invoice.update_stock = 1
		invoice.insert().submit()
		for kind in NAMES:
			self.assertEqual(progress(deal, kind), [(2, 2)])

	def test_a_credit_note_takes_back_only_goods_that_come_back(self):
		for update_stock, rate, shipped, billed in ((0, 100, 2, 1), (1, 100, 1, 1), (1, 50, 1, 2)):
			with self.subTest(update_stock=update_stock, rate=rate):
				deal, _quote, order = ordered([{"quantity": 2, "rate": 100}])
				invoice = frappe.get_attr(f"{ORDERS}.make_sales_invoice")(order.name)
				invoice.update({"update_stock": 1}).insert().submit()
				credit = frappe.get_attr(RETURNS["Billing"])(invoice.name)
				credit.update_stock = update_stock
				credit.items[0].update({"qty": -1, "rate": rate, "price_list_rate": rate})
				credit.insert().submit()
				self.assertEqual(progress(deal, "Shipping"), [(shipped, shipped)])
				self.assertEqual(progress(deal, "Billing"), [(billed, billed)])

	def test_an_invoice_that_updates_the_stock_no_more_delivers_nothing(self):
		deal, _quote, order = ordered([{"quantity": 2}])
		invoice = frappe.get_attr(f"{ORDERS}.make_sales_invoice")(order.name)
		invoice.update({"update_stock": 1}).insert()
		for update_stock, shipped in ((0, 0), (1, 2), (0, 0)):
			invoice.update({"update_stock": update_stock}).save()
			self.assertEqual(progress(deal, "Shipping"), [(shipped, 0)])
			self.assertEqual(progress(deal, "Billing"), [(2, 0)])
		invoice.submit()
		self.assertEqual((progress(deal, "Shipping"), progress(deal, "Billing")), ([(0, 0)], [(2, 2)]))
		by_hand(order, "Shipping").submit()
		self.assertEqual(progress(deal, "Shipping"), [(2, 2)])

	def test_cancelling_locks_the_deal_before_the_stock(self):
		deal, _quote, _order = ordered([{"quantity": 2}])
		note = made(deal, "Shipping")
		note.submit()
		entries = {"voucher_no": note.name, "is_cancelled": 0}
		seen = []

		def lock_and_look(opportunity: str) -> None:
			lock(opportunity)
			seen.append((opportunity, frappe.db.count("Stock Ledger Entry", entries)))

		with patch.object(events, "lock", lock_and_look):
			note.cancel()
		self.assertEqual(seen[:1], [(deal.name, 1)])

	def test_what_was_not_delivered_of_a_closed_order_can_be_ordered_anew(self):
		for delivered, billed, kept in ((6, 6, 6), (6, 0, 6), (2, 6, 6), (0, 0, 0)):
			with self.subTest(delivered=delivered, billed=billed):
				deal, _quote, order = ordered([{"quantity": 10, "rate": 100}])
				for kind, quantity in (("Shipping", delivered), ("Billing", billed)):
					if quantity:
						made(deal, kind, quantity).submit()
				request = order.fulfilment_request
				update_status("Closed", order.name)
				self.assertEqual(progress(deal, "Order"), [(kept, kept)])
				if kept:
					total = frappe.db.get_value("Fulfilment Request", request, "document_total")
					self.assertEqual(total, kept * 100)
				frappe.db.savepoint("closed")
				self.assertEqual(made(deal, "Order").items[0].qty, 10 - kept)
				frappe.db.rollback(save_point="closed")
				update_status("Draft", order.name)
				self.assertEqual(progress(deal, "Order"), [(10, 10)])
				self.assertEqual(made(deal, "Shipping").items[0].qty, 10 - delivered)

	def test_prices_that_were_changed_on_the_order_are_billed(self):
		deal, _quote = win(make_deal([{"quantity": 2, "rate": 100}], freight=5))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		order.items[0].rate = 90
		order.save().submit()
		first, second = made(deal, "Billing", 1), made(deal, "Billing")
		self.assertEqual([part.net_total for part in (first, second)], [90, 90])
		self.assertEqual([part.taxes[-1].tax_amount > 0 for part in (first, second)], [True, True])
		self.assertEqual(order.company, default_company())
		self.assertEqual(str(first.posting_date), nowdate())

	def test_prices_that_were_changed_against_each_other_are_billed(self):
		lines = [{"quantity": 1, "rate": 100}, {"item": "ERP-BOOK", "quantity": 1, "rate": 100}]
		deal, _quote = win(make_deal(lines))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		for row, rate in zip(order.items, (110, 90), strict=True):
			row.update({"rate": rate, "price_list_rate": rate})
		order.save().submit()
		self.assertEqual([row.rate for row in made(deal, "Billing").items], [110, 90])

	def test_orders_from_before_are_billed_at_the_prices_that_they_have(self):
		deal, _quote = win(make_deal([{"quantity": 2, "rate": 100}]))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		order.items[0].rate = 90
		order.save().submit()
		request = frappe.get_doc("Fulfilment Request", order.fulfilment_request)
		request.db_set({"document_total": 0, "base_document_total": 0})
		total_documents_of_requests.execute()
		for _again in range(2):
			total_orders_as_they_are.execute()
		request.reload()
		self.assertEqual((request.document_total, request.base_document_total), (180, 180))
		self.assertEqual(made(deal, "Billing").items[0].rate, 90)

	def test_stream_and_journey_show_each_document(self):
		deal, _quote, order = ordered([{"quantity": 2}])
		note, invoice = made(deal, "Shipping"), made(deal, "Billing")
		note.submit()
		invoice.submit()
		get_payment = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
		payment = frappe.get_attr(get_payment)(invoice.doctype, invoice.name)
		payment.update({"reference_no": "1", "reference_date": nowdate()})
		payment.insert().submit()
		stream = " ".join(entry["content"] for entry in opportunity_stream(deal.doctype, deal.name))
		_columns, rows, *_rest = execute({"party_type": "Customer", "party": deal.party})
		for document in (order, note, invoice, payment):
			with self.subTest(document.doctype):
				self.assertIn(document.name, stream)
				self.assertIn(document.doctype, [row["kind"] for row in rows if document.name in row["text"]])
		reader = make_user("erp-viewer@example.com", "Sales Viewer").name
		with acting(reader):
			self.assertNotIn(order.name, str(opportunity_stream(deal.doctype, deal.name)))

"""A won frame contract becomes a Blanket Order, and the orders of its call-offs use it up at the prices of their deals."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.api import reopen
from sales_opportunity.currency import format_amount
from sales_opportunity.demo.acting import acting
from sales_opportunity.erpnext.errors import SecondBlanketOrderError, UnfitLineError
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.masters.adapters import extend_bootinfo
from sales_opportunity.overrides.timeline import opportunity_stream
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
	FrameDocumentedError,
	NoWonFrameError,
	create_frame_document,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import make_call_off
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	amend,
	counts,
	default_company,
	make_deal,
	make_item,
	make_lead,
	order_of,
	win,
)
from sales_opportunity.tests.factories import get_or_make, make_user
from sales_opportunity.tests.settings import use_settings

DOCTYPE = "Blanket Order"
BIKE, BOOK = "ERP-BIKE", "ERP-FRAME-BOOK"


class TestBlanketOrders(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.savepoint("blanket")
		self.addCleanup(frappe.clear_cache, doctype=DOCTYPE)
		self.addCleanup(frappe.db.rollback, save_point="blanket")
		self.addCleanup(frappe.set_user, "Administrator")
		use_settings(self, use_related_deals=1, submit_orders=1)
		make_item(BOOK, 10, percent=7)

	def frame(self, lines: list[dict] | None = None, **values):
		lines = lines or [{"quantity": 10, "rate": 1000}, {"item": BOOK, "quantity": 100, "rate": 9.5}]
		return win(make_deal(lines, is_frame=1, **values))[0]

	def blanket(self, frame, last: str | None = None):
		return frappe.get_doc(
			DOCTYPE, create_frame_document(frame.name, DOCTYPE, site_day(), last or site_day(364))
		)

	def call_off(self, frame, *quantities: float, more: tuple[dict, ...] = ()):
		"""Return the order of a won call-off with these quantities of the frame's lines and `more` lines, and its quote."""
		deal = frappe.get_doc({**make_call_off(frame.name), "stage": "Inquiry"})
		for row, quantity in zip(deal.items, quantities, strict=True):
			row.quantity = quantity
		deal.extend("items", more)
		deal, quote = win(deal.insert())
		return order_of(create_fulfilment_request(deal.name, "Order")), quote

	def ordered(self, blanket) -> list[float]:
		return [row.ordered_qty for row in frappe.get_doc(DOCTYPE, blanket.name).items]

	def test_a_won_frame_contract_becomes_a_blanket_order(self):
		frame = self.frame()
		doc = self.blanket(frame)
		self.assertEqual((doc.blanket_order_type, doc.docstatus), ("Selling", 1))
		self.assertEqual((doc.customer, doc.company), (frame.party, default_company()))
		self.assertEqual((getdate(doc.from_date), getdate(doc.to_date)), (getdate(), getdate(site_day(364))))
		self.assertEqual(
			[(row.item_code, row.qty, row.rate) for row in doc.items], [(BIKE, 10, 1000), (BOOK, 100, 9.5)]
		)

	def test_it_stays_a_draft_where_orders_do(self):
		use_settings(self, submit_orders=0)
		self.assertEqual(self.blanket(self.frame()).docstatus, 0)

	def test_prices_have_the_discounts_that_call_offs_have(self):
		lines = [
			{"quantity": 10, "rate": 1000, "discount_percentage": 10},
			{"item": BOOK, "quantity": 3, "rate": 100, "discount_amount": 10},
		]
		frame = self.frame(lines, discount_percentage=5, freight=50)
		doc = self.blanket(frame)
		self.assertEqual([row.rate for row in doc.items], [855, 91.833334])
		self.assertIn("833334", doc.items[1].get_formatted("rate"))

	def test_lines_of_one_item_are_one_row_in_its_stock_unit(self):
		box = get_or_make("UOM", "ERP Frame Box", uom_name="ERP Frame Box").name
		item = frappe.get_doc("Item", BOOK)
		item.append("uoms", {"uom": box, "conversion_factor": 10})
		item.save()
		lines = [
			{"item": BOOK, "quantity": 20, "rate": 10},
			{"item": BOOK, "quantity": 8, "rate": 50, "unit": box},
		]
		(row,) = self.blanket(self.frame(lines)).items
		self.assertEqual((row.qty, row.rate), (100, 6))

	def test_a_recurring_line_has_the_price_of_its_term_and_credits_stay_away(self):
		care = make_item("ERP-CARE", 49.9, is_stock_item=0).name
		recurring = {"item": care, "quantity": 3, "rate": 49.9, "recurrence": "Monthly", "periods": 24}
		credit = {"quantity": 1, "rate": 10, "deduction": "Credit"}
		frame = self.frame([recurring, credit])
		self.assertEqual([(row.qty, row.rate) for row in self.blanket(frame).items], [(3, 1197.6)])

	def test_orders_of_call_offs_use_it_up_at_the_prices_of_their_quotes(self):
		frame = self.frame(
			[
				{"quantity": 10, "rate": 33.33, "discount_percentage": 15},
				{"item": BOOK, "quantity": 100, "rate": 9.97},
			],
			discount_percentage=3,
		)
		doc = self.blanket(frame)
		order, quote = self.call_off(frame, 3, 7)
		self.assertEqual({row.blanket_order for row in order.items}, {doc.name})
		self.assertEqual((order.net_total, order.grand_total), (quote.net_total, quote.gross_total))
		self.assertEqual([row.against_blanket_order for row in order.items], [1, 1])
		self.assertEqual(self.ordered(doc), [3, 7])
		again, quote = self.call_off(frame, 7, 93)
		self.assertEqual((again.net_total, again.grand_total), (quote.net_total, quote.gross_total))
		self.assertEqual(self.ordered(doc), [10, 100])
		order.reload()
		order.cancel()
		self.assertEqual(self.ordered(doc), [7, 93])

	def test_the_form_would_come_to_the_same_prices(self):
		frame = self.frame([{"quantity": 10, "rate": 33.33, "discount_percentage": 15}])
		self.blanket(frame)
		order, _quote = self.call_off(frame, 3)
		row = order.items[0]
		self.assertEqual((row.blanket_order_rate, row.rate), (row.price_list_rate, 28.3305))

	def test_saving_a_draft_again_changes_no_price(self):
		frame = self.frame()
		self.blanket(frame)
		use_settings(self, submit_orders=0)
		order, quote = self.call_off(frame, 3, 7)
		order.save()
		self.assertEqual((order.net_total, order.grand_total), (quote.net_total, quote.gross_total))
		self.assertTrue(all(row.blanket_order for row in order.items))

	def test_what_is_not_left_is_ordered_all_the_same_and_does_not_count(self):
		frame = self.frame()
		doc = self.blanket(frame)
		self.call_off(frame, 8, 10)
		frappe.local.message_log = []
		order, _quote = self.call_off(frame, 3, 10)
		self.assertEqual([row.blanket_order for row in order.items], [None, doc.name])
		self.assertEqual(self.ordered(doc), [8, 20])
		self.assertIn(BIKE, str(frappe.get_message_log()))

	def test_what_drafts_have_is_not_left_for_others(self):
		frappe.db.set_single_value("Selling Settings", "blanket_order_allowance", 50)
		frame = self.frame()
		doc = self.blanket(frame)
		use_settings(self, submit_orders=0)
		first, _quote = self.call_off(frame, 8, 10)
		second, _quote = self.call_off(frame, 3, 90)
		self.assertEqual([row.blanket_order for row in first.items], [doc.name] * 2)
		self.assertEqual([row.blanket_order for row in second.items], [None, doc.name])
		for order in (second, first):
			order.save()
			order.submit()
		self.assertEqual(self.ordered(doc), [8, 100])

	def test_trade_ins_and_credits_use_up_nothing(self):
		frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
		frame = self.frame()
		doc = self.blanket(frame)
		old = {"item_type": "Item", "item": BIKE, "quantity": 2, "rate": 100, "deduction": "Trade-In"}
		order, _quote = self.call_off(frame, 9, 10, more=(old,))
		self.assertEqual([row.blanket_order for row in order.items], [doc.name, doc.name, None])
		self.assertEqual(self.ordered(doc), [9, 10])

	def test_erpnexts_allowance_counts(self):
		frappe.db.set_single_value("Selling Settings", "blanket_order_allowance", 50)
		frame = self.frame()
		doc = self.blanket(frame)
		self.call_off(frame, 8, 10)
		order, _quote = self.call_off(frame, 3, 10)
		self.assertEqual((order.items[0].blanket_order, self.ordered(doc)), (doc.name, [11, 20]))

	def test_one_that_is_over_or_does_not_run_yet_is_not_used_up(self):
		frame = self.frame()
		doc = self.blanket(frame)
		tomorrow, yesterday = add_days(nowdate(), 1), add_days(nowdate(), -1)
		for days in ({"from_date": tomorrow}, {"from_date": yesterday, "to_date": yesterday}):
			frappe.db.set_value(DOCTYPE, doc.name, days)
			order, _quote = self.call_off(frame, 1, 1)
			with self.subTest(days):
				self.assertEqual([row.blanket_order for row in order.items], [None, None])

	def test_the_frame_stays_a_won_one_until_it_is_cancelled(self):
		frame = self.frame()
		doc = self.blanket(frame)
		lost = {
			"stage": frappe.db.get_value("Qualification Stage", {"stage_type": "Lost"}),
			"closing_reason": frappe.db.get_value("Closing Reason", {"outcome": "Lost", "enabled": 1}),
		}
		for values in ({"stage": "Inquiry"}, lost, {"is_frame": 0}):
			changed = frappe.get_doc(frame.doctype, frame.name).update(values)
			with self.subTest(values), self.assertRaises(FrameDocumentedError) as refused:
				changed.save()
			self.assertIn(doc.name, str(refused.exception))
		with self.assertRaises(FrameDocumentedError):
			reopen(frame.name)
		doc.cancel()
		frame.is_frame = 0
		frame.save()
		reopen(frame.name)
		frame.reload()
		self.assertEqual((frame.status, frame.is_frame), ("Open", 0))

	def test_there_is_one_however_often_it_is_asked_for(self):
		frame = self.frame()
		doc = self.blanket(frame)
		self.assertEqual(self.blanket(frame).name, doc.name)
		copy = frappe.copy_doc(doc)
		copy.sales_opportunity = frame.name
		with self.assertRaises(SecondBlanketOrderError):
			copy.insert()
		doc.cancel()
		new = self.blanket(frame)
		self.assertNotEqual(new.name, doc.name)
		with self.assertRaises(SecondBlanketOrderError):
			amend(doc).insert()
		new.cancel()
		amended = amend(doc).insert()
		amended.submit()
		self.assertEqual(self.blanket(frame).name, amended.name)
		use_settings(self, submit_orders=0)
		other = self.frame()
		draft = self.blanket(other)
		draft.delete()
		self.assertTrue(frappe.db.exists(DOCTYPE, self.blanket(other).name))

	def test_only_won_frame_contracts_become_one(self):
		won, _quote = win(make_deal())
		for deal in (make_deal(is_frame=1), won):
			with self.subTest(deal.status), self.assertRaises(NoWonFrameError):
				self.blanket(deal)
		frame = self.frame()
		use_settings(self, use_related_deals=0)
		with self.assertRaises(NoWonFrameError):
			self.blanket(frame)

	def test_wrong_days_and_documents_are_refused(self):
		frame = self.frame()
		for doctype, last, error in (
			("Sales Order", site_day(364), WrongInputError),
			(DOCTYPE, "soon", WrongInputError),
			(DOCTYPE, "", WrongInputError),
			(DOCTYPE, add_days(nowdate(), -1), frappe.ValidationError),
		):
			with self.subTest(doctype, last=last), self.assertRaises(error):
				create_frame_document(frame.name, doctype, nowdate(), last)
		self.assertFalse(frappe.db.exists(DOCTYPE, {"sales_opportunity": frame.name}))

	def test_it_takes_the_right_to_create_it_and_to_change_the_deal(self):
		frame = self.frame()
		seller = make_user("erp-frame-seller@example.com", "Sales User", "Sales Manager").name
		with acting(seller):
			self.assertTrue(frame.has_permission("write"))
			with self.assertRaises(frappe.PermissionError):
				self.blanket(frame)
		frappe.permissions.add_permission(DOCTYPE, "Sales Manager")
		for ptype in ("create", "write", "submit"):
			frappe.permissions.update_permission_property(DOCTYPE, "Sales Manager", 0, ptype, 1)
		with acting(seller):
			self.assertEqual(self.blanket(frame).owner, seller)
		with acting(make_user("erp-frame-viewer@example.com", "Sales Viewer", "Sales Master Manager").name):
			with self.assertRaises(frappe.PermissionError):
				self.blanket(frame)

	def test_lines_with_no_item_of_erpnext_are_refused(self):
		frame = self.frame()
		frappe.db.set_value("Sales Opportunity Item", frame.items[1].name, "item_type", "Sales Item")
		with self.assertRaises(UnfitLineError):
			self.blanket(frame)
		self.assertFalse(frappe.db.exists(DOCTYPE, {"sales_opportunity": frame.name}))

	def test_a_lead_has_become_the_customer(self):
		lead = make_lead()
		frame = self.frame([{"quantity": 2, "rate": 10}], party_type="Lead", party=lead.name)
		self.assertEqual(
			self.blanket(frame).customer, frappe.db.get_value("Customer", {"lead_name": lead.name})
		)

	def test_deal_and_blanket_order_show_each_other(self):
		frame = self.frame()
		doc = self.blanket(frame)
		self.assertEqual((counts(doc)["Sales Opportunity"], counts(frame)[DOCTYPE]), (1, 1))
		stream = " ".join(entry["content"] for entry in opportunity_stream(frame.doctype, frame.name))
		self.assertIn(doc.name, stream)
		self.assertIn(format_amount(10_950, "EUR"), stream)
		with acting(make_user("erp-frame-reader@example.com", "Sales Manager", "Sales User").name):
			self.assertNotIn(doc.name, str(opportunity_stream(frame.doctype, frame.name)))

	def test_the_desk_offers_it(self):
		bootinfo = frappe._dict()
		extend_bootinfo(bootinfo)
		self.assertEqual(bootinfo.sales_opportunity_frame_documents, [DOCTYPE])

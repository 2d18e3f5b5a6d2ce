"""The order that is made of a won deal: same lines, same conditions, same sums."""

import json

import frappe

from sales_opportunity.demo.acting import acting
from sales_opportunity.erpnext.errors import UnequalTotalsError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	cancel,
	mark_as_done,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import ExceedsSoldError
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
from sales_opportunity.tests.factories import get_or_make, make_user
from sales_opportunity.tests.settings import use_settings

SERVICE = "ERP-FITTING"
CASES = {
	"one line": ([{"quantity": 3, "rate": 1000}], {}),
	"a discount in a line": ([{"quantity": 100, "rate": 9.99, "discount_percentage": 15}], {}),
	"a discount on the whole": ([{"quantity": 3, "rate": 33.33}], {"discount_percentage": 3}),
	"two rates": ([{"quantity": 3, "rate": 33.33}, {"item": "ERP-BOOK", "quantity": 7, "rate": 9.97}], {}),
	"two rates and a discount": (
		[
			{"quantity": 3, "rate": 33.33},
			{"item": "ERP-BOOK", "quantity": 7, "rate": 9.97},
			{"item": "ERP-BOOK", "quantity": 1, "rate": 0.01},
		],
		{"discount_percentage": 7.5},
	),
	"prices of six decimals": ([{"quantity": 12345, "rate": 0.012346}], {}),
	"half a cent of tax": ([{"item": "ERP-BOOK", "quantity": 1, "rate": 3.5}], {}),
	"freight": ([{"quantity": 1, "rate": 10.01}], {"freight": 4.99}),
	"freight of its own rate": (
		[{"quantity": 1, "rate": 10.01}, {"item": "ERP-BOOK", "quantity": 3, "rate": 5.55}],
		{"freight": 4.99, "freight_tax_rate": "7 %", "discount_percentage": 10},
	),
	"shared freight": (
		[{"quantity": 1, "rate": 10.01}, {"item": "ERP-BOOK", "quantity": 3, "rate": 5.55}],
		{"freight": 4.99},
	),
	"all for nothing": ([{"quantity": 1, "rate": 10, "discount_percentage": 100}, {"rate": 5}], {}),
}


def cancelled(order):
	order.submit()
	order.cancel()
	return order


class TestOrders(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		make_item("ERP-BOOK", 10, percent=7)
		make_item(SERVICE, 80, is_stock_item=0)

	def open_quantities(self, deal) -> list[float]:
		return [line["open"] for line in follow_ups(deal.name)["Order"]]

	def assert_same_sums(self, order, quote):
		taxes = sorted((row.tax_amount for row in quote.taxes if row.tax_amount), reverse=True)
		found: dict = {}
		for row in order.taxes:
			if row.description != "Freight":
				found[row.account_head] = (
					found.get(row.account_head, 0) + row.tax_amount_after_discount_amount
				)
		self.assertEqual(sorted((round(tax, 2) for tax in found.values() if tax), reverse=True), taxes)
		self.assertEqual(order.grand_total, quote.gross_total)

	def test_an_order_has_the_sums_of_the_quote(self):
		for name, (lines, values) in CASES.items():
			for includes_tax in (0, 1):
				with self.subTest(name, includes_tax=includes_tax):
					deal, quote = win(make_deal(lines, **values), prices_include_tax=includes_tax)
					order = order_of(create_fulfilment_request(deal.name, "Order"))
					self.assert_same_sums(order, quote)
					self.assertEqual(order.customer, deal.party)
					self.assertEqual([row.qty for row in order.items], [row.quantity for row in deal.items])
					order.save()
					self.assert_same_sums(order, quote)

	def test_deals_without_tax_make_orders_without_tax(self):
		for treatment in ("EU Supply", "Reverse Charge", "Export Supply", "Place of Supply Abroad"):
			with self.subTest(treatment):
				customer = make_customer(tax_id="ATU12345675")
				deal = make_deal([{"rate": 100}], customer=customer.name, freight=5)
				deal, quote = win(deal, tax_treatment=treatment)
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual((quote.tax_total, order.grand_total), (0, 105))
				self.assertEqual([row.tax_amount for row in order.taxes if row.rate], [])

	def test_order_and_deal_refer_to_each_other(self):
		deal, quote = win(make_deal([{"quantity": 2, "delivery_date": "2030-05-04"}]))
		request = create_fulfilment_request(deal.name, "Order")
		order = order_of(request)
		self.assertEqual(
			(order.sales_opportunity, order.sales_quote, order.fulfilment_request),
			(deal.name, quote.name, request),
		)
		(row,) = order.items
		self.assertEqual(
			(row.sales_opportunity_item, str(row.delivery_date)), (deal.items[0].name, "2030-05-04")
		)
		self.assertEqual((row.uom, order.docstatus), (unit(), 0))

	def test_parts_never_come_to_more_than_was_sold(self):
		deal, quote = win(make_deal([{"quantity": 3, "rate": 33.33}], freight=10, discount_percentage=3))
		line = deal.items[0].name
		orders = [
			order_of(
				create_fulfilment_request(deal.name, "Order", [{"opportunity_item": line, "quantity": 1}])
			),
			order_of(create_fulfilment_request(deal.name, "Order")),
		]
		self.assertEqual([order.items[0].qty for order in orders], [1, 2])
		self.assertEqual(sum(order.total_taxes_and_charges for order in orders), quote.tax_total + 10)
		with self.assertRaises(frappe.ValidationError):
			create_fulfilment_request(deal.name, "Order")
		self.assertEqual([line["open"] for line in follow_ups(deal.name)["Order"]], [0])

	def test_a_salesperson_makes_it_alone(self):
		seller = make_user("erp-alone@example.com", "Sales User").name
		deal, quote = win(make_deal(freight=5, opportunity_owner=seller))
		with acting(seller):
			order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual((order.owner, order.grand_total), (seller, quote.gross_total))

	def test_an_order_is_submitted_if_the_settings_say_so(self):
		use_settings(self, submit_orders=1)
		deal, _quote = win(make_deal())
		self.assertEqual(order_of(create_fulfilment_request(deal.name, "Order")).docstatus, 1)

	def test_one_click_makes_one_order(self):
		deal, _quote = win(make_deal())
		names = {
			create_fulfilment_request(deal.name, "Order", request_key="one click") for _again in range(2)
		}
		self.assertEqual(len(names), 1)
		self.assertEqual(frappe.db.count("Sales Order", {"sales_opportunity": deal.name}), 1)

	def test_an_order_with_other_sums_is_not_made(self):
		deal, quote = win(make_deal([{"quantity": 1, "rate": 100}]))
		default = {"is_default": 1, "company": default_company()}
		template = frappe.db.get_value("Sales Taxes and Charges Template", default)
		account = frappe.get_doc("Sales Taxes and Charges Template", template).taxes[0].account_head
		frappe.db.set_value("Quote Tax", {"parent": quote.name}, "tax_amount", 19.05)
		with self.assertRaisesRegex(UnequalTotalsError, account.split(" ")[0]):
			create_fulfilment_request(deal.name, "Order")
		self.assertFalse(frappe.db.exists("Sales Order", {"sales_opportunity": deal.name}))

	def test_a_request_is_not_cancelled_while_its_order_stands(self):
		for submitted in (False, True):
			with self.subTest(submitted=submitted):
				deal, _quote = win(make_deal([{"quantity": 2}]))
				request = create_fulfilment_request(deal.name, "Order")
				order = order_of(request)
				if submitted:
					order.submit()
				with self.assertRaisesRegex(frappe.ValidationError, "Done" if submitted else order.name):
					cancel(request)
				self.assertEqual(self.open_quantities(deal), [0])
				with self.assertRaises(frappe.ValidationError):
					create_fulfilment_request(deal.name, "Order")

	def test_an_order_frees_its_quantities_however_far_its_request_is(self):
		for done in (False, True):
			for action in ("cancel", "delete"):
				with self.subTest(action, done=done):
					deal, _quote = win(make_deal([{"quantity": 2}]))
					request = create_fulfilment_request(deal.name, "Order")
					if done:
						mark_as_done(request)
					order = order_of(request)
					if action == "cancel":
						order.submit()
						order.cancel()
					else:
						order.delete()
					self.assertEqual(self.open_quantities(deal), [2])
					self.assertEqual(
						frappe.db.get_value("Fulfilment Request", request, "status"), "Cancelled"
					)
					again = order_of(create_fulfilment_request(deal.name, "Order"))
					self.assertEqual(again.items[0].qty, 2)

	def test_a_document_of_the_same_name_frees_nothing(self):
		deal, _quote = win(make_deal([{"quantity": 2}]))
		request = create_fulfilment_request(deal.name, "Order")
		order = order_of(request)
		frappe.db.set_value("Fulfilment Request", request, "reference_doctype", "Note")
		order.submit()
		order.cancel()
		self.assertEqual(self.open_quantities(deal), [0])

	def test_an_amended_order_takes_what_it_sells_of_the_deal(self):
		for done in (False, True):
			for quantity in (3, 2):
				with self.subTest(done=done, quantity=quantity):
					deal, _quote = win(make_deal([{"quantity": 3}, {"quantity": 1}], freight=5))
					request = create_fulfilment_request(deal.name, "Order")
					if done:
						mark_as_done(request)
					order = cancelled(order_of(request))
					amended = amend(order)
					amended.items[0].qty = quantity
					amended.insert()
					self.assertEqual(self.open_quantities(deal), [3 - quantity, 0])
					self.assertNotEqual(amended.fulfilment_request, request)
					amended.reload()
					made = frappe.get_doc("Fulfilment Request", amended.fulfilment_request)
					self.assertEqual(
						(made.reference_doctype, made.reference_name, made.freight),
						("Sales Order", amended.name, 5),
					)
					self.assertEqual([row.quantity for row in made.items], [quantity, 1])
					amended.submit()
					amended.cancel()
					self.assertEqual(self.open_quantities(deal), [3, 1])

	def test_an_order_is_not_amended_beyond_what_is_open(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		order = cancelled(order_of(create_fulfilment_request(deal.name, "Order")))
		too_much = amend(order)
		too_much.items[0].qty = 4
		frappe.db.savepoint("too_much")
		with self.assertRaisesRegex(ExceedsSoldError, "3"):
			too_much.insert()
		frappe.db.rollback(save_point="too_much")
		create_fulfilment_request(deal.name, "Order")
		with self.assertRaises(ExceedsSoldError):
			amend(order).insert()

	def test_an_amended_order_without_lines_of_the_deal_takes_nothing(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		order = cancelled(order_of(create_fulfilment_request(deal.name, "Order")))
		amended = amend(order)
		amended.items[0].update({"sales_opportunity_item": None, "item_code": "ERP-BOOK"})
		amended.insert()
		self.assertEqual(self.open_quantities(deal), [3])
		self.assertFalse(frappe.db.get_value("Sales Order", amended.name, "fulfilment_request"))

	def test_an_amended_order_takes_nothing_of_another_deal(self):
		deal, _quote = win(make_deal([{"quantity": 3}]))
		other, _quote = win(make_deal([{"quantity": 3}]))
		amended = amend(cancelled(order_of(create_fulfilment_request(deal.name, "Order"))))
		amended.sales_opportunity = other.name
		amended.items[0].sales_opportunity_item = other.items[0].name
		amended.insert()
		self.assertEqual(self.open_quantities(other), [3])

	def test_an_amended_order_counts_split_lines_and_other_units(self):
		box = get_or_make("UOM", "ERP-Kiste", uom_name="ERP-Kiste").name
		make_item("ERP-CRATED", 3, sales_uom=box, uoms=[{"uom": box, "conversion_factor": 12}])
		deal, _quote = win(make_deal([{"item": "ERP-CRATED", "quantity": 4}]))
		order = cancelled(order_of(create_fulfilment_request(deal.name, "Order")))
		amended = amend(order)
		part = amended.items[0].as_dict()
		amended.items[0].qty = 1
		amended.append(
			"items",
			{**part, "name": None, "idx": None, "uom": unit(), "conversion_factor": 1, "qty": 24},
		)
		amended.insert()
		self.assertEqual(self.open_quantities(deal), [1])

	def test_who_may_amend_orders_need_not_write_the_deal(self):
		user = make_user("erp-amender@example.com", "Sales User")
		deal, _quote = win(make_deal([{"quantity": 3}]))
		order = cancelled(order_of(create_fulfilment_request(deal.name, "Order")))
		with acting(user.name):
			self.assertFalse(deal.has_permission("write"))
			amend(order).insert()
		self.assertEqual(self.open_quantities(deal), [0])

	def draft(self, *quantities: float):
		"""Return a won deal with lines of ERP-BIKE and ERP-BOOK in turn, and its order, a draft."""
		names = [make_item().name, "ERP-BOOK"]
		lines = [
			{"item": names[index % 2], "quantity": quantity} for index, quantity in enumerate(quantities)
		]
		deal, _quote = win(make_deal(lines))
		return deal, order_of(create_fulfilment_request(deal.name, "Order"))

	def test_a_draft_with_other_quantities_takes_these(self):
		deal, order = self.draft(3, 2)
		for quantity in (1, 3, 2):
			order.items[0].qty = quantity
			order.save()
			self.assertEqual(self.open_quantities(deal), [3 - quantity, 0])
		order.submit()
		request = frappe.get_doc("Fulfilment Request", order.fulfilment_request)
		self.assertEqual((request.status, request.items[0].quantity), ("Done", 2))
		self.assertEqual(request.document_total, order.net_total)
		again = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual([row.qty for row in again.items], [1])

	def test_a_draft_takes_no_more_than_was_sold(self):
		deal, order = self.draft(3)
		frappe.db.savepoint("too_much")
		order.items[0].qty = 4
		with self.assertRaisesRegex(ExceedsSoldError, "3 of 3 sold are still open.*4 cannot be requested"):
			order.save()
		frappe.db.rollback(save_point="too_much")
		self.assertEqual(self.open_quantities(deal), [0])

	def test_a_row_that_is_deleted_from_a_draft_is_free(self):
		deal, order = self.draft(3, 2)
		row = order.items[0].as_dict()
		order.items = order.items[1:]
		order.save()
		self.assertEqual(self.open_quantities(deal), [3, 0])
		order.items = []
		order.append("items", {"item_code": SERVICE, "qty": 1, "rate": 10})
		order.save()
		self.assertEqual(self.open_quantities(deal), [3, 2])
		self.assertFalse(order.fulfilment_request)
		order.append("items", {"item_code": row.item_code, "qty": 2, "rate": row.rate})
		order.save()
		self.assertEqual(self.open_quantities(deal), [1, 2])
		order.submit()
		order.cancel()
		self.assertEqual(self.open_quantities(deal), [3, 2])

	def test_a_row_added_by_hand_is_the_deals_if_its_item_is(self):
		deal, order = self.draft(3, 2)
		order.items[0].qty = 1
		for item, quantity in (("ERP-BIKE", 2), (SERVICE, 7)):
			order.append("items", {"item_code": item, "qty": quantity, "rate": 1})
		order.save()
		self.assertEqual(self.open_quantities(deal), [0, 0])
		self.assertEqual(
			[row.sales_opportunity_item for row in order.items],
			[deal.items[0].name, deal.items[1].name, deal.items[0].name, None],
		)
		frappe.db.savepoint("too_much")
		order.append("items", {"item_code": "ERP-BOOK", "qty": 1, "rate": 1})
		with self.assertRaises(ExceedsSoldError):
			order.save()
		frappe.db.rollback(save_point="too_much")

	def test_a_submitted_order_whose_items_are_updated_is_followed(self):
		deal, order = self.draft(3)
		order.submit()
		update_child_qty_rate = frappe.get_attr(
			"erpnext.controllers.accounts_controller.update_child_qty_rate"
		)
		row = order.items[0]
		changed = {"docname": row.name, "item_code": row.item_code, "rate": row.rate, "idx": 1}
		for quantity in (1, 3):
			update_child_qty_rate(
				"Sales Order", json.dumps([{**changed, "qty": quantity}]), order.name, child_docname="items"
			)
			self.assertEqual(self.open_quantities(deal), [3 - quantity])

	def test_a_row_added_to_a_submitted_order_is_the_deals_if_its_item_is(self):
		deal, order = self.draft(3, 2)
		order.items = order.items[:1]
		order.save().submit()
		rows = [
			{
				"docname": row.name,
				"item_code": row.item_code,
				"qty": row.qty,
				"rate": row.rate,
				"idx": row.idx,
			}
			for row in order.items
		]
		added = {"item_code": "ERP-BOOK", "qty": 1, "rate": 10, "idx": 2, "uom": unit()}
		added |= {"conversion_factor": 1, "delivery_date": str(order.delivery_date)}
		update_child_qty_rate = frappe.get_attr(
			"erpnext.controllers.accounts_controller.update_child_qty_rate"
		)
		update_child_qty_rate("Sales Order", json.dumps([*rows, added]), order.name)
		self.assertEqual(self.open_quantities(deal), [0, 1])

	def test_a_row_whose_item_was_changed_is_no_longer_of_its_line(self):
		deal, order = self.draft(3, 2)
		for item, left in ((SERVICE, [3, 0]), ("ERP-BIKE", [0, 0])):
			order.items[0].update({"item_code": item, "item_name": None})
			order.save()
			self.assertEqual(self.open_quantities(deal), left)

	def test_the_customers_terms_come_along(self):
		template = frappe.get_doc(
			{
				"doctype": "Payment Terms Template",
				"template_name": "Thirty Days",
				"terms": [
					{
						"description": "Zahlbar in 30 Tagen",
						"invoice_portion": 100,
						"due_date_based_on": "Day(s) after invoice date",
						"credit_days": 30,
					}
				],
			}
		).insert()
		customer = make_customer("Langsam & Söhne", payment_terms=template.name)
		for changed, expected in ((None, template.name), ("Sofort", None)):
			with self.subTest(changed):
				values = {"payment_terms": changed} if changed else {}
				deal, quote = win(make_deal(customer=customer.name), **values)
				self.assertEqual(quote.payment_terms, changed or "Zahlbar in 30 Tagen")
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual(order.payment_terms_template or None, expected)
				self.assertEqual("Sofort" in (order.terms or ""), bool(changed))

	def test_agreed_instalments_are_the_orders_payment_schedule(self):
		plan = [
			{"due_date": "2099-03-01", "percentage": 33.3, "description": "On delivery"},
			{"due_date": "2099-01-01", "percentage": 33.3, "description": "On order"},
			{"due_date": "2099-01-01", "percentage": 33.4},
		]
		deal, quote = win(make_deal([{"rate": 999.99}], instalments=plan))
		self.assertEqual(
			(quote.gross_total, [row.amount for row in quote.instalments]),
			(1189.99, [396.27, 396.27, 397.45]),
		)
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		for _time in range(2):
			self.assertEqual(
				schedule_of(order),
				[("2099-01-01", "On order", 793.72), ("2099-03-01", "On delivery", 396.27)],
			)
			self.assertFalse(order.payment_terms_template)
			order.save()
		order.submit()

	def test_instalments_take_the_place_of_the_customers_terms_and_are_those_of_the_part_that_is_ordered(
		self,
	):
		template = frappe.get_doc(
			{
				"doctype": "Payment Terms Template",
				"template_name": "Ten Days",
				"terms": [
					{
						"description": "Zahlbar in 10 Tagen",
						"invoice_portion": 100,
						"due_date_based_on": "Day(s) after invoice date",
						"credit_days": 10,
					}
				],
			}
		).insert()
		customer = make_customer("Raten & Co.", payment_terms=template.name)
		plan = [{"due_date": f"2099-0{month}-01", "percentage": 50} for month in (1, 2)]
		deal, _quote = win(
			make_deal([{"quantity": 3, "rate": 0.01}], customer=customer.name, instalments=plan)
		)
		part = [{"opportunity_item": deal.items[0].name, "quantity": 1}]
		order = order_of(create_fulfilment_request(deal.name, "Order", part))
		self.assertEqual(schedule_of(order), [("2099-01-01", "", 0.01)])
		self.assertFalse(order.payment_terms_template)
		self.assertIn("Zahlbar in 10 Tagen", order.terms)


def schedule_of(order) -> list[tuple[str, str, float]]:
	"""Return when how much of an order is due, and for what."""
	return [(str(row.due_date), row.description or "", row.payment_amount) for row in order.payment_schedule]

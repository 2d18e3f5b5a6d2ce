"""Fixed discounts, trade-ins and credits on orders, delivery notes and invoices: to the cent, and refused where they cannot be."""

import frappe

from sales_opportunity.erpnext.errors import UnfitLineError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_deal, make_item, order_of, sums_of, win

BOOK, CARE, OLD = "ERP-BOOK", "ERP-CARE", "ERP-OLD-BIKE"
TRADE_IN = {"item": OLD, "rate": 300, "deduction": "Trade-In"}
CREDIT = {"item": OLD, "rate": 100, "deduction": "Credit"}
CONTRACT = {"item": CARE, "quantity": 3, "rate": 49.90, "recurrence": "Monthly", "periods": 24}
CASES = {
	"a fixed discount in a line": (
		[{"quantity": 3, "rate": 100, "discount_percentage": 10, "discount_amount": 5}],
		{},
		(265.00, [50.35], 315.35),
	),
	"a fixed discount that is no share of a cent": (
		[{"quantity": 7, "rate": 9.99, "discount_amount": 5}],
		{},
		(64.93, [12.34], 77.27),
	),
	"a fixed discount on the whole, two rates": (
		[{"quantity": 3, "rate": 33.33}, {"item": BOOK, "quantity": 7, "rate": 9.97}],
		{"fixed_discount": 10},
		(159.78, [4.60, 17.88], 182.26),
	),
	"a line for nothing by its fixed discount": (
		[{"rate": 1000}, {"item": BOOK, "quantity": 2, "rate": 9.97, "discount_amount": 19.94}],
		{},
		(1000.00, [190.00], 1190.00),
	),
	"a line for nothing beside a credit and a discount on the whole": (
		[{"rate": 1000}, {"item": BOOK, "quantity": 2, "rate": 9.97, "discount_percentage": 100}, CREDIT],
		{"discount_percentage": 10},
		(800.00, [152.00], 952.00),
	),
	"both discounts on the whole": (
		[{"rate": 1000}],
		{"discount_percentage": 5, "fixed_discount": 50},
		(900.00, [171.00], 1071.00),
	),
	"fixed discounts in lines and on the whole": (
		[{"quantity": 3, "rate": 33.33, "discount_amount": 9.99}, {"item": BOOK, "quantity": 2, "rate": 5}],
		{"fixed_discount": 10},
		(90.00, [0.63, 15.39], 106.02),
	),
	"a trade-in without tax": ([{"rate": 2000}, {**TRADE_IN, "tax_rate": "0 %"}], {}, (1700, [380], 2080)),
	"a trade-in with tax": ([{"rate": 2000}, TRADE_IN], {}, (1700, [323], 2023)),
	"two trade-ins of another rate": (
		[{"rate": 2000}, {**TRADE_IN, "quantity": 2, "rate": 33.33, "tax_rate": "7 %"}],
		{"freight": 10},
		(1943.34, [-4.67, 381.90], 2320.57),
	),
	"a credit beside a discount on the whole": (
		[{"quantity": 2, "rate": 500}, CREDIT],
		{"discount_percentage": 10},
		(800.00, [152.00], 952.00),
	),
	"a trade-in and a credit beside fixed discounts": (
		[
			{"quantity": 3, "rate": 700, "discount_amount": 100},
			{"item": BOOK, "quantity": 7, "rate": 9.97},
			{**TRADE_IN, "tax_rate": "0 %"},
			CREDIT,
		],
		{"discount_percentage": 2, "fixed_discount": 28.39},
		(1600.00, [4.72, 348.19], 1952.91),
	),
	"a contract with fixed discounts": (
		[{**CONTRACT, "discount_percentage": 7.5, "discount_amount": 12.80}],
		{"fixed_discount": 10.54},
		(3300.00, [627.00], 3927.00),
	),
	"a contract, goods and a trade-in": (
		[{**CONTRACT, "discount_amount": 92.80}, {"rate": 1000}, {**TRADE_IN, "tax_rate": "0 %"}],
		{"freight": 20, "freight_tax_rate": "19 %"},
		(4220.00, [858.80], 5078.80),
	),
}
"""Lines, conditions, and what they come to: net with freight, the tax of each rate from the lowest, gross."""


class TestDeductionsOrdered(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		for item in (make_item(), make_item(BOOK, 10, percent=7)):
			frappe.db.set_value("Item", item.name, "valuation_rate", 5)
		make_item(CARE, 49.90, is_stock_item=0)
		make_item(OLD, None, is_stock_item=0, taxes=[])

	def assert_lines(self, document, deal):
		"""Each row is worth what its line brings, give or take what the rounding of others has left; deductions are negative."""
		lines = {line.name: line for line in deal.items}
		for row in document.items:
			line = lines[row.sales_opportunity_item]
			self.assertAlmostEqual(row.net_amount, line.net_amount, delta=0.01 * len(deal.items) + 0.001)
			self.assertEqual(row.net_amount < 0, bool(line.deduction))

	def test_orders_and_invoices_come_to_the_deal_and_deductions_are_not_delivered(self):
		for name, (lines, values, expected) in CASES.items():
			with self.subTest(name):
				deal, quote = win(make_deal([dict(line) for line in lines], **values))
				taxes = sorted(row.tax_amount for row in quote.taxes if row.tax_amount)
				self.assertEqual((quote.net_total, taxes, quote.gross_total), expected)
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual(sums_of(order), expected)
				self.assert_lines(order, deal)
				order.save()
				order.submit()
				self.assertEqual(sums_of(order), expected)
				goods = [row.name for row in deal.items if row.item in ("ERP-BIKE", BOOK)]
				if goods:
					note = order_of(create_fulfilment_request(deal.name, "Shipping"))
					self.assertEqual([row.sales_opportunity_item for row in note.items], goods)
					note.submit()
				invoice = order_of(create_fulfilment_request(deal.name, "Billing"))
				self.assertEqual(sums_of(invoice), expected)
				self.assert_lines(invoice, deal)
				invoice.submit()
				self.assertEqual((sums_of(invoice), invoice.outstanding_amount), (expected, expected[-1]))
				self.assertEqual(
					[line["open"] for line in follow_ups(deal.name)["Billing"]], [0] * len(lines)
				)
				self.assertEqual(frappe.db.get_value("Sales Order", order.name, "per_billed"), 100)

	def test_so_do_those_of_quotes_whose_prices_include_tax(self):
		for name, (lines, values, _expected) in CASES.items():
			with self.subTest(name):
				deal, quote = win(make_deal([dict(line) for line in lines], **values), prices_include_tax=1)
				expected = (
					quote.net_total,
					sorted(row.tax_amount for row in quote.taxes if row.tax_amount),
					quote.gross_total,
				)
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual(sums_of(order), expected)
				self.assert_lines(order, deal)
				order.submit()
				invoice = order_of(create_fulfilment_request(deal.name, "Billing"))
				self.assertEqual(sums_of(invoice), expected)
				self.assert_lines(invoice, deal)

	def test_parts_have_their_share_of_fixed_discounts_and_deductions(self):
		lines = [
			{"quantity": 3, "rate": 100, "discount_amount": 10},
			{**TRADE_IN, "quantity": 2, "rate": 33.33},
		]
		deal, quote = win(make_deal(lines, fixed_discount=10))
		parts = [{"opportunity_item": row.name, "quantity": 1} for row in deal.items]
		orders = [
			order_of(create_fulfilment_request(deal.name, "Order", parts)),
			order_of(create_fulfilment_request(deal.name, "Order")),
		]
		self.assertEqual(round(sum(order.net_total for order in orders), 2), quote.net_total)
		for order in orders:
			order.submit()
		invoices = [
			order_of(create_fulfilment_request(deal.name, "Billing", parts)),
			order_of(create_fulfilment_request(deal.name, "Billing")),
		]
		self.assertEqual(round(sum(invoice.net_total for invoice in invoices), 2), quote.net_total)

	def test_without_leave_for_negative_prices_nothing_is_made_and_the_setting_is_named(self):
		frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 0)
		self.addCleanup(frappe.db.set_single_value, "Selling Settings", "allow_negative_rates_for_items", 1)
		for line in (TRADE_IN, CREDIT):
			with self.subTest(line["deduction"]):
				deal, _quote = win(make_deal([{"rate": 2000}, dict(line)]))
				before = frappe.db.count("Sales Order"), frappe.db.count("Fulfilment Request")
				frappe.db.savepoint("before_order")
				with self.assertRaises(UnfitLineError) as refused:
					create_fulfilment_request(deal.name, "Order")
				frappe.db.rollback(save_point="before_order")
				for text in ("Selling Settings", "Allow Negative rates for Items"):
					self.assertIn(text, str(refused.exception))
				self.assertEqual(
					(frappe.db.count("Sales Order"), frappe.db.count("Fulfilment Request")), before
				)

"""Contracts become orders and invoices with the same sums, and these say what is charged when."""

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_deal, make_item, order_of, win

CARE = "ERP-CARE"
CONTRACT = {"item": CARE, "rate": 49.90, "recurrence": "Monthly", "periods": 24}
CASES = {
	"a contract": ([{**CONTRACT, "quantity": 3}], {}),
	"discounts": (
		[{**CONTRACT, "quantity": 3, "discount_percentage": 7.5}],
		{"discount_percentage": 3},
	),
	"goods and freight": ([{**CONTRACT, "quantity": 1}, {"quantity": 1, "rate": 10.01}], {"freight": 4.99}),
	"prices of six decimals": (
		[{**CONTRACT, "quantity": 7, "rate": 0.333333, "recurrence": "Quarterly", "periods": 12}],
		{},
	),
}


class TestRecurringOrders(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		make_item(CARE, 49.90, is_stock_item=0)

	def test_an_order_has_the_sums_of_the_contract(self):
		for name, (lines, values) in CASES.items():
			for includes_tax in (0, 1):
				with self.subTest(name, includes_tax=includes_tax):
					deal, quote = win(make_deal(lines, **values), prices_include_tax=includes_tax)
					order = order_of(create_fulfilment_request(deal.name, "Order"))
					self.assertEqual(order.grand_total, quote.gross_total)
					self.assertEqual([row.qty for row in order.items], [row.quantity for row in deal.items])

	def test_the_description_says_what_is_charged_when(self):
		deal, _quote = win(make_deal([{**CONTRACT, "quantity": 3, "service_start": "2030-01-01"}]))
		(row,) = order_of(create_fulfilment_request(deal.name, "Order")).items
		self.assertEqual((row.qty, row.rate, row.amount), (3, 1197.60, 3592.80))
		for text in ("49", "24", "2030", "2031"):
			self.assertIn(text, row.description)

	def test_parts_of_a_contract_come_to_all_of_it(self):
		deal, quote = win(make_deal([{**CONTRACT, "quantity": 3, "discount_percentage": 7}]))
		line = deal.items[0].name
		first = create_fulfilment_request(deal.name, "Order", [{"opportunity_item": line, "quantity": 1}])
		orders = [order_of(first), order_of(create_fulfilment_request(deal.name, "Order"))]
		self.assertEqual([order.items[0].qty for order in orders], [1, 2])
		self.assertEqual(round(sum(order.net_total for order in orders), 2), quote.net_total)

	def test_an_invoice_of_a_contract_has_its_sums(self):
		deal, quote = win(make_deal([{**CONTRACT, "quantity": 3}], discount_percentage=3))
		order_of(create_fulfilment_request(deal.name, "Order")).submit()
		invoice = order_of(create_fulfilment_request(deal.name, "Billing"))
		self.assertEqual((invoice.doctype, invoice.grand_total), ("Sales Invoice", quote.gross_total))

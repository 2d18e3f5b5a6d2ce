"""Contracts become orders and invoices with the same sums, and these say what is charged when."""

import frappe
from frappe.utils import add_days, add_months, getdate, nowdate

from sales_opportunity.masters.companies import default_company
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_deal,
	make_item,
	order_of,
	win,
)

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

	def test_instalments_and_periods_are_the_orders_payment_schedule(self):
		plan = [{"due_date": "2099-03-01", "percentage": 50}, {"due_date": "2099-01-01", "percentage": 50}]
		lines = [
			{"rate": 100},
			{**CONTRACT, "rate": 10, "recurrence": "Quarterly", "periods": 4, "service_start": "2099-01-01"},
		]
		deal, quote = win(make_deal(lines, instalments=plan))
		self.assertEqual(quote.gross_total, 166.60)
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		for _time in range(2):
			self.assertEqual(
				[(str(row.due_date), row.payment_amount) for row in order.payment_schedule],
				[
					("2099-01-01", 71.40),
					("2099-03-01", 59.50),
					("2099-04-01", 11.90),
					("2099-07-01", 11.90),
					("2099-10-01", 11.90),
				],
			)
			order.save()
		self.assertEqual(order.payment_schedule[2].description, "Service from 1 Apr 2099 to 30 Jun 2099")
		order.submit()

	def test_what_is_sold_once_beside_a_contract_is_due_by_the_customers_terms(self):
		terms = {
			"description": "Zahlbar in 10 Tagen",
			"invoice_portion": 100,
			"due_date_based_on": "Day(s) after invoice date",
			"credit_days": 10,
		}
		template = frappe.get_doc(
			{"doctype": "Payment Terms Template", "template_name": "Ten Days Later", "terms": [terms]}
		).insert()
		customer = make_customer("Vertrag & Co.", payment_terms=template.name).name
		contract = {**CONTRACT, "rate": 10, "periods": 2, "service_start": "2099-01-01"}
		deal, _quote = win(make_deal([{"rate": 100}, contract], customer=customer))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual(
			[(str(row.due_date), row.payment_amount) for row in order.payment_schedule],
			[(add_days(nowdate(), 10), 119.00), ("2099-01-01", 11.90), ("2099-02-01", 11.90)],
		)
		self.assertIn("Zahlbar in 10 Tagen", order.terms)

	def test_a_schedule_comes_to_the_order_whatever_the_prices(self):
		for name, payments in (
			("a contract", 24),
			("discounts", 24),
			("goods and freight", 24),
			("prices of six decimals", 12),
		):
			lines, values = CASES[name]
			for includes_tax in (0, 1):
				with self.subTest(name, includes_tax=includes_tax):
					deal, quote = win(make_deal(lines, **values), prices_include_tax=includes_tax)
					order = order_of(create_fulfilment_request(deal.name, "Order"))
					paid = [row.payment_amount for row in order.payment_schedule]
					self.assertEqual((round(sum(paid), 2), len(paid)), (quote.gross_total, payments))


class TestDeferredRevenue(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		make_item(CARE, 49.90, is_stock_item=0)
		company = default_company()
		account = frappe.db.get_value(
			"Account",
			{"company": company, "root_type": "Liability", "is_group": 0, "account_type": ("is", "not set")},
		)
		frappe.db.set_value("Company", company, "default_deferred_revenue_account", account)
		self.defer(1)
		self.addCleanup(self.defer, 0)

	def defer(self, enable: int):
		item = frappe.get_doc("Item", CARE)
		item.update({"enable_deferred_revenue": enable, "no_of_months": 1}).save()

	def billed(self, **contract):
		deal, _quote = win(make_deal([{**CONTRACT, "quantity": 1, **contract}]))
		order_of(create_fulfilment_request(deal.name, "Order")).submit()
		return order_of(create_fulfilment_request(deal.name, "Billing"))

	def test_an_invoice_defers_revenue_over_the_term_of_the_contract(self):
		invoice = self.billed(service_start="2099-01-01")
		(row,) = invoice.items
		self.assertEqual(
			(row.enable_deferred_revenue, str(row.service_start_date), str(row.service_end_date)),
			(1, "2099-01-01", "2100-12-31"),
		)
		self.assertTrue(row.deferred_revenue_account)
		invoice.submit()
		booked = frappe.get_all("GL Entry", {"voucher_no": invoice.name, "credit": (">", 0)}, pluck="account")
		self.assertIn(row.deferred_revenue_account, booked)

	def test_without_a_day_the_term_begins_when_the_deal_was_won(self):
		(row,) = self.billed().items
		self.assertEqual(
			(str(row.service_start_date), str(row.service_end_date)),
			(nowdate(), add_days(add_months(nowdate(), 24), -1)),
		)

	def test_what_was_served_already_is_earned_at_once(self):
		(row,) = self.billed(service_start="2020-01-01").items
		self.assertEqual(row.enable_deferred_revenue, 0)

	def test_days_that_somebody_types_stay(self):
		invoice = self.billed(service_start="2099-01-01")
		invoice.items[0].update({"service_start_date": "2099-02-01", "service_end_date": "2099-12-31"})
		invoice.save()
		self.assertEqual(
			[(str(row.service_start_date), str(row.service_end_date)) for row in invoice.items],
			[("2099-02-01", "2099-12-31")],
		)

	def by_hand(self):
		"""Return a new invoice of an order's contract, as ERPNext's form has it before it is saved."""
		deal, _quote = win(make_deal([{**CONTRACT, "quantity": 1, "service_start": "2099-01-01"}]))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		order.submit()
		return frappe.get_attr("erpnext.selling.doctype.sales_order.sales_order.make_sales_invoice")(
			order.name
		)

	def test_an_invoice_made_by_hand_from_the_order_has_them_too(self):
		(row,) = self.by_hand().insert().items
		self.assertEqual(
			(row.enable_deferred_revenue, str(row.service_start_date), str(row.service_end_date)),
			(1, "2099-01-01", "2100-12-31"),
		)

	def test_days_that_somebody_types_before_it_is_saved_stay(self):
		today, end = getdate(), getdate(add_days(nowdate(), 90))
		for start in (today, getdate(add_days(nowdate(), 9))):
			with self.subTest(start=start):
				invoice = self.by_hand()
				invoice.items[0].update({"service_start_date": start, "service_end_date": end})
				(row,) = invoice.insert().items
				self.assertEqual((row.service_start_date, row.service_end_date), (start, end))

	def test_what_is_unticked_stays(self):
		invoice = self.billed(service_start="2099-01-01")
		invoice.items[0].enable_deferred_revenue = 0
		invoice.save()
		self.assertEqual(invoice.items[0].enable_deferred_revenue, 0)

"""Two deals with fixed discounts, a trade-in, a credit and costs, computed by hand, which documents and reports reproduce to the cent.

Won, in EUR: 10 bikes at 1,000.00 − 10 % − 50.00 are 8,950.00, 4 boxes at 250.00 are 1,000.00, together 9,950.00; 5 % of it are
497.50, and 100.00 are 597.50, which leaves 9,352.50: 8,412.55 for the bikes, 939.95 for the boxes. An old bike is taken for
1,500.00 without tax: net 7,852.50, tax 19 % of 9,352.50 = 1,776.98, gross 9,629.48. The bikes cost 6,000.00 and earn 2,412.55,
28.68 % of 8,412.55; what the boxes cost is not known.

Open at 50 %, in CHF at 1.05: 2 bikes at 1,234.56 − 34.12 are 2,435.00, − 35.00 on the whole 2,400.00, − 400.00 credit 2,000.00:
2,100.00 EUR, weighted 1,050.00. The bikes bring 2,520.00 and cost 1,200.00, the credit takes 420.00: 900.00, 42.86 % of 2,100.00.
"""

import frappe
from frappe.desk.query_report import run

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_quote,
	set_exchange_rates,
)

CLASS = "GOLD-OFFERS"


class TestGoldenOffers(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		set_exchange_rates(CHF=1.05)
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		make_class(CLASS)
		make_item("GOLD-BIKE", cost=600)
		make_item("GOLD-BOX")
		make_item("GOLD-OLD", tax_rate="0 %")
		cls.won = make_opportunity(
			class_id=CLASS,
			items=[
				{"item": "GOLD-BIKE", "quantity": 10, "discount_percentage": 10, "discount_amount": 50},
				{"item": "GOLD-BOX", "quantity": 4, "rate": 250},
				{"item": "GOLD-OLD", "rate": 1500, "deduction": "Trade-In"},
			],
			discount_percentage=5,
			fixed_discount=100,
		)
		cls.quote = make_quote(cls.won)
		cls.won.reload()
		cls.won.update({"stage": "Won"})
		cls.won.save()
		cls.open = make_opportunity(
			class_id=CLASS,
			stage="Proposal",
			transaction_currency="CHF",
			items=[
				{"item": "GOLD-BIKE", "quantity": 2, "rate": 1234.56, "discount_amount": 34.12},
				{"item": "GOLD-BOX", "rate": 400, "deduction": "Credit"},
			],
			fixed_discount=35,
			expected_close_date="2031-01-15",
			probability=50,
		)

	def report(self, name: str, **filters):
		return run(name, {"class_id": CLASS, **filters}, ignore_prepared_report=True)["result"]

	def test_the_deals_are_worth_what_was_computed(self):
		self.assertEqual((self.won.amount, self.won.discount_amount), (7852.5, 597.5))
		self.assertEqual([row.net_amount for row in self.won.items], [8412.55, 939.95, -1500])
		self.assertEqual((self.open.amount, self.open.base_amount), (2000, 2100))
		self.assertEqual(self.open.base_weighted_amount, 1050)

	def test_the_quote_says_the_same(self):
		quote = self.quote
		self.assertEqual((quote.line_total, quote.deduction_total), (9950, -1500))
		self.assertEqual((quote.net_total, quote.tax_total, quote.gross_total), (7852.5, 1776.98, 9629.48))
		self.assertEqual((quote.margin_amount, quote.margin_percentage), (2412.55, 28.68))

	def test_what_they_earn(self):
		self.assertEqual((self.won.margin_amount, self.won.margin_percentage), (2412.55, 28.68))
		self.assertEqual((self.open.margin_amount, self.open.margin_percentage), (900, 42.86))

	def test_the_margin_report(self):
		columns = ("deals", "revenue", "cost", "margin", "percentage", "without_cost")
		expected = (1, 8412.55, 6000, 2412.55, 28.68, 939.95)
		for group_by in ("class_id", "opportunity_owner", "party", "company"):
			with self.subTest(group_by):
				rows = self.report("Margin", group_by=group_by)
				self.assertEqual([tuple(row[name] for name in columns) for row in rows], [expected] * 2)

	def test_the_forecast(self):
		whole = self.report("Revenue Forecast")[-1]
		self.assertEqual((whole["won"], whole["nominal"], whole["weighted"]), (7852.5, 2100, 1050))

	def test_the_demand(self):
		rows = [row for row in self.report("Item Demand Forecast", with_won=1) if row.get("item")]
		self.assertEqual({row["item"] for row in rows}, {"GOLD-BIKE", "GOLD-BOX"})

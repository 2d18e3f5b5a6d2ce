"""Lines taken over from another customer's quote: what was agreed comes along, and nothing that is the other customer's own."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote
from sales_opportunity.tests.factories import get_or_make, make_item, make_opportunity, make_quote
from sales_opportunity.tests.settings import use_settings

CARE = {
	"item": "TEST-CARE",
	"rate": 30,
	"recurrence": "Monthly",
	"periods": 24,
	"service_start": "2030-02-01",
	"delivery_date": "2030-01-15",
}
OLD_BIKE = {"rate": 200, "deduction": "Trade-In", "tax_rate": "0 %"}
BIKE = {"rate": 1000, "discount_amount": 150, "discount_percentage": 10}


class TestCopiedLines(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		make_item(
			"TEST-CARE", item_name="Wartung", price=30, kind="Service", recurrence="Monthly", periods=12
		)
		cls.source = make_quote(make_opportunity(items=[CARE, BIKE, OLD_BIKE]))

	def copied(self, doctype: str, keep_prices: bool) -> list:
		target = make_opportunity(items=[{}])
		target = make_quote(target) if doctype == "Quote" else target
		add_from_quote(doctype, target.name, self.source.name, keep_prices)
		target.reload()
		return target.items[1:]

	def test_dates_of_the_other_customer_stay_there(self):
		for doctype in ("Quote", "Sales Opportunity"):
			for keep_prices in (True, False):
				with self.subTest(doctype, keep_prices=keep_prices):
					care = self.copied(doctype, keep_prices)[0]
					self.assertEqual((care.service_start, care.delivery_date), (None, None))

	def test_terms_discounts_and_trade_ins_come_along_or_are_asked_anew(self):
		agreed = [("Monthly", 24, 30, 0, 0), ("", 0, 1000, 10, 150), ("", 0, 200, 0, 0)]
		anew = [("Monthly", 12, 30, 0, 0), ("", 0, 1000, 0, 0), ("", 0, 200, 0, 0)]
		fields = ("recurrence", "periods", "rate", "discount_percentage", "discount_amount")
		for doctype in ("Quote", "Sales Opportunity"):
			for keep_prices, expected in ((True, agreed), (False, anew)):
				with self.subTest(doctype, keep_prices=keep_prices):
					rows = self.copied(doctype, keep_prices)
					found = [tuple(row.get(field) or "" for field in fields[:1]) for row in rows]
					found = [
						(*text, *(row.get(field) for field in fields[1:]))
						for text, row in zip(found, rows, strict=True)
					]
					self.assertEqual(found, expected)
					self.assertEqual(rows[2].deduction, "Trade-In")

	def test_what_the_site_does_not_use_any_more_is_left_out_and_named(self):
		cases = {
			"use_recurring_lines": (["", "Trade-In"], "Wartung"),
			"use_trade_ins": (["", ""], "Test-Bike"),
			"use_fixed_discounts": (["", "Trade-In"], "Test-Bike"),
		}
		for switch, (kept, name) in cases.items():
			for doctype in ("Quote", "Sales Opportunity"):
				frappe.local.message_log = []
				with self.subTest(switch, doctype=doctype):
					use_settings(self, **{each: int(each != switch) for each in cases})
					rows = self.copied(doctype, keep_prices=True)
					self.assertEqual([row.deduction or "" for row in rows], kept)
					self.assertIn(name, str(frappe.local.message_log))

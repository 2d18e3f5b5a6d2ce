"""The revenue forecast at the close date and over the service period, computed by hand."""

from unittest.mock import patch

import frappe
from freezegun import freeze_time

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.report.quote_register import quote_register
from sales_opportunity.sales_opportunity.report.revenue_forecast.revenue_forecast import execute
from sales_opportunity.tests.factories import get_or_make, make_class, make_item, make_opportunity, make_quote
from sales_opportunity.tests.reports import listed

CLASS = "SPREAD"


class TestSpreadForecast(IntegrationTestCase):
	"""Three deals at 50 %: a contract, a machine in instalments, and one that is sold once; a fourth is won."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		get_or_make("Sales Item Group", "Spread Care", group_name="Spread Care")
		make_item("SPREAD-CARE", item_group="Spread Care", price=100, recurrence="Monthly", periods=12)
		make_item("SPREAD-MACHINE", price=9000)
		cls.deals = [
			# 500.00 once on 15 July, 100.00 a month from 1 August on for a year
			cls.deal("2025-07-15", [{"item": "SPREAD-MACHINE", "rate": 500}, cls.care("2025-08-01")]),
			# 30 % on 1 July, that is not before 20 July; 70 % on 10 October
			cls.deal(
				"2025-07-20", [{"item": "SPREAD-MACHINE"}], plan=(("2025-07-01", 30), ("2025-10-10", 70))
			),
			cls.deal("2025-08-05", [{"item": "SPREAD-MACHINE", "rate": 1000.01}]),
			# 33.33 a quarter from 31 January on, less 10 % on the whole
			cls.deal(
				"2025-01-10",
				[
					{
						"item": "SPREAD-CARE",
						"rate": 33.33,
						"recurrence": "Quarterly",
						"periods": 4,
						"service_start": "2025-01-31",
					}
				],
				stage="Won",
				discount_percentage=10,
			),
			# overdue
			cls.deal("2025-05-01", [cls.care("2025-08-01")]),
		]
		frappe.db.set_value("Sales Opportunity", cls.deals[3].name, "closed_on", "2025-01-10 12:00:00")

	@staticmethod
	def care(start: str) -> dict:
		return {"item": "SPREAD-CARE", "service_start": start}

	@staticmethod
	def deal(day: str, items: list[dict], plan: tuple = (), stage: str = "Inquiry", **values):
		return make_opportunity(
			items=items,
			class_id=CLASS,
			stage=stage,
			expected_close_date=day,
			instalments=[{"due_date": due, "percentage": share} for due, share in plan],
			**({"probability": 50} if stage == "Inquiry" else {}),
			**values,
		)

	def report(self, **filters) -> list[dict]:
		with freeze_time("2025-06-01"):
			return execute({"class_id": CLASS, "basis": "Service Period", **filters})[1]

	def figures(self, *names: str, **filters) -> dict:
		return {
			(row["period"], row["group"]) if row.get("group") else row["period"]: tuple(
				row[name] for name in names
			)
			for row in self.report(**filters)
			if any(row[name] for name in names)
		}

	def test_each_period_s_amount_falls_into_its_month(self):
		found = self.figures("deals", "nominal", "weighted", "won")
		months = {f"{month} 2025": (1, 100, 50, 0) for month in ("Sept", "Nov", "Dec")}
		months |= {
			f"{month} 2026": (1, 100, 50, 0) for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")
		}
		self.maxDiff = None
		self.assertEqual(
			found,
			{
				"Overdue": (1, 1200, 600, 0),
				"Jan 2025": (0, 0, 0, 30),
				"Apr 2025": (0, 0, 0, 30),
				"Jul 2025": (2, 3200, 1600, 30),
				"Aug 2025": (2, 1100.01, 550.01, 0),
				"Oct 2025": (2, 6400, 3200, 29.99),
				**months,
				"Total": (4, 12900.01, 6450.01, 119.99),
			},
		)

	def test_at_the_close_date_all_is_as_ever(self):
		found = self.figures("deals", "nominal", "weighted", "won", basis="Close Date")
		self.assertEqual(
			found,
			{
				"Overdue": (1, 1200, 600, 0),
				"Jan 2025": (0, 0, 0, 119.99),
				"Jul 2025": (2, 10700, 5350, 0),
				"Aug 2025": (1, 1000.01, 500.01, 0),
				"Total": (4, 12900.01, 6450.01, 119.99),
			},
		)
		self.assertEqual(found, self.figures("deals", "nominal", "weighted", "won", basis=None))

	def test_percentiles_are_about_what_falls_into_the_period(self):
		found = self.figures("p10", "p50", "p90")
		# two deals at 50 %: nothing, 500, 2,700 or both, and 30 are won
		self.assertEqual(found["Jul 2025"], (30, 530, 3230))
		self.assertEqual(found["Sept 2025"], (0, 0, 100))
		self.assertEqual(found["Total"], self.figures("p10", "p50", "p90", basis="Close Date")["Total"])

	def test_limited_to_dates_it_has_what_is_charged_in_them(self):
		rows = self.report(from_date="2025-10-01", to_date="2025-12-31")
		figures = {row["period"]: (row["nominal"], row["won"]) for row in rows}
		self.assertEqual(
			figures,
			{
				"Overdue": (1200, 0),
				"Oct 2025": (6400, 29.99),
				"Nov 2025": (100, 0),
				"Dec 2025": (100, 0),
				"In These Dates": (6600, 29.99),
				"Total": (7800, 29.99),
			},
		)

	def test_item_groups_have_the_same_sums_in_both_ways(self):
		def sums(**filters) -> dict:
			found: dict = {}
			for row in self.report(group_by="item_group", **filters):
				for name in ("nominal", "weighted", "won"):
					key = row.get("group"), name
					found[key] = round(found.get(key, 0) + row[name], 2)
			return found

		self.assertEqual(sums(), sums(basis="Close Date"))
		self.assertEqual(self.figures("nominal", group_by="item_group")["Sept 2025", "Spread Care"], (100,))

	def test_each_figure_leads_to_its_deals(self):
		row = next(row for row in self.report() if row["period"] == "Oct 2025")
		self.assertLeadsTo(row["drill"]["open"], 0, 1)
		self.assertLeadsTo(row["drill"]["won"], 3)
		self.assertLeadsTo(row["drill"]["both"], 0, 1, 3)
		*_rows, dated, total = self.report(from_date="2025-10-01", to_date="2025-12-31")
		self.assertLeadsTo(dated["drill"]["open"], 0, 1)
		self.assertLeadsTo(total["drill"]["open"], 0, 1, 4)
		(overdue, *_rows) = self.report(group_by="stage")
		self.assertLeadsTo(overdue["drill"]["both"], 4)
		august = next(row for row in self.report() if row["period"] == "Aug 2025")
		self.assertLeadsTo(august["drill"]["open"], 0, 2)

	def assertLeadsTo(self, target: dict, *numbers: int) -> None:
		with freeze_time("2025-06-01"):
			found = sorted(deal["name"] for deal in listed(target))
		self.assertEqual(found, sorted(self.deals[number].name for number in numbers))

	def test_switched_off_the_choice_has_no_effect(self):
		module = "sales_opportunity.reporting.charges.is_used"
		with patch(module, return_value=False):
			spread = self.figures("nominal", "won")
		self.assertEqual(spread, self.figures("nominal", "won", basis="Close Date"))

	def test_only_recurring_leaves_out_what_is_sold_once(self):
		found = self.figures("deals", "nominal", "won", recurring=1, basis="Close Date")
		self.assertEqual(
			found,
			{
				"Overdue": (1, 1200, 0),
				"Jan 2025": (0, 0, 119.99),
				"Jul 2025": (1, 1700, 0),
				"Total": (2, 2900, 119.99),
			},
		)
		row = next(row for row in self.report(recurring=1, basis="Close Date") if row["period"] == "Overdue")
		self.assertEqual(row["drill"]["open"]["filters"]["contract_value"], [">", 0])


class TestRegisterOfContracts(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class("SPREAD-QUOTES")
		contract = {"rate": 60, "quantity": 2, "recurrence": "Quarterly", "periods": 8}
		for items in ([{}, contract], [{}]):
			make_quote(make_opportunity(items=items, class_id="SPREAD-QUOTES"))

	def register(self, **filters) -> tuple:
		return quote_register.execute({"class_id": "SPREAD-QUOTES", **filters})

	def test_the_register_says_what_quotes_bring_per_month_and_year(self):
		columns, rows, *_rest = self.register()
		self.assertLess({"monthly", "yearly"}, {column["fieldname"] for column in columns})
		figures = sorted((row["net"], row["monthly"], row["yearly"]) for row in rows)
		self.assertEqual(figures, [(1000, 0, 0), (1960, 40, 480)])

	def test_it_can_be_about_contracts_only_and_adds_up_what_it_does_not_list(self):
		self.assertEqual([row["net"] for row in self.register(recurring=1)[1]], [1960])
		with patch.object(quote_register, "LISTED_ROWS", 0):
			(row,) = self.register()[1]
		self.assertEqual((row["net"], row["monthly"], row["yearly"]), (2960, 40, 480))

	def test_switched_off_it_has_no_such_columns(self):
		with patch.object(quote_register, "is_used", return_value=False):
			columns = self.register()[0]
		self.assertFalse({"monthly", "yearly"} & {column["fieldname"] for column in columns})

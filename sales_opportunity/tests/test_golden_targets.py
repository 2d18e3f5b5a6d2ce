"""Targets in the year of sales that was computed by hand (see golden.py), on its last day of June."""

import frappe
from frappe.utils import fmt_money
from freezegun import freeze_time

from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.sales_opportunity.report.sales_targets.cards import figure_of_this_year
from sales_opportunity.tests import golden
from sales_opportunity.tests.factories import make_target
from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.reports import report_rows, run_report

TODAY = "2025-06-30"

BY_QUARTER = """
subject   | period  | target |      won | weighted | committed |     left |      gap |     open | coverage | last_year | pace
Gold.Anna | Q1 2025 |   5000 | 14218.38 |        0 |         0 | -9218.38 | -9218.38 |        0 |     None |      8000 | 177.7298
Gold.Anna | Q2 2025 |   5000 |        0 |        0 |         0 |     5000 |     5000 |        0 |        0 |         0 |     None
Gold.Anna | Q3 2025 |   5000 |        0 |     2000 |         0 |     5000 |     3000 |    20000 |        4 |      None |     None
Gold.Anna | Q4 2025 |   5000 |        0 |   130.98 |         0 |     5000 |  4869.02 |   261.96 |   0.0524 |      None |     None
Gold.Ben  | Q1 2025 |   1500 |   944.99 |        0 |         0 |   555.01 |   555.01 |        0 |        0 |         0 |     None
Gold.Ben  | Q2 2025 |   1500 |        0 |   555.55 |         0 |     1500 |   944.45 |  1111.10 |   0.7407 |       525 |        0
Gold.Ben  | Q3 2025 |   1500 |     1600 |        0 |         0 |     -100 |     -100 |        0 |     None |      None |     None
Gold.Ben  | Q4 2025 |   1500 |        0 |  1121.19 |   1050.53 |     1500 |   378.81 |  2050.52 |    1.367 |      None |     None
Not Set   | Q1 2025 |   None |        0 |        0 |         0 |     None |     None |        0 |     None |         0 |     None
Not Set   | Q2 2025 |   None |        0 |        0 |         0 |     None |     None |        0 |     None |         0 |     None
Not Set   | Q3 2025 |   None |        0 |        0 |         0 |     None |     None |        0 |     None |      None |     None
Not Set   | Q4 2025 |   None |        0 |        0 |         0 |     None |     None |     0.01 |     None |      None |     None
Total     | None    |  26000 | 16763.37 |  3807.72 |   1050.53 |  9236.63 |  5428.91 | 23423.59 |   2.5359 |      8525 | 196.6378
"""
"""Overdue by then are G04 and G05; G03 and H02 are in francs at 1.05."""

BY_CLASS = """
subject | period | target |      won | weighted |     open | last_year |     left |      gap
Gold A  |   2025 |  12000 | 15818.38 |  3252.17 | 22312.48 |      8000 | -3818.38 | -7070.55
Gold B  |   2025 |   None |   944.99 |   555.55 |  1111.11 |       525 |     None |     None
Total   |   None |  12000 | 16763.37 |  3807.72 | 23423.59 |      8525 | -3818.38 | -7070.55
"""
"""Of the year before, what was won by 30 June: without H03. Class B has no target: what it wins brings none closer."""

IN_NUMBERS = """
subject   | period | target | won | weighted | committed | left |   gap | open | last_year
Gold.Anna |   2025 |      6 |   2 |      0.6 |         0 |    4 |   3.4 |    2 |         1
Gold.Ben  |   2025 |   None |   2 |   1.5833 |         1 | None |  None |    3 |         1
Not Set   |   2025 |   None |   0 |     0.25 |         0 | None |  None |    1 |         0
"""
"""Anna's open ones are First Meeting (10 %) and Proposal (50 %); Ben's are at 50, 33.33 and 75 %, G12 is in Needs Analysis (25 %)."""


def shown(number: float) -> str:
	"""Return a number with one decimal as the site writes it."""
	return fmt_money(number, precision=1)


class TestGoldenTargets(GoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		golden.make_year_before()
		of_year = {"target_for": "Person", "year": 2025}
		make_target(**of_year, user=golden.ANNA, entered_by="Quarter", yearly_amount=20_000, yearly_deals=6)
		make_target(**of_year, user=golden.BEN, yearly_amount=6_000)
		make_target(target_for="Class", class_id="GOLD-A", year=2025, yearly_amount=12_000)

	def rows(self, report: str = "Sales Targets", today: str = TODAY, **filters) -> list[dict]:
		with freeze_time(today):
			return report_rows(report, **{"year": 2025, **filters})

	def test_persons_by_quarter(self):
		self.assertTable(BY_QUARTER, self.rows(target_for="Person", period="Quarter"))

	def cards(self, **filters) -> dict:
		with freeze_time(TODAY):
			report = run_report("Sales Targets", **{"year": 2025, **filters})
		return {card["label"]: card["value"] for card in report["report_summary"]}

	def test_the_cards_above_say_the_total(self):
		by_amount = self.cards(target_for="Person", period="Quarter")
		self.assertEqual(
			by_amount,
			{
				"Target": 26_000,
				"Won": 16_763.37,
				"Weighted": 3_807.72,
				"Commit": 1_050.53,
				"Gap": 5_428.91,
				"Coverage": shown(2.5),
				"Pace": f"{shown(196.6)} %",
			},
		)
		by_number = self.cards(target_for="Person", period="Year", measure="Number")
		self.assertEqual(
			[by_number[key] for key in ("Weighted", "Gap", "Pace")],
			[shown(2.4), shown(3.4), f"{shown(200)} %"],
		)
		without_targets = self.cards(target_for="Person", class_id="GOLD-B")
		self.assertEqual([without_targets[key] for key in ("Target", "Gap", "Coverage")], ["–", "–", "–"])

	def test_the_cards_of_the_page_say_the_total_of_the_widest_target(self):
		whole = self.rows(period="Year")[-1]
		self.assertEqual((whole["target"], whole["gap"], whole["coverage"]), (12_000, -7_070.55, None))
		expected = {
			"gap": {"value": whole["gap"], "fieldtype": "Currency"},
			"coverage": "–",
			"pace": f"{shown(196.6)} %",
		}
		with freeze_time(TODAY):
			self.assertEqual({key: figure_of_this_year({"figure": key}) for key in expected}, expected)
			with self.assertRaises(WrongInputError):
				figure_of_this_year({"figure": "won"})

	def test_classes_of_the_whole_year(self):
		self.assertTable(BY_CLASS, self.rows(target_for="Class", period="Year"))

	def test_numbers_of_deals(self):
		*rows, _whole = self.rows(target_for="Person", period="Year", measure="Number")
		self.assertTable(IN_NUMBERS, rows)

	def test_what_is_entered_by_quarters_is_shown_by_months_and_the_other_way_round(self):
		for person, by_month in ((golden.ANNA, 1666.67), (golden.BEN, 500)):
			rows = self.rows(target_for="Person", opportunity_owner=person, period="Month")
			self.assertEqual(rows[0]["target"], by_month)
			self.assertEqual(
				rows[-1]["target"],
				self.rows(target_for="Person", opportunity_owner=person, period="Year")[-1]["target"],
			)

	def test_what_is_won_is_that_of_forecast_and_win_loss_to_the_cent(self):
		dates = {"from_date": "2025-01-01", "to_date": "2025-12-31"}
		for target_for, group_by in (("Person", "opportunity_owner"), ("Class", "class_id")):
			for period in ("Month", "Quarter", "Year"):
				with self.subTest(period, target_for=target_for):
					own = self.rows(target_for=target_for, period=period)
					won = {(row["subject"], row.get("period")): row["won"] for row in own if row["won"]}
					forecast = self.rows("Revenue Forecast", group_by=group_by, period=period, **dates)
					self.assertEqual(
						{
							(row["group"], row["period"]): row["won"]
							for row in forecast
							if row["won"] and not row.get("is_total")
						},
						{key: value for key, value in won.items() if key[0] != "Total"},
					)
			closed = self.rows("Win-Loss Analysis", group_by=group_by, **dates)[-1]
			self.assertEqual(closed["won_amount"], self.rows(target_for=target_for)[-1]["won"])

	def test_every_figure_leads_to_its_rows(self):
		for period in ("Quarter", "Year"):
			*rows, _whole = self.rows(target_for="Person", period=period)
			for row in rows:
				for key in ("won", "open", "committed", "last_year"):
					target = row["drill"].get(key)
					listed = target and frappe.get_list(
						target["doctype"], target["filters"], pluck="base_amount"
					)
					self.assertAlmostEqual(sum(listed or []), row[key] or 0, 2, (key, row))
				target = row["drill"]["targets"]
				found = frappe.get_list(target["doctype"], target["filters"])
				self.assertEqual(bool(found), row["target"] is not None)

	def test_a_salesperson_s_card_is_about_the_own_target(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(golden.BEN)
		with freeze_time(TODAY):
			self.assertEqual(
				figure_of_this_year('{"figure": "gap"}'),
				{"value": self.rows(period="Year")[-1]["gap"], "fieldtype": "Currency"},
			)

	def test_a_salesperson_compares_their_own_target_with_their_own_deals(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(golden.BEN)
		*rows, whole = self.rows(period="Year")
		self.assertEqual([row["subject"] for row in rows], ["Gold.Ben"])
		self.assertEqual((whole["target"], whole["won"]), (6000, 2544.99))

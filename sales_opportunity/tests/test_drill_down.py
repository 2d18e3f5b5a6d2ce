"""Every figure of every report leads to its rows, and these add up to the figure. On the golden year and winter."""

from decimal import Decimal
from unittest.mock import patch

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.demand import due_date
from sales_opportunity.analysis.periods import period_text, start_of
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting import drill_down
from sales_opportunity.sales_opportunity.report.pipeline_changes import pipeline_changes
from sales_opportunity.tests import golden
from sales_opportunity.tests.histories import keep_only_new_snapshots
from sales_opportunity.tests.reports import listed, report_rows, run_report
from sales_opportunity.tests.sites import empty_site
from sales_opportunity.tests.winter import WINTER, tell_winter

GROUPS = ("class_id", "stage", "opportunity_owner", "forecast_category", "party", "item_group")
CLOSED_BY = (
	"closing_reason",
	"competitor",
	"class_id",
	"opportunity_owner",
	"stage_before",
	"discount",
	"size",
)
DATES = (
	{},
	{"from_date": "2025-03-01"},
	{"to_date": "2025-09-01"},
	{"from_date": "2025-03-01", "to_date": "2025-09-30"},
)


def total(rows: list[dict], field: str) -> Decimal:
	return sum((Decimal(str(row[field])) for row in rows), Decimal(0))


class DrillDownTestCase(IntegrationTestCase):
	def assertSum(self, rows: list[dict], field: str, figure: float, place):
		self.assertAlmostEqual(float(total(rows, field)), figure, 2, place)


class TestDrillDown(DrillDownTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		cls.names = golden.make_year()
		cls.party = frappe.db.get_value("Sales Opportunity", cls.names["G01"], "party")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def test_each_column_with_numbers_has_a_way_down(self):
		"""Or its rows are documents themselves, or the figure is the difference of two that have one."""
		without = {
			"Forecast Accuracy": {"horizon", "error", "error_share"},
			"Probability Calibration": {"configured"},
			"Item Demand Forecast": {"on_hand", "on_order", "reserved"},
		}
		for name in ("Revenue Forecast", "Win-Loss Analysis", "Sales Funnel", *without):
			report = run_report(name, party=self.party)
			numbers = {
				column["fieldname"]
				for column in report["columns"]
				if column["fieldtype"] in ("Int", "Float", "Currency", "Percent") and not column.get("drill")
			}
			self.assertEqual(numbers, without.get(name, set()), name)

	def test_revenue_forecast(self):
		for group_by in (None, *GROUPS):
			for dates in DATES:
				for row in report_rows("Revenue Forecast", group_by=group_by, **dates):
					place = (group_by, dates, row["period"], row.get("group"))
					drilled = {key: listed(target) for key, target in row["drill"].items()}
					self.assertEqual(len(drilled["open"]), row["deals"], place)
					if group_by == "item_group" and not row.get("is_total"):
						continue  # a deal is split over the groups; the totals below say that nothing is lost
					self.assertSum(drilled["open"], "base_amount", row["nominal"], place)
					self.assertSum(drilled["open"], "base_weighted_amount", row["weighted"], place)
					self.assertSum(drilled.get("won", []), "base_amount", row["won"], place)
					won = [deal for deal in drilled["both"] if deal.status == "Won"]
					is_open = [deal for deal in drilled["both"] if deal.status == "Open"]
					expected = total(won, "base_amount") + total(is_open, "base_weighted_amount")
					self.assertAlmostEqual(float(expected), row["expected"], 2, place)

	def test_item_groups_of_the_forecast(self):
		"""The lines of a group's deals bring its figure, net."""
		for row in report_rows("Revenue Forecast", group_by="item_group")[:-1]:
			lines = [
				line
				for deal in listed(row["drill"]["open"])
				for line in frappe.get_doc("Sales Opportunity", deal.name).as_dict()["items"]
				if frappe.get_cached_value("Sales Item", line.item, "item_group") == row["group"]
			]
			if row["group"] != "Not Set":
				self.assertSum(lines, "base_net_amount", row["nominal"], row["group"])

	def test_what_was_kept_in_another_company_currency_is_not_in_the_list_either(self):
		frappe.db.set_value("Sales Opportunity", self.names["G08"], "company_currency", "CHF")
		try:
			for name, key, field in (
				("Revenue Forecast", "open", "nominal"),
				("Win-Loss Analysis", "won", "won_amount"),
			):
				whole = report_rows(name)[-1]
				self.assertSum(listed(whole["drill"][key]), "base_amount", whole[field], name)
		finally:
			frappe.db.set_value("Sales Opportunity", self.names["G08"], "company_currency", "EUR")

	def test_win_loss_analysis(self):
		for group_by in CLOSED_BY:
			for dates in DATES:
				for row in report_rows("Win-Loss Analysis", group_by=group_by, **dates):
					place = (group_by, dates, row["group"])
					drilled = {key: listed(target) for key, target in row["drill"].items()}
					self.assertEqual(
						(len(drilled["won"]), len(drilled["lost"])), (row["won"], row["lost"]), place
					)
					self.assertSum(drilled["won"], "base_amount", row["won_amount"], place)
					self.assertSum(drilled["lost"], "base_amount", row["lost_amount"], place)
					share = 100 * len(drilled["won"]) / len(drilled["closed"])
					self.assertEqual(round(share, 1), row["win_rate"], place)
					self.assertEqual(bool(drilled["priced"]), row["price_gap"] is not None, place)

	def test_sales_funnel(self):
		for cohort in (None, "Quarter"):
			for row in report_rows("Sales Funnel", cohort=cohort):
				drilled = {key: len(listed(target)) for key, target in row["drill"].items()}
				for column in ("reached", "skipped", "advanced", "waiting", "lost", "back"):
					self.assertEqual(drilled[column], row[column], (cohort, row["stage"], column))
				if row["conversion"] is not None:
					share = round(100 * row["advanced"] / drilled["decided"], 1)
					self.assertEqual(share, row["conversion"], (cohort, row["stage"]))

	def test_item_demand_forecast(self):
		for row in report_rows("Item Demand Forecast"):
			quantity = 0
			for deal in listed(row["drill"]["lines"]):
				doc = frappe.get_doc("Sales Opportunity", deal.name)
				lead = frappe.get_cached_value("Sales Item", row["item"], "lead_time_days")
				for line in doc.items:
					due = due_date(
						line.delivery_date and getdate(line.delivery_date), doc.expected_close_date, lead
					)
					period = period_text(start_of(due, "Month"), "Month", "en") if due else "No Date"
					promised = line.delivery_date or doc.expected_close_date
					if promised and getdate(promised) < getdate():
						period = "Overdue"
					if (line.item, period) == (row["item"], row["period"]):
						quantity += line.quantity
			self.assertEqual(quantity, row["nominal"], row)

	def test_quote_register_and_obstacles_and_journey_have_a_document_in_each_row(self):
		for name, field, doctype in (
			("Stalled and Not Forecastable", "opportunity", "Sales Opportunity"),
			("Customer Journey", "opportunity", "Sales Opportunity"),
			("Quote Register", "quote", "Quote"),
		):
			for row in report_rows(name, party=self.party):
				if not row.get("is_total"):
					self.assertTrue(frappe.db.exists(doctype, row[field]), (name, row))

	def test_the_rows_of_a_salesperson_are_the_own_ones(self):
		frappe.set_user(golden.BEN)
		whole = report_rows("Revenue Forecast")[-1]
		self.assertSum(listed(whole["drill"]["open"]), "base_amount", whole["nominal"], "Ben")

	def test_of_very_many_the_first_are_listed_and_all_are_counted(self):
		with patch.object(drill_down, "LISTED_ROWS", 3):
			row = report_rows("Sales Funnel")[0]
		target = row["drill"]["reached"]
		self.assertEqual((len(target["filters"]["name"][1]), target["count"]), (3, row["reached"]))


class TestDrillDownOverTime(DrillDownTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		keep_only_new_snapshots(cls)
		tell_winter()

	def test_forecast_accuracy_by_period(self):
		for row in report_rows("Forecast Accuracy", view="Periods", **WINTER):
			place, drill = (row["period"], row["horizon"]), row["drill"]
			self.assertSum(listed(drill["forecast"]), "base_weighted_amount", row["forecast"], place)
			self.assertSum(listed(drill["actual"]), "base_amount", row["actual"], place)
			self.assertSum(listed(drill["last_won"]), "base_amount", row["last_won"], place)
			self.assertEqual(len(listed(drill["still_open"])), row["still_open"], place)

	def test_forecast_accuracy_by_measure_leads_to_its_periods(self):
		row = report_rows("Forecast Accuracy", view="Measures", **WINTER)[0]
		target = row["drill"]["periods"]
		self.assertEqual((target["report"], target["filters"]), ("Forecast Accuracy", {"view": "Periods"}))
		periods = report_rows("Forecast Accuracy", **{**WINTER, **target["filters"]})
		self.assertEqual(sum(period["horizon"] == row["horizon"] for period in periods), row["periods"])

	def test_forecast_accuracy_by_reliability(self):
		rows = report_rows("Forecast Accuracy", view="Reliability", **WINTER)
		self.assertTrue(rows)
		for row in rows:
			drilled = listed(row["drill"]["rows"], ["name", "probability"])
			self.assertEqual(len(drilled), row["count"])
			mean = sum(entry.probability for entry in drilled) / len(drilled)
			self.assertAlmostEqual(mean, row["predicted"], 1)

	def test_probability_calibration(self):
		for since in (None, "2001-02-01"):
			for grouping in ("Class and Stage", "Stage"):
				rows = report_rows("Probability Calibration", grouping=grouping, since=since)
				self.assertTrue(any(row["count"] for row in rows))
				for row in rows:
					drilled = listed(row["drill"].get("closed"))
					self.assertEqual(len(drilled), row["count"], (since, grouping, row["stage"]))
					if drilled:
						won = sum(deal.status == "Won" for deal in drilled)
						self.assertEqual(round(100 * won / len(drilled), 1), row["measured"])

	def bars(self) -> dict[str, list[dict]]:
		"""Return the rows below each bar of the bridge over February, the bar itself first."""
		bars: dict[str, list[dict]] = {}
		february = {"from_date": "2001-02-01", "to_date": "2001-02-28", "class_id": WINTER["class_id"]}
		for row in report_rows("Pipeline Changes", **february):
			if not row["indent"]:
				rows = bars[row["entry"]] = []
			rows.append(row)
		return bars

	def assertRowsAddUp(self, bars: dict[str, list[dict]]):
		for name, (bar, *rows) in bars.items():
			for field in ("nominal", "weighted"):
				self.assertSum(rows, field, bar[field], name)
			self.assertEqual(sum(row["count"] or 1 for row in rows), bar["count"], name)

	def test_pipeline_changes(self):
		self.assertRowsAddUp(self.bars())

	def test_pipeline_changes_of_very_many(self):
		with patch.object(pipeline_changes, "LISTED_ROWS", 1):
			bars = self.bars()
		self.assertRowsAddUp(bars)
		_bar, largest, others = bars["Opening Pipeline"]
		self.assertEqual((others["entry"], others["opportunity"]), ("Smaller Ones, Not Listed", None))
		self.assertGreater(abs(largest["nominal"]), 0)

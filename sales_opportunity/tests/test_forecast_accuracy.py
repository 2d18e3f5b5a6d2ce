"""Forecasts against what came in the winter of 2001 (see winter.py), computed by hand.

February, 30 days ahead (Jan 2): P at 50 % and Q at 25 %, 2,000 + 2,000 = 4,000; December had brought 2,000; of one
closed deal one was won, so the constant rate is (1 + 1) / (1 + 2) = 66.67 %, of 12,000 that is 8,000.

Brier, 30 days ahead: P won, Q, R not won in the period, S won: (0.5² + 0.25² + 0.1² + 0.5²) / 4 = 0.143.
"""

import frappe
from frappe.desk.query_report import export_query
from frappe.utils import add_days, fmt_money, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.snapshots import SNAPSHOT, rebuild_snapshots
from sales_opportunity.sales_opportunity.report.forecast_accuracy.forecast_accuracy import execute
from sales_opportunity.tests.factories import make_class, make_user
from sales_opportunity.tests.histories import begun, changed, keep_only_new_snapshots
from sales_opportunity.tests.reports import listed, report_rows
from sales_opportunity.tests.statements import statements
from sales_opportunity.tests.winter import BEN, WINTER, tell_winter

REPORT = "Forecast Accuracy"

PERIODS = """
	Jan 2001  30  2000-12-02      0.00      0.00      0.00     -      0.00     0.00  0
	Feb 2001  30  2001-01-02   4000.00   4000.00      0.00   0.0   2000.00  8000.00  0
	Feb 2001  60  2000-12-03      0.00   4000.00  -4000.00 100.0      0.00     0.00  0
	Mar 2001  30  2001-01-30   3950.00   6000.00  -2050.00  34.2   2000.00  7750.00  1
	Mar 2001  60  2000-12-31    950.00   6000.00  -5050.00  84.2   2000.00  6333.33  1
	Mar 2001  90  2000-12-01      0.00   6000.00  -6000.00 100.0      0.00     0.00  0
"""
MEASURES = [
	# days, periods, bias, MAPE, WAPE, last period's, constant rate's, deals, Brier, constant rate's
	(30, 3, -683.33, 17.1, 20.5, 60.0, 57.5, 4, 0.143, 0.264),
	(60, 2, -4525.0, 92.1, 90.5, 80.0, 43.3, 1, 0.01, 0.444),
	(90, 1, -6000.0, 100.0, 100.0, 100.0, 100.0, 0, None, None),
]
RELIABILITY = [
	# range, opportunities, forecast %, won in the period %, difference
	("10–20 %", 2, 10.0, 0.0, 10.0),
	("20–30 %", 1, 25.0, 0.0, 25.0),
	("50–60 %", 2, 50.0, 100.0, -50.0),
]


def table(rows: list[dict]) -> str:
	lines = []
	for row in rows:
		share = "-" if row["error_share"] is None else f"{row['error_share']:.1f}"
		lines.append(
			f"\t{row['period']:<9}{row['horizon']:>3}  {row['day']}{row['forecast']:>10.2f}{row['actual']:>10.2f}"
			f"{row['error']:>10.2f}{share:>6}{row['last_won']:>10.2f}{row['constant_rate']:>9.2f}{row['still_open']:>3}"
		)
	return "\n".join(["", *lines, ""])


class TestForecastAccuracy(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		keep_only_new_snapshots(cls)
		cls.told = tell_winter()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def test_each_period_and_horizon_as_computed_by_hand(self):
		self.assertEqual(table(execute(WINTER)[1]), PERIODS)

	def test_the_measures_and_baselines_as_computed_by_hand(self):
		columns, rows, *_rest = execute({**WINTER, "view": "Measures"})
		fields = [column["fieldname"] for column in columns if column["fieldname"] != "currency"]
		self.assertEqual([tuple(row[fieldname] for fieldname in fields) for row in rows], MEASURES)

	def test_what_came_of_each_range_of_probability(self):
		rows = execute({**WINTER, "view": "Reliability"})[1]
		self.assertEqual([tuple(row.values())[:5] for row in rows], RELIABILITY)

	def test_a_deal_that_is_put_off_again_and_again_counts_once_per_horizon(self):
		"""Expected in January, February and March in turn, won in April: one call, and it was not won in its period."""
		frappe.db.savepoint("put_off")
		make_class("PUT-OFF")
		doc = begun(
			"2000-11-20",
			class_id="PUT-OFF",
			stage="Proposal",
			items=[{"rate": 500}],
			expected_close_date="2001-01-15",
		)
		changed("2000-12-20", doc, expected_close_date="2001-02-15")
		changed("2001-01-20", doc, expected_close_date="2001-03-15")
		changed("2001-04-02", doc, stage="Won")
		frappe.db.delete(SNAPSHOT)
		rebuild_snapshots("2000-11-01", "2001-04-01")
		put_off = {**WINTER, "class_id": "PUT-OFF"}
		periods = [row for row in execute(put_off)[1] if row["horizon"] == 30]
		self.assertEqual([row["forecast"] for row in periods], [250, 250, 250])
		measures = execute({**put_off, "view": "Measures"})[1]
		self.assertEqual((measures[0]["deals"], measures[0]["brier"]), (1, 0.25))
		reliability = execute({**put_off, "view": "Reliability"})[1]
		self.assertEqual(
			sum(row["deals"] for row in measures), 1
		)  # further ahead another period was expected
		self.assertEqual((reliability[0]["count"], reliability[0]["observed"]), (1, 0))
		self.assertEqual(len(listed(reliability[0]["drill"]["rows"])), 1)
		frappe.db.rollback(save_point="put_off")

	def test_quarters_and_years(self):
		rows = execute({**WINTER, "period": "Quarter", "periods": 1})[1]
		self.assertEqual({row["period"] for row in rows}, {"Q1 2001"})
		self.assertEqual([row["actual"] for row in rows], [10_000])
		self.assertEqual(execute({**WINTER, "period": "Year", "periods": 1})[1], [])

	def test_every_view_has_a_chart_and_the_summary_compares_with_the_baselines(self):
		for view in ("Periods", "Measures", "Reliability"):
			_columns, _rows, message, chart, summary = execute({**WINTER, "view": view})
			self.assertIsNone(message)
			lengths = {len(dataset["values"]) for dataset in chart["data"]["datasets"]}
			self.assertEqual(lengths, {len(chart["data"]["labels"])}, view)
			cards = {card["label"]: (card["value"], card["indicator"]) for card in summary}
			self.assertEqual(cards["Bias, 30 Days Ahead"], (-683.33, "Blue"))
			self.assertEqual(cards["WAPE in %"], (fmt_money(20.5, precision=1), "Green"))
			self.assertEqual(cards["WAPE of the Baseline"], (fmt_money(57.5, precision=1), "Grey"))

	def test_a_day_without_a_snapshot_is_no_forecast_of_nothing(self):
		frappe.db.savepoint("gap")
		frappe.db.delete(SNAPSHOT, {"snapshot_date": "2001-01-02"})
		rows = execute(WINTER)[1]
		self.assertEqual(len(rows), 5)
		self.assertNotIn(("Feb 2001", 30), {(row["period"], row["horizon"]) for row in rows})
		frappe.db.rollback(save_point="gap")

	def test_periods_that_are_not_over_are_not_judged(self):
		rebuild_snapshots(add_days(nowdate(), -400), add_days(nowdate(), -1))
		periods = [
			[row["period"] for row in execute({"period": "Month", "periods": 3, "until": until})[1]]
			for until in (nowdate(), add_days(nowdate(), 700))
		]
		self.assertTrue(periods[0])
		self.assertEqual(*periods)

	def test_without_old_snapshots_it_says_so(self):
		for view in ("Periods", "Measures", "Reliability"):
			_columns, rows, message, chart, summary = execute({**WINTER, "until": "1999-01-01", "view": view})
			self.assertEqual((rows, chart, summary), ([], None, None))
			self.assertIn("no snapshot", message)

	def test_a_deleted_opportunity_still_counts_in_what_was_forecast(self):
		frappe.db.savepoint("deletion")
		frappe.delete_doc("Sales Opportunity", self.told["Q"].name)
		try:
			rows = {(row["period"], row["horizon"]): row for row in execute(WINTER)[1]}
			self.assertEqual(rows["Feb 2001", 30]["forecast"], 4_000)
			self.assertEqual(execute({**WINTER, "view": "Measures"})[1][0]["deals"], 3)
		finally:
			frappe.db.rollback(save_point="deletion")

	def test_a_salesperson_is_measured_by_the_own_opportunities_only(self):
		frappe.set_user(BEN)
		rows = report_rows(REPORT, **WINTER)
		sums = {(row["period"], row["horizon"]): (row["forecast"], row["actual"]) for row in rows}
		self.assertEqual((sums["Feb 2001", 30], sums["Mar 2001", 30]), ((2_000, 4_000), (0, 0)))
		frappe.local.form_dict = frappe._dict(
			report_name=REPORT,
			filters=frappe.as_json({**WINTER, "view": "Reliability"}),
			file_format_type="CSV",
			visible_idx="[0, 1, 2]",
		)
		export_query()
		exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
		self.assertIn("50–60", exported.encode().decode("unicode_escape").encode("latin-1").decode())
		self.assertNotIn("20", exported)

	def test_the_number_of_statements_does_not_grow_with_the_periods(self):
		for view in ("Periods", "Measures", "Reliability"):
			asked = [
				statements(lambda count=count, view=view: execute({**WINTER, "view": view, "periods": count}))
				for count in (1, 3)
			]
			self.assertEqual(*asked, view)
			self.assertLess(asked[0], 10, view)

	def test_only_who_may_read_snapshots_gets_the_rows_behind_a_figure(self):
		rows = {row["period"]: row for row in execute({**WINTER, "view": "Periods"})[1] if row["still_open"]}
		reliability = execute({**WINTER, "view": "Reliability"})[1]
		behind = [rows["Mar 2001"]["drill"]["still_open"], reliability[0]["drill"]["rows"]]
		self.assertEqual([len(listed(target)) for target in behind], [1, 2])
		frappe.set_user(make_user("accuracy-stranger@example.com", "Website Manager").name)
		for target in behind:
			with self.assertRaises(frappe.PermissionError):
				frappe.call(target["ask"], **target["arguments"])

	def test_a_salesperson_gets_the_rows_of_the_own_opportunities(self):
		whole = execute({**WINTER, "view": "Reliability"})[1]
		frappe.set_user(BEN)
		own = execute({**WINTER, "view": "Reliability"})[1]
		for rows, is_ben in ((whole, False), (own, True)):
			for row in rows:
				frappe.set_user(BEN if is_ben else "Administrator")
				self.assertEqual(len(listed(row["drill"]["rows"])), row["count"], (is_ben, row["range"]))
		self.assertLess(sum(row["count"] for row in own), sum(row["count"] for row in whole))

	def test_who_may_run_it(self):
		for role, may in (("Sales Viewer", True), ("Sales Manager", True), ("Website Manager", False)):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(f"accuracy-{frappe.scrub(role)}@example.com", role).name)
			try:
				rows = report_rows(REPORT, **WINTER)
			except frappe.PermissionError:
				rows = None
			self.assertEqual(rows and table(rows), PERIODS if may else None, role)

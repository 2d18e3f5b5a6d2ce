"""The golden history of March 2001: what changed the pipeline, computed by hand.

All opportunities are of one class. Amounts are in EUR unless said otherwise; stages: Inquiry 5 %, First Meeting
10 %, Needs Analysis 25 %, Proposal 50 %.

  begun    stage          amount      close date   in March
  A Jan 10   Inquiry         1,000.00   Jun 30       nothing
  B Jan 15   Inquiry        10,000.00   May 31       5: 12,000.50; 10: Needs Analysis
  C Feb 01   First Meeting  20,000 CHF  none         rate 0.95 until 12: 0.9567; 27: close date Apr 30
  D Feb 02   Inquiry         5,000.00   none         15: lost
  E Feb 03   Proposal        3,000.00   Mar 31       20: won
  F Mar 07   Inquiry         8,000.01   none         7: created
  G Jan 20   Inquiry         2,000.00   none         lost on Feb 10; 22: reopened
  H Feb 05   Inquiry         7,000.00   none         deleted
  I Feb 06   Inquiry         4,000.00   Jun 15       25: close date Aug 15
  J Feb 07   Inquiry         6,000.00   Apr 15       26: handed over from Anna to Ben
"""

import frappe
from frappe.desk.query_report import export_query

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.snapshots import SNAPSHOT, rebuild_snapshots
from sales_opportunity.sales_opportunity.report.pipeline_changes.pipeline_changes import (
	PeriodError,
	bar_labels,
	chart_labels,
	execute,
)
from sales_opportunity.tests.factories import make_class, make_partner, make_user
from sales_opportunity.tests.histories import begun, changed, keep_only_new_snapshots
from sales_opportunity.tests.reports import report_rows

CLASS, ANNA, BEN = "GOLDEN", "golden-anna@example.com", "golden-ben@example.com"
REPORT = "Pipeline Changes"
MARCH = {"from_date": "2001-03-01", "to_date": "2001-03-31", "class_id": CLASS}
SECOND_QUARTER = {"close_from": "2001-04-01", "close_to": "2001-06-30"}

EVERYTHING = """
	Opening Pipeline            55000.00   5050.00
	New                          8000.01    400.00
	Reopened                     2000.00    100.00
	Amount Changed               2000.50    100.03
	Probability Changed             0.00   2400.10
	Exchange Rate or Currency     134.00     13.40
	Won                         -3000.00  -1500.00
	Lost                        -5000.00   -250.00
	Deleted or Merged           -7000.00   -350.00
	Closing Pipeline            52134.51   5963.53
"""
CLOSING_IN_THE_SECOND_QUARTER = """
	Opening Pipeline            21000.00   1050.00
	Amount Changed               2000.50    100.03
	Probability Changed             0.00   2400.10
	Close Date Moved In         19134.00   1913.40
	Close Date Moved Out        -4000.00   -200.00
	Closing Pipeline            38134.50   5263.53
"""
OF_BEN = """
	Opening Pipeline                0.00      0.00
	Taken Over                   6000.00    300.00
	Closing Pipeline             6000.00    300.00
"""
OF_ANNA = """
	Opening Pipeline            55000.00   5050.00
	New                          8000.01    400.00
	Reopened                     2000.00    100.00
	Amount Changed               2000.50    100.03
	Probability Changed             0.00   2400.10
	Exchange Rate or Currency     134.00     13.40
	Handed Over                 -6000.00   -300.00
	Won                         -3000.00  -1500.00
	Lost                        -5000.00   -250.00
	Deleted or Merged           -7000.00   -350.00
	Closing Pipeline            46134.51   5663.53
"""
WITHOUT_SNAPSHOTS = """
	Opening Pipeline            48000.00   4700.00
	New                          8000.01    400.00
	Reopened                     2000.00    100.00
	Amount Changed               2000.50    100.03
	Probability Changed             0.00   2400.10
	Exchange Rate or Currency     134.00     13.40
	Won                         -3000.00  -1500.00
	Lost                        -5000.00   -250.00
	Closing Pipeline            52134.51   5963.53
"""
AS_BEN_SEES_IT = """
	Opening Pipeline             6000.00    300.00
	Closing Pipeline             6000.00    300.00
"""


def table(rows: list[dict]) -> str:
	"""Return the bars that are not empty in the form of the tables above."""
	bars = [row for row in rows if not row.get("indent")]
	lines = [
		f"\t{row['entry']:<26}{row['nominal']:>10.2f}{row['weighted']:>10.2f}"
		for row in bars
		if row["nominal"] or row["weighted"] or row["entry"] in ("Opening Pipeline", "Closing Pipeline")
	]
	return "\n".join(["", *lines, ""])


def tell_golden_history() -> dict:
	"""Let everything happen that the table says; return the opportunities by letter."""
	for user in (ANNA, BEN):
		make_user(user, "Sales User")
	make_class(CLASS)
	swiss = make_partner("Golden Schweiz AG", default_currency="CHF").name

	def at(day: str, amount: float = 0, close: str | None = None, **values):
		values = {"class_id": CLASS, "opportunity_owner": ANNA, "expected_close_date": close, **values}
		return begun(f"2001-{day}", amount=amount, **values)

	told = {
		"A": at("01-10", 1_000, "2001-06-30"),
		"B": at("01-15", 10_000, "2001-05-31"),
		"C": at("02-01", 20_000, stage="First Meeting", party=swiss, conversion_rate=0.95),
		"D": at("02-02", 5_000),
		"E": at("02-03", close="2001-03-31", stage="Proposal", items=[{"quantity": 3}]),
		"F": at("03-07", 8_000.01),
		"G": at("01-20", 2_000),
		"H": at("02-05", 7_000),
		"I": at("02-06", 4_000, "2001-06-15"),
		"J": at("02-07", 6_000, "2001-04-15"),
	}
	changed("2001-02-10", told["G"], stage="Lost", closing_reason="No Decision")
	rebuild_snapshots("2001-01-01", "2001-02-28")
	changed("2001-03-05", told["B"], amount=12_000.50)
	changed("2001-03-10", told["B"], stage="Needs Analysis")
	changed("2001-03-12", told["C"], conversion_rate=0.9567)
	changed("2001-03-15", told["D"], stage="Lost", closing_reason="No Budget")
	changed("2001-03-20", told["E"], stage="Won")
	changed("2001-03-22", told["G"], stage="Inquiry")
	changed("2001-03-25", told["I"], expected_close_date="2001-08-15")
	changed("2001-03-26", told["J"], opportunity_owner=BEN)
	changed("2001-03-27", told["C"], expected_close_date="2001-04-30")
	frappe.delete_doc("Sales Opportunity", told["H"].name)
	rebuild_snapshots("2001-03-01", "2001-04-30")
	return told


class TestPipelineChanges(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		keep_only_new_snapshots(cls)
		cls.told = tell_golden_history()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def rows(self, **filters) -> list[dict]:
		return execute({**MARCH, **filters})[1]

	def test_the_bars_add_up_to_the_hand_computed_closing(self):
		self.assertEqual(table(self.rows()), EVERYTHING)

	def test_only_what_closes_in_the_second_quarter(self):
		self.assertEqual(table(self.rows(**SECOND_QUARTER)), CLOSING_IN_THE_SECOND_QUARTER)

	def test_only_what_one_person_is_responsible_for(self):
		self.assertEqual(table(self.rows(opportunity_owner=BEN)), OF_BEN)
		self.assertEqual(table(self.rows(opportunity_owner=ANNA)), OF_ANNA)

	def test_each_bar_opens_to_its_opportunities(self):
		rows = self.rows()
		bars, current = {}, None
		for row in rows:
			if row["indent"]:
				bars[current].append((row["opportunity"] or row["entry"], row["nominal"], row["weighted"]))
			else:
				current = row["entry"]
				bars[current] = []
		name = {letter: doc.name for letter, doc in self.told.items()}
		self.assertEqual(bars["New"], [(name["F"], 8_000.01, 400)])
		self.assertEqual(bars["Probability Changed"], [(name["B"], 0, 2_400.10)])
		self.assertEqual(bars["Deleted or Merged"], [(name["H"], -7_000, -350)])
		self.assertEqual(
			{entry[0] for entry in bars["Opening Pipeline"]}, {name[letter] for letter in "ABCDEHIJ"}
		)
		self.assertEqual(
			{entry[0] for entry in bars["Closing Pipeline"]}, {name[letter] for letter in "ABCFGIJ"}
		)
		for row in rows:
			if not row["indent"]:
				parts = bars[row["entry"]]
				self.assertEqual(row["count"], len(parts), row["entry"])
				self.assertAlmostEqual(row["nominal"], sum(part[1] for part in parts), places=2)
				self.assertAlmostEqual(row["weighted"], sum(part[2] for part in parts), places=2)

	def test_what_was_deleted_later_keeps_its_course(self):
		doc = begun("2001-03-06", class_id=CLASS, amount=900)
		changed("2001-03-08", doc, amount=1_000)
		changed("2001-03-09", doc, stage="Lost", closing_reason="No Budget")
		frappe.db.delete(SNAPSHOT, {"snapshot_date": ("between", ("2001-03-01", "2001-03-31"))})
		rebuild_snapshots("2001-03-01", "2001-03-31")
		frappe.delete_doc(doc.doctype, doc.name)
		rows = {row["entry"]: row for row in self.rows() if not row["indent"]}
		self.assertEqual(
			[rows[bar]["nominal"] for bar in ("New", "Amount Changed", "Lost")], [8_900.01, 2_100.5, -6_000]
		)
		self.assertEqual(rows["Closing Pipeline"]["nominal"], 52_134.51)
		frappe.db.delete(SNAPSHOT, {"opportunity": doc.name})

	def test_without_snapshots_the_facts_tell_all_but_the_deleted(self):
		frappe.db.savepoint("snapshots")
		frappe.db.delete(SNAPSHOT)
		try:
			self.assertEqual(table(self.rows()), WITHOUT_SNAPSHOTS)
		finally:
			frappe.db.rollback(save_point="snapshots")

	def test_a_single_day_and_a_period_that_reaches_into_the_future_add_up(self):
		for first, last in (("2001-03-05", "2001-03-05"), ("2001-03-01", "2099-12-31")):
			rows = [row for row in self.rows(from_date=first, to_date=last) if not row["indent"]]
			opening, *movements, closing = rows
			for measure in ("nominal", "weighted"):
				total = opening[measure] + sum(row[measure] for row in movements)
				self.assertAlmostEqual(total, closing[measure], places=2)

	def test_the_chart_hangs_each_bar_where_the_one_before_ended(self):
		chart = execute({**MARCH, "measure": "Nominal"})[3]
		hidden, totals, rises, falls = (dataset["values"] for dataset in chart["data"]["datasets"])
		self.assertEqual(chart["data"]["labels"][:3], ["Start", "New", "Reopened"])
		self.assertEqual((totals[0], totals[-1]), (55_000, 52_134.51))
		self.assertEqual((hidden[1], rises[1]), (55_000, 8_000.01))
		self.assertEqual((hidden[-2], falls[-2]), (52_134.51, 7_000))
		nothing = execute({**MARCH, "class_id": "NEW", "to_date": "2001-03-01"})[3]
		self.assertEqual([set(entry["values"]) for entry in nothing["data"]["datasets"]], [{0}] * 4)

	def test_the_bars_are_called_so_shortly_that_a_narrow_chart_cuts_no_name(self):
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		for language in ("en", "de"):
			frappe.local.lang = language
			with self.subTest(language=language):
				names = {**bar_labels(), **chart_labels()}.values()
				self.assertEqual([name for name in names if len(name) > 8], [])

	def test_the_summary_shows_what_the_chart_shows(self):
		cards = {card["label"]: card["value"] for card in execute(MARCH)[4]}
		self.assertEqual(
			cards,
			{
				"Opening Pipeline": 5_050,
				"Won": 1_500,
				"Lost": 250,
				"Net Change": 913.53,
				"Closing Pipeline": 5_963.53,
			},
		)

	def test_days_are_asked_for(self):
		for days in ({}, {"from_date": "2001-03-02", "to_date": "2001-03-01"}):
			with self.assertRaises(PeriodError):
				execute(days)

	def test_a_salesperson_sees_and_exports_the_own_opportunities_only(self):
		frappe.set_user(BEN)
		self.assertEqual(table(report_rows(REPORT, **MARCH)), AS_BEN_SEES_IT)
		frappe.local.form_dict = frappe._dict(
			report_name=REPORT,
			filters=frappe.as_json(MARCH),
			file_format_type="CSV",
			custom_columns="[]",
			visible_idx=str(list(range(100))),
			include_indentation=1,
		)
		export_query()
		exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
		self.assertIn(self.told["J"].name, exported)
		for letter in "ABCDEFGHI":
			self.assertNotIn(self.told[letter].name, exported)

	def test_who_may_run_it(self):
		for role, may in (("Sales Viewer", True), ("Sales Manager", True), ("Website Manager", False)):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(f"changes-{frappe.scrub(role)}@example.com", role).name)
			try:
				rows = report_rows(REPORT, **MARCH)
			except frappe.PermissionError:
				rows = None
			self.assertEqual(rows and table(rows), EVERYTHING if may else None, role)

"""Two deals of the year that was computed by hand (see golden.py), shared by Anna and Ben: their parts, by hand too.

G17, won by Anna for 4,218.38 EUR, has 33.33 % for Ben: 1,405.986 and 2,812.394, so 1,405.99 and 2,812.39. G13, Ben's in francs at
75 %, is 1,050.53 EUR, weighted 787.89; half of it is Anna's. Of 525.265 and 393.945 for each the lower name has the cent:
525.27 and 393.95 for Anna, 525.26 and 393.94 for Ben.
"""

import frappe
from frappe.desk.query_report import run
from freezegun import freeze_time

from sales_opportunity.tests import golden
from sales_opportunity.tests.golden_case import GoldenYearTestCase

SETTINGS = "Sales Opportunity Settings"

TARGETS = """
subject   | period  |      won | weighted | committed |     open
Gold.Anna | Q1 2025 | 12812.39 |        0 |         0 |        0
Gold.Anna | Q2 2025 |        0 |        0 |         0 |        0
Gold.Anna | Q3 2025 |        0 |     2000 |         0 |    20000
Gold.Anna | Q4 2025 |        0 |   524.93 |    525.27 |   787.23
Gold.Ben  | Q1 2025 |  2350.98 |        0 |         0 |        0
Gold.Ben  | Q2 2025 |        0 |   555.55 |         0 |  1111.10
Gold.Ben  | Q3 2025 |     1600 |        0 |         0 |        0
Gold.Ben  | Q4 2025 |        0 |   727.24 |    525.26 |  1525.25
"""

CLOSED = """
group     | won | lost | won_amount | lost_amount | win_rate
Gold.Anna |   2 |    1 |   12812.39 |        5000 |     66.7
Gold.Ben  |   3 |    1 |    3950.98 |        2000 |     75.0
Not Set   |   0 |    1 |          0 |        7500 |        0
Total     |   4 |    3 |   16763.37 |       14500 |     57.1
"""

FORECAST = """
period | group     | deals |  nominal | weighted |      won
2025   | Gold.Anna |     3 | 20787.23 |  2524.93 | 12812.39
2025   | Gold.Ben  |     3 |  2636.35 |  1282.79 |  3950.98
"""
"""Of what is due from 30 June on: Anna's G08 and G16, Ben's G07 and G11, and G13 of both."""


class TestGoldenShares(GoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_single_value(SETTINGS, "use_participants", 1)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		cls.addClassCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		for key, user, percentage in (("G17", golden.BEN, 33.33), ("G13", golden.ANNA, 50)):
			deal = frappe.get_doc("Sales Opportunity", cls.names[key])
			deal.append("shares", {"user": user, "percentage": percentage})
			deal.save()

	def rows(self, report: str, **filters) -> list[dict]:
		with freeze_time("2025-06-30"):
			return run(report, filters=filters, ignore_prepared_report=True)["result"]

	def test_targets_are_reached_by_parts(self):
		rows = self.rows("Sales Targets", year=2025, target_for="Person", period="Quarter")
		self.assertTable(TARGETS, [row for row in rows if str(row["subject"]).startswith("Gold.")])
		total = {field: rows[-1][field] for field in ("won", "weighted", "committed", "open")}
		self.assertEqual(
			total, {"won": 16763.37, "weighted": 3807.72, "committed": 1050.53, "open": 23423.59}
		)

	def test_what_was_won_and_lost_by_person(self):
		self.assertTable(CLOSED, self.rows("Win-Loss Analysis", group_by="opportunity_owner"))

	def test_the_forecast_by_person_and_its_whole(self):
		rows = self.rows("Revenue Forecast", group_by="opportunity_owner", period="Year")
		of_year = [row for row in rows if row["period"] == "2025" and row["group"] != "Not Set"]
		self.assertTable(FORECAST, of_year)
		(without,) = self.rows("Revenue Forecast", period="Year")[-1:]
		for field in ("deals", "nominal", "weighted", "won", "expected", "p10", "p50", "p90"):
			self.assertEqual(rows[-1][field], without[field], field)

"""Slip-adjusted dates in the year of sales that was computed by hand (see golden.py), on its last day of June.

Slips in days of the closed deals with a date: G01 5, G03 2, G09 1, G17 0; of the open ones so far: G04 61, G05 76, G07 0,
G08 −1, G11 −123, G12 −153, G13 −184, G16 −138. A curve needs two closed deals here.

| deal | stage, class | curve | result |
|---|---|---|---|
| G16 | Proposal, A | closed 1, 5; open −184, −138, 61: S(1) = 2/3, S(5) = 1/3 | 5 days |
| G04 | the same, 61 days late | nobody was later, neither in all classes | the seller's |
| G07 | Proposal, B: nobody has closed | all: closed 1, 5; open 0, 61, 76 and later ones: S(1) = 3/4, S(5) = 1/2 | 5 days |
| G13 | Negotiation, A | closed 0, 5; open −184: S(0) = 1/2, so the middle of 0 and 5, rounded up | 3 days |
| G05 | Negotiation, 76 days late | nobody was later | the seller's |
| G08 | First Meeting | only G09 has closed | the seller's |
"""

import frappe
from frappe.desk.query_report import run
from freezegun import freeze_time

from sales_opportunity.reporting import slips
from sales_opportunity.tests import golden_results
from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.settings import use_settings

TODAY = "2025-06-30"

LIKELY = {
	"G04": "2025-04-30",
	"G05": "2025-04-15",
	"G07": "2025-07-05",
	"G08": "2025-07-01",
	"G11": "2025-10-31",
	"G12": "2025-11-30",
	"G13": "2026-01-03",
	"G16": "2025-11-20",
}

BY_MONTH = """
period        | deals |   nominal | weighted
Overdue       |     2 |   6800.00 |  4150.00
Jul 2025      |     2 |  21111.10 |  2555.55
Oct 2025      |     1 |    999.99 |   333.30
Nov 2025      |     2 |    261.97 |   130.98
Jan 2026      |     1 |   1050.53 |   787.89
No Close Date |     2 | 100300.00 |  5015.00
Total         |    10 | 130523.59 | 12972.72
"""


class TestGoldenDates(GoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		use_settings(cls, use_likely_dates=1, calibration_minimum=2)
		with freeze_time(TODAY):
			slips.refresh_curves()
		cls.addClassCleanup(frappe.cache.delete_value, slips.CACHED)

	def test_the_dates_of_open_deals_are_as_late_as_those_before_them(self):
		found = {
			key: frappe.db.get_value("Sales Opportunity", self.names[key], "likely_close_date")
			for key in LIKELY
		}
		self.assertEqual({key: str(day) for key, day in found.items()}, LIKELY)

	def test_the_forecast_by_likely_dates(self):
		with freeze_time(TODAY):
			rows = run("Revenue Forecast", {"dates": "Likely", "period": "Month"})["result"]
		self.assertTable(BY_MONTH, [row for row in rows if row["deals"]])

	def test_the_forecast_by_the_sellers_dates_is_as_before(self):
		with freeze_time("2025-01-01"):
			*rows, _whole = run("Revenue Forecast", {"period": "Month"})["result"]
		self.assertTable(golden_results.BY_MONTH, rows)

"""Two deals of the year that was computed by hand (see golden.py), shared by Anna and Ben: their parts, by hand too.

G17, won by Anna for 4,218.38 EUR, has 33.33 % for Ben: 1,405.986 and 2,812.394, so 1,405.99 and 2,812.39. G13, Ben's in francs at
75 %, is 1,050.53 EUR, weighted 787.89; half of it is Anna's. Of 525.265 and 393.945 for each the lower name has the cent:
525.27 and 393.95 for Anna, 525.26 and 393.94 for Ben.
"""

import frappe
from freezegun import freeze_time

from sales_opportunity.tests import golden, golden_offers
from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.settings import use_settings

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

SPREAD = """
period    | group     | nominal | weighted |     won
Jan 2025  | Gold.Anna |       0 |        0 | 7867.50
Jan 2025  | Gold.Ben  |       0 |        0 |   15.00
Mar 2025  | Gold.Anna |       0 |        0 |  135.00
Mar 2025  | Gold.Ben  |       0 |        0 |  135.00
Apr 2025  | Gold.Anna |       0 |        0 |   15.00
Apr 2025  | Gold.Ben  |       0 |        0 |  815.00
Jun 2025  | Gold.Ben  |    2100 |     1050 |       0
Jul 2025  | Gold.Anna |       0 |        0 |   15.00
Jul 2025  | Gold.Ben  |       0 |        0 |   15.00
Aug 2025  | Gold.Anna | 1066.72 |   800.04 |       0
Aug 2025  | Gold.Ben  |  533.28 |   399.96 |       0
Sept 2025 | Gold.Anna | 2466.67 |  1250.00 |       0
Sept 2025 | Gold.Ben  |   33.33 |    25.00 |       0
Oct 2025  | Gold.Anna | 2400.12 |  1800.09 |   15.00
Oct 2025  | Gold.Ben  | 1199.88 |   899.91 |   14.99
Nov 2025  | Gold.Anna |   66.67 |    50.01 |       0
Nov 2025  | Gold.Ben  |   33.33 |    24.99 |       0
Dec 2025  | Gold.Anna |   66.67 |    50.00 |       0
Dec 2025  | Gold.Ben  |   33.33 |    25.00 |       0
Jan 2026  | Gold.Anna |   66.67 |    50.00 |       0
Jan 2026  | Gold.Ben  |   33.33 |    25.00 |       0
Feb 2026  | Gold.Anna |   66.67 |    50.00 |       0
Feb 2026  | Gold.Ben  |   33.33 |    25.00 |       0
Mar 2026  | Gold.Anna |   66.67 |    50.01 |  135.00
Mar 2026  | Gold.Ben  |   33.33 |    24.99 |  135.00
Apr 2026  | Gold.Anna |   66.67 |    50.00 |       0
Apr 2026  | Gold.Ben  |   33.33 |    25.00 |       0
May 2026  | Gold.Anna |   66.67 |    50.00 |       0
May 2026  | Gold.Ben  |   33.33 |    25.00 |       0
Jun 2026  | Gold.Anna |   66.67 |    50.00 |       0
Jun 2026  | Gold.Ben  |   33.33 |    25.00 |       0
Jul 2026  | Gold.Anna |   66.67 |    50.01 |       0
Jul 2026  | Gold.Ben  |   33.33 |    24.99 |       0
Mar 2027  | Gold.Anna |       0 |        0 |  135.00
Mar 2027  | Gold.Ben  |       0 |        0 |  135.00
"""
"""Beside K03 and K04: 7,852.50 of K01 and 2,400.00 at 50 % of K07 are Anna's, 2,100.00 at 50 % of K02 and 800.00 of K06 Ben's."""

MARGIN = """
group     | deals |  revenue | cost |  margin | percentage | without_cost
Gold.Anna |     4 |  8817.55 | 6150 | 2667.55 |      30.25 |     15134.33
Gold.Ben  |     4 |  1205.00 |  750 |  455.00 |      37.76 |      2604.98
Total     |     7 | 10022.55 | 6900 | 3122.55 |      31.16 |     17739.31
"""
"""Half of K04 has gone from Ben to Anna: 405.00 for 150.00, and of 119.99 without costs 60.00."""


class SharedGoldenYearTestCase(GoldenYearTestCase):
	"""The year on a site that lets deals be shared."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		use_settings(cls, use_participants=1)

	@staticmethod
	def share(name: str, user: str, percentage: float):
		deal = frappe.get_doc("Sales Opportunity", name)
		deal.append("shares", {"user": user, "percentage": percentage})
		deal.save()


class TestGoldenShares(SharedGoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.share(cls.names["G17"], golden.BEN, 33.33)
		cls.share(cls.names["G13"], golden.ANNA, 50)

	def rows(self, report: str, **filters) -> list[dict]:
		with freeze_time("2025-06-30"):
			return report_rows(report, **filters)

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


class TestGoldenSharesOfOffers(SharedGoldenYearTestCase):
	"""K03 and K04 (see golden_offers.py), which are spread over what they charge by month, shared by Anna and Ben.

	K03 is Anna's, 33.33 % are Ben's. Of what it has brought until each month, at 75 %, from August 2025 on

	| until    | weighted | Ben's 33.33 % | to the cent | of the month |
	|---|---|---|---|---|
	| Aug 2025 |  1,200.00 |   399.96    |   399.96 | 399.96 |
	| Sep 2025 |  1,275.00 |   424.9575  |   424.96 |  25.00 |
	| Oct 2025 |  3,975.00 | 1,324.8675  | 1,324.87 | 899.91 |
	| Nov 2025 |  4,050.00 | 1,349.865   | 1,349.86 |  24.99 |
	| Dec 2025 |  4,125.00 | 1,374.8625  | 1,374.86 |  25.00 |
	| Jan 2026 |  4,200.00 | 1,399.86    | 1,399.86 |  25.00 |
	| Feb 2026 |  4,275.00 | 1,424.8575  | 1,424.86 |  25.00 |
	| Mar 2026 |  4,350.00 | 1,449.855   | 1,449.85 |  24.99 |
	| Apr 2026 |  4,425.00 | 1,474.8525  | 1,474.85 |  25.00 |
	| May 2026 |  4,500.00 | 1,499.85    | 1,499.85 |  25.00 |
	| Jun 2026 |  4,575.00 | 1,524.8475  | 1,524.85 |  25.00 |
	| Jul 2026 |  4,650.00 | 1,549.845   | 1,549.84 |  24.99 |

	where half a cent for each is Anna's, whose share is larger; of the nominal 100.00, 1,600.00 and 3,600.00 Ben has 33.33,
	533.28 and 1,199.88. K04 is Ben's, half of it Anna's: 15.00 of 30.00 and 135.00 of 270.00 for each, and of 29.99 in October,
	389.99 until then, the half cent is Anna's, whose name is lower: 15.00 and 14.99.
	"""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		offers = golden_offers.make_offers()
		cls.share(offers["K03"], golden.BEN, 33.33)
		cls.share(offers["K04"], golden.ANNA, 50)

	def rows(self, report: str, **filters) -> list[dict]:
		with freeze_time("2025-01-01"):
			return report_rows(report, **filters)

	def test_the_months_by_person(self):
		filters = {"class_id": golden_offers.CLASS, "period": "Month", "basis": "Service Period"}
		*rows, whole = self.rows("Revenue Forecast", group_by="opportunity_owner", **filters)
		self.assertTable(SPREAD, [row for row in rows if row["nominal"] or row["won"]])
		self.assertEqual([whole[key] for key in ("nominal", "weighted", "won")], [10_700, 6900, 9582.49])

	def test_the_margin_by_person(self):
		self.assertTable(MARGIN, self.rows("Margin", group_by="opportunity_owner"))

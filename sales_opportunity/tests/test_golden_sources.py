"""Sources and campaigns in the year of sales that was computed by hand (see golden.py)."""

from freezegun import freeze_time

from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.reports import run_report

WON_AND_LOST = {
	"source": """
group      | won | lost | win_rate | won_amount | average_won | lost_amount
Referral   |   1 |    0 |      100 |    1600.00 |     1600.00 |        0.00
Trade Fair |   1 |    2 |     33.3 |   10000.00 |    10000.00 |     7000.00
Website    |   1 |    1 |       50 |     944.99 |      944.99 |     7500.00
Not Set    |   1 |    0 |      100 |    4218.38 |     4218.38 |        0.00
Total      |   4 |    3 |     57.1 |   16763.37 |     4190.84 |    14500.00
""",
	"campaign": """
group       | won | lost | win_rate | won_amount | cost | return_on_cost | lost_amount
Gold Autumn |   0 |    1 |        0 |       0.00 |  500 |              0 |     2000.00
Gold Spring |   1 |    1 |       50 |   10000.00 | 2000 |              5 |     5000.00
Not Set     |   3 |    1 |       75 |    6763.37 | None |           None |     7500.00
Total       |   4 |    3 |     57.1 |   16763.37 | 2500 |              4 |    14500.00
""",
}
"""Trade fairs: G01 won; G02 and, by the campaign alone, G15 lost."""

FUNNEL = {"Referral": 2, "Trade Fair": 5, "Website": 3, "Not Set": 7}
"""How many deals began with each source."""

FORECAST = {
	"source": """
group      |   nominal | weighted |      won
Referral   |  20000.00 |  2000.00 |  1600.00
Trade Fair |   4850.53 |  2687.89 | 10000.00
Website    | 100000.00 |  5000.00 |   944.99
Not Set    |   5673.06 |  3284.83 |  4218.38
""",
	"campaign": """
group       |   nominal | weighted |      won
Gold Autumn |   1050.53 |   787.89 |     0.00
Gold Spring |   3800.00 |  1900.00 | 10000.00
Not Set     | 125673.06 | 10284.83 |  6763.37
""",
}


class TestGoldenSources(GoldenYearTestCase):
	def report(self, name: str, **filters) -> dict:
		with freeze_time("2025-01-01 08:00:00"):
			return run_report(name, **filters)

	def test_won_and_lost_by_source_and_campaign(self):
		for group_by, expected in WON_AND_LOST.items():
			with self.subTest(group_by):
				self.assertTable(expected, self.report("Win-Loss Analysis", group_by=group_by)["result"])

	def test_the_forecast_by_source_and_campaign(self):
		for group_by, expected in FORECAST.items():
			*rows, whole = self.report("Revenue Forecast", period="Year", group_by=group_by)["result"]
			sums: dict[str, dict] = {}
			for row in rows:
				entry = sums.setdefault(row["group"], {"group": row["group"]})
				for key in ("nominal", "weighted", "won"):
					entry[key] = entry.get(key, 0) + row[key]
			with self.subTest(group_by):
				order = [line.split("|")[0].strip() for line in expected.strip().splitlines()[1:]]
				self.assertTable(expected, [sums[group] for group in order])
				self.assertEqual((whole["nominal"], whole["weighted"]), (130523.59, 12972.72))

	def test_deals_one_by_one_have_the_same_groups(self):
		rows = self.report("Revenue Forecast", period="Year", group_by="source", item_group="Gold Bikes")[
			"result"
		]
		self.assertEqual(
			[(row["group"], row["won"]) for row in rows if row["won"] and row["period"] == "2025"],
			[("Referral", 1600), ("Trade Fair", 10_000), ("Not Set", 4218.38)],
		)

	def test_the_funnel_of_trade_fairs(self):
		summary = self.report("Sales Funnel", source="Trade Fair")["report_summary"]
		self.assertEqual([each["value"] for each in summary[:3]], [5, 1, 2])

	def test_the_funnel_by_source_is_that_of_each_and_comes_to_the_whole(self):
		counts = ("reached", "skipped", "advanced", "undecided", "waiting", "lost", "back")
		whole, grouped = (
			self.report("Sales Funnel", **each)["result"] for each in ({}, {"group_by": "source"})
		)
		self.assertEqual(list(dict.fromkeys(row["group"] for row in grouped)), list(FUNNEL))
		for row in whole:
			of_stage = [each for each in grouped if each["stage"] == row["stage"]]
			for key in counts:
				self.assertEqual(sum(each[key] for each in of_stage), row[key], (row["stage"], key))
		of_fairs = self.report("Sales Funnel", source="Trade Fair")["result"]
		by_group = [row for row in grouped if row["group"] == "Trade Fair"]
		self.assertEqual([{**row, "group": "Trade Fair"} for row in of_fairs], by_group)
		first = [row for row in grouped if row["stage"] == grouped[0]["stage"]]
		self.assertEqual({row["group"]: row["reached"] for row in first}, FUNNEL)

	def test_cohorts_of_the_funnel_have_their_sources(self):
		rows = self.report("Sales Funnel", cohort="Year", group_by="source")["result"]
		without = self.report("Sales Funnel", cohort="Year")["result"]
		for cohort in {row["cohort"] for row in without}:
			found, expected = (
				[row["reached"] for row in each if row["cohort"] == cohort] for each in (rows, without)
			)
			self.assertEqual(sum(found), sum(expected), cohort)

	def test_what_does_not_move_of_a_campaign(self):
		rows = self.report("Stalled and Not Forecastable", campaign="Gold Autumn")["result"]
		self.assertEqual([row["opportunity"] for row in rows], [self.names["G13"], None])

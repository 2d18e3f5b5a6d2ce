"""The year of sales that was computed by hand with all that offers can have (see golden_offers.py), which leaves the rest of it as it was.

Won: 7,852.50 of K01, 929.99 of K04 and 800.00 of K06, in all 9,582.49. Open, at their probability: K02 2,100.00 EUR at 50 %,
K03 6,200.00 at 75 %, K07 2,400.00 at 50 %, in all 10,700.00 and 6,900.00.

Over the service period K03 brings 1,500.00 and 100.00 in August, 3,500.00 and 100.00 in October, and 100.00 in each other month until
July 2026. K04 brings 270.00 in March of three years, and 30.00, 30.00, 30.00 and 29.99 from January on in the quarters.
"""

import frappe
from freezegun import freeze_time

from sales_opportunity.deal.related import call_offs
from sales_opportunity.tests import golden, golden_offers, golden_results
from sales_opportunity.tests.factories import make_opportunity, make_quote, registered
from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.reports import report_rows

BY_MONTH = """
period    | deals | nominal | weighted |     won
Jan 2025  |     0 |    0.00 |     0.00 | 8782.49
Apr 2025  |     0 |    0.00 |     0.00 |  800.00
Jun 2025  |     1 | 2100.00 |  1050.00 |    0.00
Jul 2025  |     1 | 6200.00 |  4650.00 |    0.00
Sept 2025 |     1 | 2400.00 |  1200.00 |    0.00
"""

SPREAD_BY_MONTH = """
period    | deals | nominal | weighted |     won
Jan 2025  |     0 |    0.00 |     0.00 | 7882.50
Mar 2025  |     0 |    0.00 |     0.00 |  270.00
Apr 2025  |     0 |    0.00 |     0.00 |  830.00
Jun 2025  |     1 | 2100.00 |  1050.00 |    0.00
Jul 2025  |     0 |    0.00 |     0.00 |   30.00
Aug 2025  |     1 | 1600.00 |  1200.00 |    0.00
Sept 2025 |     2 | 2500.00 |  1275.00 |    0.00
Oct 2025  |     1 | 3600.00 |  2700.00 |   29.99
Nov 2025  |     1 |  100.00 |    75.00 |    0.00
Dec 2025  |     1 |  100.00 |    75.00 |    0.00
Jan 2026  |     1 |  100.00 |    75.00 |    0.00
Feb 2026  |     1 |  100.00 |    75.00 |    0.00
Mar 2026  |     1 |  100.00 |    75.00 |  270.00
Apr 2026  |     1 |  100.00 |    75.00 |    0.00
May 2026  |     1 |  100.00 |    75.00 |    0.00
Jun 2026  |     1 |  100.00 |    75.00 |    0.00
Jul 2026  |     1 |  100.00 |    75.00 |    0.00
Mar 2027  |     0 |    0.00 |     0.00 |  270.00
"""

WHOLE_BY_QUARTER = {
	"Close Date": """
period        |   nominal | weighted |      won
Q1 2025       |      0.00 |     0.00 | 23945.86
Q2 2025       |  10011.10 |  5755.55 |   800.00
Q3 2025       |  28600.00 |  7850.00 |  1600.00
Q4 2025       |   2312.49 |  1252.17 |     0.00
No Close Date | 100300.00 |  5015.00 |     0.00
Total         | 141223.59 | 19872.72 | 26345.86
""",
	"Service Period": """
period        |   nominal | weighted |      won
Q1 2025       |      0.00 |     0.00 | 23315.87
Q2 2025       |  10011.10 |  5755.55 |   830.00
Q3 2025       |  24100.00 |  4475.00 |  1630.00
Q4 2025       |   6112.49 |  4102.17 |    29.99
Q1 2026       |    300.00 |   225.00 |   270.00
Q2 2026       |    300.00 |   225.00 |     0.00
Q3 2026       |    100.00 |    75.00 |     0.00
Q1 2027       |      0.00 |     0.00 |   270.00
No Close Date | 100300.00 |  5015.00 |     0.00
Total         | 141223.59 | 19872.72 | 26345.86
""",
}
"""Of all deals, without the quarters in which there is nothing."""

BY_ITEM_GROUP = """
group      | nominal | weighted |     won
Gold Bikes | 7520.00 |  5010.00 | 6912.55
Gold Care  | 1200.00 |   900.00 |  929.99
Gold Parts | 1980.00 |   990.00 | 1739.95
"""
"""Bikes: 2,520.00 of K02 and 5,000.00 of K03; 8,412.55 less the old one. Parts: 2,400.00 less 420.00; 939.95 and 800.00."""

MARGIN = {
	"class_id": """
group  | deals |  revenue | cost |  margin | percentage | without_cost
Gold A |     3 |        0 |    0 |       0 |          0 |     15734.38
Gold B |     1 |        0 |    0 |       0 |          0 |       944.99
Gold C |     3 | 10022.55 | 6900 | 3122.55 |      31.16 |      1059.94
Total  |     7 | 10022.55 | 6900 | 3122.55 |      31.16 |     17739.31
""",
	"opportunity_owner": """
group     | deals |  revenue | cost |  margin | percentage | without_cost
Gold.Anna |     3 |  8412.55 | 6000 | 2412.55 |      28.68 |     15074.33
Gold.Ben  |     4 |  1610.00 |  900 |  710.00 |      44.10 |      2664.98
Total     |     7 | 10022.55 | 6900 | 3122.55 |      31.16 |     17739.31
""",
}
"""K01 earns 8,412.55 − 6,000.00, K04 810.00 − 300.00, K06 875.00 − 600.00 − 75.00; freight has no margin."""

WON_AND_LOST = {
	"class_id": """
group  | won | lost | won_amount | lost_amount
Gold A |   3 |    2 |   15818.38 |     7000.00
Gold B |   1 |    1 |     944.99 |     7500.00
Gold C |   3 |    1 |    9582.49 |     2300.00
Total  |   7 |    4 |   26345.86 |    16800.00
""",
	"opportunity_owner": """
group     | won | lost | won_amount | lost_amount
Gold.Anna |   3 |    1 |   22070.88 |     5000.00
Gold.Ben  |   4 |    2 |    4274.98 |     4300.00
Not Set   |   0 |    1 |       0.00 |     7500.00
Total     |   7 |    4 |   26345.86 |    16800.00
""",
	"closing_reason": """
group             | won | lost | won_amount | lost_amount
Best Price        |   2 |    0 |    5163.37 |        0.00
Best Product      |   5 |    0 |   21182.49 |        0.00
Competitor Chosen |   0 |    1 |       0.00 |     2000.00
No Budget         |   0 |    1 |       0.00 |     7500.00
Too Expensive     |   0 |    2 |       0.00 |     7300.00
Total             |   7 |    4 |   26345.86 |    16800.00
""",
	"discount": """
group         | won | lost | won_amount | lost_amount
No Discount   |   1 |    1 |   10000.00 |     2000.00
up to 10 %    |   2 |    1 |    1874.98 |     2300.00
up to 20 %    |   3 |    0 |   10252.50 |        0.00
above 20 %    |   1 |    0 |    4218.38 |        0.00
Without Lines |   0 |    2 |       0.00 |    12500.00
Total         |   7 |    4 |   26345.86 |    16800.00
""",
}
"""Discounts: K01 9,352.50 of 11,000.00, K04 10 %, K06 875.00 of 1,000.00, K08 2,800.00 of 3,000.00."""

DEMAND = """
item  | period   | needed_by  | nominal | weighted | net_need
BIKE  | May 2025 | 2025-05-05 |       6 |      3.5 |      0.5
BIKE  | Jul 2025 | 2025-07-10 |       3 |      1.5 |      1.5
BIKE  | Aug 2025 | 2025-08-14 |       1 |     0.75 |     0.75
BIKE  | Dec 2025 | 2025-12-15 |       3 |      1.5 |      1.5
BOX   | Apr 2025 | 2025-04-15 |       4 |        3 |        0
BOX   | Sept 2025 | 2025-09-30 |     10 |        5 |        3
BOX   | Dec 2025 | 2025-12-31 |      10 |      7.5 |      7.5
BOX   | No Date  | None       |       1 |     0.05 |     0.05
CARE  | Jul 2025 | 2025-07-15 |       1 |     0.75 |     0.75
SCREW | Nov 2025 | 2025-11-15 |     700 |      350 |      350
"""
"""Beside the year's: 2 bikes of K02 and one of K03, both 30 days after closing, 10 boxes of K07 and the care of K03.

3 bikes and 5 boxes are there.
"""

VALUES = ("nominal", "weighted", "won")
FORMER = [
	("Revenue Forecast", {"period": "Month"}, "period", VALUES, golden_results.BY_MONTH),
	(
		"Revenue Forecast",
		{"period": "Month", "basis": "Service Period"},
		"period",
		VALUES,
		golden_results.BY_MONTH,
	),
	("Revenue Forecast", {"period": "Quarter"}, "period", VALUES, golden_results.BY_QUARTER),
	*(
		("Revenue Forecast", {"period": "Year", "group_by": group_by}, "group", VALUES, table)
		for group_by, table in golden_results.BY_GROUP.items()
	),
	*(
		(
			"Win-Loss Analysis",
			{"group_by": group_by},
			"group",
			("won", "lost", "won_amount", "lost_amount"),
			table,
		)
		for group_by, table in golden_results.CLOSED_BY.items()
		if group_by != "size"
	),
	(
		"Sales Funnel",
		{},
		"stage",
		("reached", "skipped", "advanced", "waiting", "lost", "back"),
		golden_results.FUNNEL,
	),
	("Item Demand Forecast", {}, "item", ("nominal", "weighted"), golden_results.DEMAND),
]
"""What of the former tables adds up: report, filters, the column of the groups, and those that are added."""


def stock(items: list) -> dict:
	"""The stock provider of this test: two bikes and one on its way, five boxes."""
	return {
		("Sales Item", "BIKE"): {"on_hand": 2, "on_order": 1},
		("Sales Item", "BOX"): {"on_hand": 5},
	}


def added(rows: list[dict], by: str, columns: tuple[str, ...]) -> dict[str, list[float]]:
	"""Return by group what the columns come to, as far as it is anything; totals are left out."""
	found: dict[str, list[float]] = {}
	for row in rows:
		if row.get(by, "Total") != "Total":
			former = found.setdefault(row[by], [0.0] * len(columns))
			found[row[by]] = [
				round(sums + float(row[key]), 2) for sums, key in zip(former, columns, strict=True)
			]
	return {group: sums for group, sums in found.items() if any(sums)}


class TestGoldenOffers(GoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.offers = golden_offers.make_offers()

	def report(self, name: str, **filters) -> list[dict]:
		"""Return a report's rows as they were on the first day of the year."""
		with freeze_time("2025-01-01"), registered(sales_stock_provider=[f"{__name__}.stock"]):
			return report_rows(name, **filters)

	def own(self, name: str, **filters) -> list[dict]:
		return self.report(name, class_id=golden_offers.CLASS, **filters)

	def deal(self, key: str):
		return frappe.get_doc("Sales Opportunity", self.offers[key])

	def test_the_deals_are_worth_what_was_computed(self):
		for row in golden.rows(golden_offers.DEALS):
			self.assertEqual(self.deal(row.key).amount, float(row.value), row.key)
		won, open_deal, lost = (self.deal(key) for key in ("K01", "K02", "K08"))
		self.assertEqual([row.net_amount for row in won.items], [8412.55, 939.95, -1500])
		self.assertEqual((won.discount_amount, lost.discount_amount), (597.5, 200))
		self.assertEqual((open_deal.base_amount, open_deal.base_weighted_amount), (2100, 1050))

	def test_a_quote_says_the_same_and_its_tax(self):
		"""19 % of 9,352.50 are 1,776.98; the old bike is taken without tax."""
		quote = make_quote(make_opportunity(class_id=golden_offers.CLASS, **golden_offers.TERMS["K01"]))
		self.addCleanup(frappe.delete_doc, "Sales Opportunity", quote.opportunity)
		self.addCleanup(frappe.delete_doc, "Quote", quote.name)
		self.assertEqual((quote.line_total, quote.deduction_total), (9950, -1500))
		self.assertEqual((quote.net_total, quote.tax_total, quote.gross_total), (7852.5, 1776.98, 9629.48))
		self.assertEqual((quote.margin_amount, quote.margin_percentage), (2412.55, 28.68))

	def test_what_contracts_bring_per_month_and_year(self):
		"""K04: 810.00 in 36 months and 119.99 in 12 are 22.50 and 9.999."""
		for key, expected in (("K03", (5000, 100, 1200, 6200)), ("K04", (0, 32.5, 389.99, 929.99))):
			deal = self.deal(key)
			found = deal.one_off_amount, deal.monthly_amount, deal.yearly_amount, deal.contract_value
			self.assertEqual(found, expected, key)

	def test_the_instalments_are_parts_of_what_is_sold_once(self):
		self.assertEqual([row.amount for row in self.deal("K03").instalments], [1500, 3500])

	def test_of_a_frame_the_call_offs_count(self):
		found = call_offs(self.deal(golden_offers.FRAME))
		self.assertEqual(
			found,
			{
				"currency": "EUR",
				"won": {"count": 1, "amount": 800},
				"open": {"count": 1, "amount": 2400},
				"left": 96_800,
			},
		)

	def test_what_they_earn(self):
		for key, expected in (("K01", (2412.55, 28.68)), ("K02", (900, 42.86)), ("K06", (200, 25))):
			deal = self.deal(key)
			self.assertEqual((deal.margin_amount, deal.margin_percentage), expected, key)

	def test_the_margin_by_class_and_person(self):
		for group_by, expected in MARGIN.items():
			with self.subTest(group_by):
				self.assertTable(expected, self.report("Margin", group_by=group_by))

	def test_the_forecast_by_month(self):
		for basis, expected in (("Close Date", BY_MONTH), ("Service Period", SPREAD_BY_MONTH)):
			with self.subTest(basis):
				*rows, whole = self.own("Revenue Forecast", period="Month", basis=basis)
				self.assertTable(expected, [row for row in rows if row["deals"] or row["won"]])
				self.assertEqual([whole[key] for key in VALUES], [10_700, 6900, 9582.49])

	def test_the_forecast_of_all_by_quarter(self):
		for basis, expected in WHOLE_BY_QUARTER.items():
			with self.subTest(basis):
				rows = self.report("Revenue Forecast", period="Quarter", basis=basis)
				self.assertTable(expected, [row for row in rows if row["deals"] or row["won"]])

	def test_the_forecast_by_item_group(self):
		*rows, _whole = self.own("Revenue Forecast", period="Year", group_by="item_group")
		self.assertTable(BY_ITEM_GROUP, [row for row in rows if row["deals"] or row["won"]])

	def test_won_and_lost(self):
		for group_by, expected in WON_AND_LOST.items():
			with self.subTest(group_by):
				self.assertTable(expected, self.report("Win-Loss Analysis", group_by=group_by))

	def test_the_demand_of_items(self):
		self.assertTable(DEMAND, self.report("Item Demand Forecast"))

	def test_all_former_figures_of_the_year_stay_as_they_were(self):
		for name, filters, by, columns, table in FORMER:
			head, *lines = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
			former = [dict(zip(head, line, strict=True)) for line in lines]
			own = [{**row, **{key: -row[key] for key in columns}} for row in self.own(name, **filters)]
			with self.subTest(name, **filters):
				rest = added([*self.report(name, **filters), *own], by, columns)
				self.assertEqual(rest, added(former, by, columns))

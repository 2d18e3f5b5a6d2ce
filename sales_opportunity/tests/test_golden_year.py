"""A year of sales computed by hand (see golden.py), which all reports reproduce to the cent."""

from contextlib import nullcontext
from decimal import Decimal
from itertools import product

import frappe
from frappe.utils import fmt_money
from freezegun import freeze_time

from sales_opportunity.reporting import planner
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import mark_as_done
from sales_opportunity.tests import golden
from sales_opportunity.tests.factories import make_fulfilment_request, make_quote, registered
from sales_opportunity.tests.golden_case import GoldenYearTestCase
from sales_opportunity.tests.golden_results import (
	BY_GROUP,
	BY_MONTH,
	BY_QUARTER,
	CLOSED_BY,
	DEMAND,
	FUNNEL,
)
from sales_opportunity.tests.reports import run_report

OVERDUE_DEMAND = """
item | period  | needed_by  | order_by   | nominal | weighted | on_hand | net_need
BIKE | Overdue | 2025-05-05 | 2025-04-05 |       7 |        4 |       2 |        1
BIKE | Dec 2025 | 2025-12-15 | 2025-11-15 |       3 |      1.5 |       2 |      1.5
BOX  | Overdue | 2025-04-15 | 2025-04-15 |       4 |        3 |       5 |        0
BOX  | Dec 2025 | 2025-12-31 | 2025-12-31 |      10 |      7.5 |       5 |      5.5
BOX  | No Date | None       | None       |       1 |     0.05 |       5 |     0.05
SCREW | Nov 2025 | 2025-11-15 | 2025-11-15 |     700 |      350 |    None |      350
"""

PIPELINE = """
stage          | opportunities |   nominal | weighted | currency
Inquiry        |             2 | 100300.00 |  5015.00 | EUR
First Meeting  |             1 |  20000.00 |  2000.00 | EUR
Needs Analysis |             2 |   1000.00 |   333.30 | EUR
Proposal       |             3 |   5173.06 |  2586.53 | EUR
Negotiation    |             2 |   4050.53 |  3037.89 | EUR
"""

PIPELINE_TOTAL = """
stage | opportunities |   nominal | weighted
Total |            10 | 130523.59 | 12972.72
"""

LOST = """
closing_reason    | opportunities |    lost | currency
No Budget         |             1 | 7500.00 | EUR
Too Expensive     |             1 | 5000.00 | EUR
Competitor Chosen |             1 | 2000.00 | EUR
"""

ITEMS = """
item | unit  | opportunities | quantity | weighted_quantity | nominal | weighted
BIKE | Piece |             4 |       10 |              5.50 | 7144.27 |  4072.14
BOX  | Piece |             3 |       15 |             10.55 | 2350.53 |  1552.89
SCREW | Piece |            1 |      700 |            350.00 |   18.79 |     9.40
"""

OPEN_QUOTES = """
party_name      | status | valid_until |     net |   gross | currency
Gold Kunde GmbH | Issued | 2099-04-30  | 1050.53 | 1250.13 | EUR
Gold Kunde GmbH | Sent   | 2099-05-31  | 3800.00 | 4522.00 | EUR
"""

FORECASTS = ("Revenue Forecast", "Item Demand Forecast")

PLANNER = """item_type,item,unit,period_start,needed_by,order_by,nominal,weighted,on_hand,on_order,reserved,net_need
Sales Item,BIKE,Piece,2025-05-01,2025-05-05,2025-04-05,6.0,3.5,2.0,1.0,0.0,0.5
Sales Item,BIKE,Piece,2025-07-01,2025-07-30,2025-06-30,1.0,0.5,2.0,1.0,0.0,0.5
Sales Item,BIKE,Piece,2025-12-01,2025-12-15,2025-11-15,3.0,1.5,2.0,1.0,0.0,1.5
Sales Item,BOX,Piece,2025-04-01,2025-04-15,2025-04-15,4.0,3.0,5.0,0.0,0.0,0.0
Sales Item,BOX,Piece,2025-12-01,2025-12-31,2025-12-31,10.0,7.5,5.0,0.0,0.0,5.5
Sales Item,BOX,Piece,,,,1.0,0.05,5.0,0.0,0.0,0.05
Sales Item,SCREW,Piece,2025-11-01,2025-11-15,2025-11-15,700.0,350.0,,,,350.0
"""


def stock(items: list) -> dict:
	"""The stock provider of this test: two bikes and one on its way, five boxes, no word of screws."""
	assert items == [("Sales Item", "BIKE"), ("Sales Item", "BOX"), ("Sales Item", "SCREW")]
	return {
		("Sales Item", "BIKE"): {"on_hand": 2, "on_order": 1},
		("Sales Item", "BOX"): {"on_hand": 5},
	}


def any_stock(items: list) -> dict:
	"""A warehouse with one of everything."""
	return {item: {"on_hand": 1} for item in items}


def broken_stock(items: list) -> dict:
	raise ConnectionError("the warehouse does not answer")


class TestGoldenYear(GoldenYearTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.keys = {name: key for key, name in cls.names.items()}

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def report(self, name: str, today: str = "2025-01-01", **filters) -> dict:
		"""Run a report; the forecasts of the year are looked at on its first day, when nothing is overdue yet."""
		with freeze_time(today) if name in FORECASTS else nullcontext():
			return run_report(name, **filters)

	def test_the_forecast_by_month(self):
		*rows, whole = self.report("Revenue Forecast", period="Month")["result"]
		self.assertTable(BY_MONTH, rows)
		self.assertEqual((whole["deals"], whole["expected"]), (10, 29736.09))

	def test_the_forecast_by_quarter(self):
		self.assertTable(BY_QUARTER, self.report("Revenue Forecast", period="Quarter")["result"])

	def test_the_forecast_by_group_keeps_the_total(self):
		for group_by, expected in BY_GROUP.items():
			*rows, whole = self.report("Revenue Forecast", period="Year", group_by=group_by)["result"]
			sums = {}
			for row in rows:
				entry = sums.setdefault(row["group"], {"group": row["group"]})
				for key in ("nominal", "weighted", "won"):
					entry[key] = entry.get(key, 0) + row[key]
			order = [line.split("|")[0].strip() for line in expected.strip().splitlines()[1:]]
			self.assertEqual(set(sums), set(order), group_by)
			self.assertTable(expected, [sums[group] for group in order])
			self.assertEqual((whole["nominal"], whole["weighted"]), (130523.59, 12972.72), group_by)

	def test_the_percentiles_of_the_year_are_those_of_all_outcomes(self):
		deals = frappe.get_all("Sales Opportunity", {"status": "Open"}, ["base_amount", "probability"])
		outcomes = []
		for wins in product((False, True), repeat=len(deals)):
			weight, value = 1.0, Decimal("16763.37")
			for deal, comes in zip(deals, wins, strict=True):
				weight *= deal.probability / 100 if comes else 1 - deal.probability / 100
				value += Decimal(str(deal.base_amount)) if comes else 0
			outcomes.append((value, weight))
		for group_by in (None, "item_group"):
			whole = self.report("Revenue Forecast", group_by=group_by)["result"][-1]
			for share, percentile in ((0.1, "p10"), (0.5, "p50"), (0.9, "p90")):
				cumulated, reached = 0.0, None
				for value, weight in sorted(outcomes):
					cumulated += weight
					if cumulated >= share - 1e-9:
						reached = value
						break
				self.assertEqual(whole[percentile], float(reached), (group_by, percentile))

	def test_the_dates_of_the_report_leave_out_what_lies_outside(self):
		report = self.report("Revenue Forecast", from_date="2025-04-16", to_date="2025-06-30")
		rows = report["result"]
		self.assertEqual(
			[(row["period"], row["nominal"]) for row in rows],
			[
				("Apr 2025", 3800),
				("May 2025", 0),
				("Jun 2025", 1111.10),
				("No Close Date", 100300),
				("In These Dates", 4911.10),
				("Total", 105211.10),
			],
		)
		cards = {card["label"]: card["value"] for card in report["report_summary"]}
		self.assertEqual(cards["Open, Nominal in These Dates"], 4911.10)
		self.assertEqual(cards["Open, Weighted in These Dates"], rows[-2]["weighted"])
		self.assertEqual(cards["With 90 % Certainty at Least in These Dates"], rows[-2]["p10"])
		self.assertLessEqual(rows[-2]["p10"], cards["Won + Weighted in These Dates"])
		listed = rows[-2]["drill"]["open"]["filters"]
		self.assertEqual(
			frappe.db.count("Sales Opportunity", self.database_filters(listed)), rows[-2]["deals"]
		)
		drilled = rows[0]["drill"]["open"]["filters"]["expected_close_date"]
		self.assertEqual(drilled, ["between", ["2025-04-16", "2025-04-30"]])

	def test_what_is_overdue_by_a_date_of_the_report_is_in_these_dates(self):
		*_rows, dated, whole = self.report(
			"Revenue Forecast", today="2025-07-01", from_date="2025-04-16", to_date="2025-06-30"
		)["result"]
		self.assertEqual((dated["period"], dated["nominal"]), ("In These Dates", 4911.10))
		self.assertGreater(whole["nominal"], dated["nominal"])

	def test_without_dates_there_is_no_subtotal(self):
		report = self.report("Revenue Forecast")
		self.assertNotIn("In These Dates", [row["period"] for row in report["result"]])
		self.assertEqual(report["report_summary"][0]["label"], "Open, Nominal")

	def test_what_is_overdue_has_a_row_of_its_own_whatever_the_dates(self):
		for dates in ({}, {"from_date": "2025-07-01"}):
			first, *_others, whole = self.report("Revenue Forecast", today="2025-07-01", **dates)["result"]
			self.assertEqual(
				(first["period"], first["deals"], first["nominal"], first["weighted"]),
				("Overdue", 3, 7911.10, 4705.55),
			)
			self.assertEqual((whole["nominal"], whole["weighted"]), (130523.59, 12972.72))
			drilled = first["drill"]["open"]["filters"]
			self.assertEqual(frappe.db.count("Sales Opportunity", self.database_filters(drilled)), 3)

	def test_what_the_category_omits_is_in_no_forecast_unless_it_is_asked_for(self):
		doc = frappe.get_doc("Sales Opportunity", self.names["G04"])
		before = self.report("Revenue Forecast")["result"][-1]
		frappe.db.set_value(doc.doctype, doc.name, "forecast_category", "Omitted")
		self.addCleanup(
			frappe.db.set_value, doc.doctype, doc.name, "forecast_category", doc.forecast_category
		)
		after = self.report("Revenue Forecast")["result"][-1]
		self.assertEqual(after["deals"], before["deals"] - 1)
		self.assertAlmostEqual(after["nominal"], before["nominal"] - doc.base_amount, 2)
		self.assertAlmostEqual(after["weighted"], before["weighted"] - doc.base_weighted_amount, 2)
		asked = self.report("Revenue Forecast", forecast_category="Omitted")["result"][-1]
		self.assertEqual((asked["deals"], asked["nominal"]), (1, doc.base_amount))

	def database_filters(self, drilled: dict) -> list:
		"""Return a drill-down's filters as the list applies them."""
		return [
			[field, *(value if isinstance(value, list) else ["=", value])] for field, value in drilled.items()
		]

	def test_each_filter_leaves_the_deals_that_it_names(self):
		expected = {
			"class_id": ("GOLD-B", 4411.11),
			"stage": ("Proposal", 5173.06),
			"opportunity_owner": (golden.BEN, 3161.62),
			"forecast_category": ("Commit", 4050.53),
			"item_group": ("Gold Parts", 3000 + 1050.53 + 300 + 261.96),
			"party": (frappe.db.get_value("Sales Opportunity", self.names["G01"], "party"), 130261.63),
		}
		for field, (value, nominal) in expected.items():
			whole = self.report("Revenue Forecast", **{field: value})["result"][-1]
			self.assertAlmostEqual(whole["nominal"], nominal, 2, field)

	def test_every_figure_leads_to_its_rows(self):
		for group_by in (None, "class_id", "stage", "opportunity_owner", "forecast_category", "item_group"):
			for row in self.report("Revenue Forecast", group_by=group_by)["result"]:
				for key, field in (("open", "deals"), ("won", None)):
					target = row["drill"].get(key)
					listed = (
						frappe.get_list(target["doctype"], target["filters"], pluck="base_amount")
						if target
						else []
					)
					if field:
						self.assertEqual(len(listed), row[field], (group_by, row["period"], row.get("group")))
					elif group_by != "item_group":
						self.assertAlmostEqual(sum(listed), row["won"], 2)

	def test_every_bar_leads_to_its_rows(self):
		for filters in ({}, {"group_by": "class_id"}, {"group_by": "item_group"}, {"period": "Quarter"}):
			chart = self.report("Revenue Forecast", **filters)["chart"]
			won, weighted = chart["data"]["datasets"]
			for bars, targets, field in (
				(won, chart["targets"][0], "base_amount"),
				(weighted, chart["targets"][1], "base_weighted_amount"),
			):
				self.assertEqual(len(targets), len(chart["data"]["labels"]))
				for label, value, target in zip(
					chart["data"]["labels"], bars["values"], targets, strict=True
				):
					with self.subTest(label=label, field=field, **filters):
						listed = target and frappe.get_list(target["doctype"], target["filters"], pluck=field)
						self.assertAlmostEqual(sum(listed or []), value, 2)

	def test_won_and_lost(self):
		for group_by, expected in CLOSED_BY.items():
			with self.subTest(group_by):
				self.assertTable(expected, self.report("Win-Loss Analysis", group_by=group_by)["result"])

	def test_the_rates_of_what_was_closed(self):
		whole = self.report("Win-Loss Analysis")["result"][-1]
		self.assertEqual(whole["win_rate"], 57.1)
		self.assertEqual(whole["value_rate"], 53.6)  # 16,763.37 of 31,263.37
		self.assertEqual(
			(whole["days_to_win"], whole["days_to_lose"]), (28.5, 30)
		)  # 19, 27, 30, 60; 30, 30, 40
		self.assertEqual(whole["price_gap"], 11.1)  # 5,000 to 4,500 and 2,000 to 1,800

	def test_only_what_was_closed_in_the_dates(self):
		rows = self.report("Win-Loss Analysis", from_date="2025-09-01", to_date="2025-09-30")["result"]
		self.assertEqual((rows[-1]["won"], rows[-1]["lost"]), (1, 1))

	def test_the_funnel(self):
		rows = self.report("Sales Funnel")["result"]
		self.assertTable(FUNNEL, [row for row in rows if row["stage"] in golden.STAGES])
		self.assertEqual(rows[0]["median_days"], 10)
		self.assertEqual(
			[self.keys[name] for name in rows[0]["drill"]["skipped"]["filters"]["name"][1]],
			["G05", "G09", "G12"],
		)

	def test_the_cohorts_of_entry(self):
		rows = self.report("Sales Funnel", cohort="Quarter")["result"]
		begun = {row["cohort"]: row["reached"] for row in rows if row["stage"] == "Inquiry"}
		self.assertEqual(begun, {"Q1 2025": 7, "Q2 2025": 3, "Q3 2025": 3, "Q4 2025": 4})

	def test_the_summary_of_the_funnel(self):
		summary = self.report("Sales Funnel")["report_summary"]
		rate, length = f"{fmt_money(57.1, precision=1)} %", fmt_money(28.5, precision=1)
		self.assertEqual([entry["value"] for entry in summary], [17, 4, 3, rate, length])

	def test_the_demand_of_items(self):
		with registered(sales_stock_provider=[f"{__name__}.stock"]):
			report = self.report("Item Demand Forecast")
		self.assertTable(DEMAND, report["result"])
		self.assertIsNone(report["message"])

	def test_what_is_overdue_is_demand_of_its_own_and_served_first(self):
		"""On the first of July all bikes, and the boxes of April, wait for deals that should have been closed by now."""
		with registered(sales_stock_provider=[f"{__name__}.stock"]):
			for dates in ({}, {"from_date": "2025-07-01"}):
				rows = self.report("Item Demand Forecast", today="2025-07-01", **dates)["result"]
				self.assertTable(OVERDUE_DEMAND, rows)

	def test_the_planner_gets_the_same_file_in_every_language(self):
		for language in ("en", "de"):
			frappe.local.lang = language
			self.addCleanup(setattr, frappe.local, "lang", "en")
			with registered(sales_stock_provider=[f"{__name__}.stock"]):
				with freeze_time("2025-01-01"):
					planner.download(filters="{}")
			self.assertEqual(frappe.response["filecontent"], PLANNER)

	def test_the_planner_gets_what_the_user_may_see(self):
		frappe.set_user(golden.BEN)
		planner.download()
		lines = frappe.response["filecontent"].splitlines()[1:]
		self.assertEqual([line.split(",")[6] for line in lines], ["1.0", "10.0"])  # of G07 and G13
		frappe.set_user("Guest")
		self.assertRaises(frappe.PermissionError, planner.download)

	def test_of_a_part_of_the_demand_nobody_can_say_what_lacks(self):
		with registered(sales_stock_provider=[f"{__name__}.any_stock"]):
			part = self.report("Item Demand Forecast", class_id="GOLD-A")
			frappe.set_user(golden.BEN)
			own = self.report("Item Demand Forecast")
		for report in (part, own):
			self.assertEqual({row["net_need"] for row in report["result"]}, {None})
			self.assertIn("part of the demand", report["message"])

	def test_an_item_group_is_that_of_the_lines(self):
		filters = {"item_group": "Gold Parts"}
		rows = self.report("Item Demand Forecast", **filters)["result"]
		self.assertEqual({row["item_group"] for row in rows}, {"Gold Parts"})
		planner.download(filters=filters)
		items = {line.split(",")[1] for line in frappe.response["filecontent"].splitlines()[1:]}
		self.assertEqual(items, {row["item"] for row in rows})

	def test_without_an_answer_from_the_warehouse_all_is_needed(self):
		for hooks in ([], [f"{__name__}.broken_stock"]):
			with registered(sales_stock_provider=hooks):
				report = self.report("Item Demand Forecast")
			self.assertEqual(
				[row["net_need"] for row in report["result"]], [3.5, 0.5, 1.5, 3, 7.5, 0.05, 350]
			)
			self.assertIn("No app provides stock", report["message"])

	def test_won_deals_are_demand_only_if_asked_for(self):
		rows = self.report("Item Demand Forecast", with_won=1, item="BIKE")["result"]
		self.assertEqual(rows[0]["period"], "Feb 2025")  # closed on 20 January, 30 days to get 10 bikes
		self.assertEqual((rows[0]["nominal"], rows[0]["weighted"]), (10, 10))
		frappe.db.savepoint("shipping")
		sold = frappe.get_doc("Sales Opportunity", self.names["G01"])
		request = make_fulfilment_request(sold, "Shipping", 4)
		mark_as_done(request.name)
		rows = self.report("Item Demand Forecast", with_won=1, item="BIKE")["result"]
		self.assertEqual(rows[0]["nominal"], 6)
		frappe.db.rollback(save_point="shipping")

	def test_the_journey_is_told_in_order(self):
		party = frappe.db.get_value("Sales Opportunity", self.names["G01"], "party")
		report = self.report("Customer Journey", party=party)
		moments = [row["moment"] for row in report["result"]]
		self.assertEqual(moments, sorted(moments))
		self.assertEqual(report["result"][0]["text"], "G01: begun in Inquiry")
		told = [row for row in golden.rows() if row.key not in golden.PARTNERS]
		self.assertEqual(len(moments), sum(len(row.path) for row in told))

	def test_a_salesperson_sees_their_own_year(self):
		frappe.set_user(golden.BEN)
		whole = self.report("Revenue Forecast")["result"][-1]
		self.assertEqual((whole["nominal"], whole["weighted"], whole["won"]), (3161.62, 1676.74, 2544.99))
		whole = self.report("Win-Loss Analysis")["result"][-1]
		self.assertEqual((whole["won"], whole["lost"]), (2, 1))
		self.assertEqual(self.report("Sales Funnel")["report_summary"][0]["value"], 6)

	def test_a_user_permission_narrows_the_reports_like_the_list(self):
		permission = frappe.get_doc(
			{"doctype": "User Permission", "user": golden.BEN, "allow": "Class ID", "for_value": "GOLD-A"}
		).insert()
		frappe.set_user(golden.BEN)
		whole = self.report("Revenue Forecast")["result"][-1]
		frappe.set_user("Administrator")
		permission.delete()
		self.assertEqual((whole["nominal"], whole["won"]), (2050.52, 1600))  # without G03 and G07

	def test_amounts_in_a_former_company_currency_are_left_out_and_said(self):
		frappe.db.set_value("Sales Opportunity", self.names["G08"], "company_currency", "CHF")
		try:
			report = self.report("Revenue Forecast")
		finally:
			frappe.db.set_value("Sales Opportunity", self.names["G08"], "company_currency", "EUR")
		self.assertEqual(report["result"][-1]["nominal"], 110523.59)
		self.assertIn("1 opportunities were kept in another company currency than EUR", report["message"])

	def plain(self, name: str) -> tuple[list[dict], dict]:
		"""Return the rows of a Query Report and its total row by column."""
		report = self.report(name)
		*rows, sums = report["result"]
		return rows, dict(zip([column["fieldname"] for column in report["columns"]], sums, strict=True))

	def test_the_pipeline_by_stage(self):
		rows, whole = self.plain("Weighted Pipeline")
		self.assertTable(PIPELINE, rows)
		self.assertTable(PIPELINE_TOTAL, [whole])

	def test_the_lost_reasons(self):
		rows, whole = self.plain("Lost Reasons")
		self.assertTable(LOST, rows)
		self.assertEqual((whole["opportunities"], whole["lost"]), (3, 14500))

	def test_the_items_in_the_pipeline(self):
		"""Without a total row: pieces and boxes do not add up."""
		self.assertTable(ITEMS, self.report("Items in the Pipeline")["result"])

	def test_the_open_quotes(self):
		"""Of G04 one was sent and one is a draft; G13's was issued, in francs at 1.05; G07's was accepted."""
		for key, status, valid_until in (
			("G04", "Sent", "2099-05-31"),
			("G04", "Draft", "2099-05-31"),
			("G07", "Accepted", "2099-05-31"),
			("G13", "Issued", "2099-04-30"),
		):
			quote = make_quote(frappe.get_doc("Sales Opportunity", self.names[key]))
			quote.db_set({"status": status, "valid_until": valid_until})
		rows, whole = self.plain("Open Quotes")
		self.assertTable(OPEN_QUOTES, rows)
		self.assertEqual((round(whole["net"], 2), round(whole["gross"], 2)), (4850.53, 5772.13))
		self.assertEqual(
			self.report("Quote Register")["report_summary"][2]["value"], round(float(whole["net"]), 2)
		)

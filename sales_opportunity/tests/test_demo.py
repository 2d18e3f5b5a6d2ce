"""The demo on a real site: loaded once, refused where people work, told in the past; the main job's figures."""

import io
import json
import os
from contextlib import redirect_stdout
from itertools import pairwise

import frappe
from frappe import _
from frappe.desk.query_report import run
from frappe.query_builder.functions import Sum
from frappe.translate import print_language
from frappe.utils import add_days, add_years, getdate, now_datetime

from sales_opportunity.deal.related import call_offs
from sales_opportunity.demo import main_job
from sales_opportunity.demo.acting import acting
from sales_opportunity.demo.load import MARKER, ForeignDataError, load_demo
from sales_opportunity.demo.past import shift_times
from sales_opportunity.demo.source import pictures, read_table
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.masters import own_masters
from sales_opportunity.masters.adapters import Sale
from sales_opportunity.printing.postal import address_lines, salutation
from sales_opportunity.reporting.presentation import shown_number
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import missing_for
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_sentences import tax_sentence
from sales_opportunity.sales_opportunity.report.sales_targets.cards import figure_of_this_year
from sales_opportunity.tests.factories import make_opportunity
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.sites import empty_site

AFTER_THE_MAIN_JOB = (29, 1_787_574.59, 770_663.04)
"""Open opportunities of the demo, their nominal and their weighted value, added up from its files in tests/test_demo_data.py."""


class TestDemo(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)  # after the rollback, which comes with the next line
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		cls.counts = load_demo()
		cls.names = frappe.get_all("Sales Opportunity", pluck="name")
		cls.forecast_of_the_story = weighted_forecast()

	def test_a_second_load_changes_nothing(self):
		newest = frappe.get_all("Sales Opportunity", fields=["name", "modified"], order_by="name")
		self.assertEqual(load_demo(), self.counts)
		self.assertEqual(
			frappe.get_all("Sales Opportunity", fields=["name", "modified"], order_by="name"), newest
		)

	def test_all_of_the_story_is_there(self):
		self.assertEqual(self.counts["Sales Opportunity"], len(read_table("opportunities")))
		self.assertEqual(self.counts["Quote"], len(read_table("quotes")))
		statuses = frappe.get_all("Sales Opportunity", {"name": ("in", self.names)}, pluck="status")
		self.assertEqual([statuses.count(status) for status in ("Open", "Won", "Lost")], [28, 30, 16])

	def test_everybody_has_exactly_the_roles_of_the_story(self):
		for row in read_table("users"):
			roles = {role.role for role in frappe.get_doc("User", row["email"]).roles}
			self.assertEqual(roles, set(row["roles"].split(", ")), row["email"])

	def test_some_items_and_a_person_have_their_picture(self):
		for folder, doctype, field in (("items", "Sales Item", "image"), ("people", "User", "user_image")):
			shown = pictures(folder)
			self.assertTrue(shown)
			for name, content in shown:
				with self.subTest(name=name):
					url = frappe.db.get_value(doctype, name, field)
					self.assertEqual(frappe.get_doc("File", {"file_url": url}).get_content(), content)

	def test_the_stage_log_tells_a_coherent_story(self):
		for name in self.names:
			doc = frappe.get_doc("Sales Opportunity", name)
			log = doc.stage_log
			self.assertEqual((log[-1].to_stage, log[0].changed_on), (doc.stage, doc.creation), name)
			self.assertLess(log[-1].changed_on, now_datetime(), name)
			for before, after in pairwise(log):
				self.assertEqual(after.from_stage, before.to_stage, name)
				seconds = (after.changed_on - before.changed_on).total_seconds()
				self.assertGreater(seconds, 0, name)
				self.assertEqual(after.seconds_in_stage, seconds, name)
			if doc.status != "Open":
				self.assertEqual(doc.closed_on, log[-1].changed_on, name)

	def test_nothing_of_the_story_happens_today(self):
		yesterday = add_days(now_datetime(), -1)
		for doctype in ("Sales Opportunity", "Quote"):
			self.assertFalse(
				frappe.get_all(doctype, {"name": ("in", self.names), "modified": (">", yesterday)}), doctype
			)
		for doctype in ("Comment", "Communication"):
			filters = {"reference_name": ("in", self.names), "creation": (">", yesterday)}
			self.assertFalse(frappe.get_all(doctype, filters), doctype)

	def test_the_pipeline_of_every_day_of_the_story_is_there(self):
		table = frappe.qb.DocType("Sales Pipeline Snapshot")
		days = frappe.get_all("Sales Pipeline Snapshot", pluck="snapshot_date", distinct=True)
		yesterday = getdate(add_days(now_datetime(), -1))
		self.assertEqual((max(days), len(days)), (yesterday, (yesterday - min(days)).days + 1))
		query = frappe.qb.from_(table).select(Sum(table.base_weighted_amount))
		query = query.where((table.snapshot_date == yesterday) & (table.status == "Open"))
		self.assertAlmostEqual(query.run()[0][0], self.forecast_of_the_story, places=2)

	def test_every_class_decides_the_owner_by_its_rule(self):
		dealers = frappe.get_all(
			"Sales Opportunity",
			{"class_id": "HAENDLER", "owner": "katrin@lindental.example"},
			pluck="opportunity_owner",
			order_by="creation",
		)
		self.assertEqual(len(set(dealers)), 2)
		self.assertTrue(all(one != other for one, other in pairwise(dealers)))

	def test_one_offer_has_something_to_choose_and_two_variants_are_offered_together(self):
		of_story = {"opportunity": ("in", self.names)}
		quotes = frappe.get_all("Quote", of_story, pluck="name")
		is_open = {"parent": ("in", quotes), "is_quantity_open": 1}
		(row,) = frappe.get_all("Quote Item", is_open, ["row_type", "max_quantity"])
		self.assertEqual((row.row_type, row.max_quantity), ("Optional", 11))
		together = frappe.get_all("Quote", {"offered_together": 1, **of_story}, ["opportunity", "status"])
		self.assertEqual([quote.status for quote in together], ["Issued", "Issued"])
		self.assertEqual(len({quote.opportunity for quote in together}), 1)

	def test_each_quoted_opportunity_has_one_primary_quote(self):
		quoted = frappe.get_all("Quote", {"opportunity": ("in", self.names)}, pluck="opportunity")
		for name in set(quoted):
			self.assertEqual(frappe.db.count("Quote", {"opportunity": name, "is_primary": 1}), 1, name)

	def test_a_discount_is_released_and_another_one_waits_for_it(self):
		found = frappe.get_all(
			"Quote",
			{"release_status": ("is", "set")},
			["label", "release_status"],
			order_by="release_status asc, label asc",
		)
		self.assertEqual(
			[tuple(row.values()) for row in found],
			[
				("Mit Bonusvereinbarung", "Released"),
				("Festpreis mit Ersatzteilen", "Requested"),
				("Variante mit Rahmenrabatt", "Requested"),
			],
		)

	def test_the_manager_reads_that_a_margin_is_too_small_and_the_salesperson_does_not(self):
		"""48 × 78 + 60 × 24.50 less 10 % + 24 × 79 less 10 % = 6,773.40; its costs are 3,839.04, so 43.3 % are left."""
		quote = frappe.get_doc("Quote", {"label": "Festpreis mit Ersatzteilen"})
		self.assertEqual((quote.net_total, quote.margin_amount), (6_773.40, 2_934.36))
		text = "Die Marge beträgt 43,32\xa0% und liegt unter 45\xa0%."
		for user, told in (("katrin@lindental.example", [text]), (quote.owner, [])):
			with acting(user), print_language("de"):
				quote.run_method("onload")
			given = quote.get_onload("release")["reasons"]
			self.assertEqual([reason for reason in given if "Marge" in reason], told)

	def test_a_site_where_people_work_is_refused(self):
		frappe.db.delete("DefaultValue", {"defkey": MARKER})
		try:
			with self.assertRaisesRegex(ForeignDataError, "opportunities of its own"):
				load_demo()
		finally:
			frappe.db.set_default(MARKER, "1")

	def test_targets_are_set_and_won_deals_count_for_them(self):
		rows = run("Sales Targets", {"target_for": "Person", "period": "Year"})["result"]
		self.assertEqual(rows[-1]["target"], 480_000 + 400_000 + 180_000)
		rows = run("Sales Targets", {"period": "Year"})["result"]
		self.assertEqual((rows[0]["subject"], rows[0]["target"]), ("Lindental Fahrradwerke GmbH", 1_100_000))

	def test_what_is_won_is_compared_with_the_same_day_of_last_year(self):
		"""Before the last twelve months 41,087.20 + 24,346 + 52,421.60 + 65,234 + 57,592 + 3,600 + 33,535.20 + 55,862.40
		+ 36,000 were won."""
		fields = ["closed_on", "base_amount"]
		won = frappe.get_all("Sales Opportunity", {"name": ("in", self.names), "status": "Won"}, fields)
		year_ago = getdate(add_years(getdate(), -1))
		before = [deal for deal in won if getdate(deal.closed_on) <= year_ago]
		self.assertAlmostEqual(sum(deal.base_amount for deal in before), 369_678.40, 2)
		since = getdate(f"{year_ago.year}-01-01")
		expected = sum(deal.base_amount for deal in before if getdate(deal.closed_on) >= since)
		whole = run("Sales Targets", {"period": "Year"})["result"][-1]
		self.assertAlmostEqual(whole["last_year"] or 0, expected, 2)
		if not expected:  # in the first days of a year nothing was won by the same day
			self.assertIsNone(whole["pace"])
			return
		pace = whole["won"] / expected * 100
		self.assertAlmostEqual(whole["pace"], pace, 6)
		self.assertEqual(figure_of_this_year({"figure": "pace"}), shown_number(pace, "Percent"))

	def test_the_cadence_proposes_calls_in_the_language_of_who_is_responsible(self):
		tasks = frappe.get_all(
			"ToDo",
			{"sales_cadence_event": ("is", "set"), "reference_name": ("in", self.names)},
			["allocated_to", "description"],
			order_by="allocated_to, date, name",
		)
		self.assertEqual(
			[
				(task.allocated_to.partition("@")[0], frappe.utils.strip_html(task.description))
				for task in tasks
			],
			[
				("emily", "Call: Has the quote arrived?"),
				("emily", "Email: Follow up with Harrowmere Cargo Ltd"),
				("jana", "Anruf: Ist das Angebot angekommen?"),
				("jana", "Anruf: Fragen zum Angebot beantworten"),
				("jana", "E-Mail: Bei Wohnungsgenossenschaft Ahornhöfe eG nachfassen"),
			],
		)

	def test_some_deals_are_expected_later_than_said_and_some_were_moved_three_times(self):
		moved = run("Moved Close Dates")["result"]
		self.assertEqual([row["times"] for row in moved], [4, 3, 3, 10])
		deals = frappe.get_all(
			"Sales Opportunity",
			{"name": ("in", self.names), "status": "Open", "stage": "Proposal"},
			["expected_close_date", "likely_close_date"],
		)
		self.assertTrue(deals)
		for deal in deals:
			self.assertGreater(deal.likely_close_date, deal.expected_close_date)

	def test_the_main_job_reports_what_it_moved(self):
		result = run_main_job()
		text = "\n".join(result["lines"])
		self.assertIn("5.000,00 EUR gewichtet", text)
		self.assertIn("75.000,00 EUR gewichtet", text)
		self.assertIn(f"nachher {main_job.german_amount(weighted_forecast(), 'EUR')}", text)
		self.assertIn(f"vorher {main_job.german_amount(weighted_forecast() - 70_000, 'EUR')}", text)
		self.assertTrue(os.path.isabs(result["pdf"]) and os.path.exists(result["pdf"]))
		self.assertEqual(frappe.session.user, "Administrator")

	def test_the_revenue_forecast_has_the_figure_that_the_main_job_prints(self):
		printed = run_main_job()["lines"]
		whole = report_rows("Revenue Forecast")[-1]
		self.assertEqual((whole["deals"], whole["nominal"], whole["weighted"]), AFTER_THE_MAIN_JOB)
		self.assertIn(f"nachher {main_job.german_amount(whole['weighted'], 'EUR')}", "\n".join(printed))

	def test_the_reports_have_the_pipeline_that_the_main_job_prints_to_the_cent(self):
		"""The printed table has a line per stage: number, nominal and weighted value, before and after."""
		printed = run_main_job()["lines"]
		plain = run("Weighted Pipeline")["result"]
		forecast = run("Revenue Forecast", filters={"group_by": "stage", "period": "Year"})["result"]
		self.assertTrue(plain[:-1])
		for row in plain[:-1]:
			stage = _(row["stage"], lang="de", context="Qualification Stage")
			(line,) = (line for line in printed if line.startswith(f"{stage} ") and line.count(",") == 4)
			figures = [
				str(row["opportunities"]),
				*(main_job.german_amount(row[key]) for key in ("nominal", "weighted")),
			]
			self.assertEqual(line.split()[-3:], figures, line)
			periods = [entry for entry in forecast if entry.get("group") == _(row["stage"])]
			for key in ("deals", "nominal", "weighted"):
				self.assertAlmostEqual(
					sum(entry[key] for entry in periods),
					row["opportunities" if key == "deals" else key],
					2,
					(row["stage"], key),
				)
		(sums,) = (line for line in printed if line.startswith("Summe "))
		whole = forecast[-1]
		self.assertEqual(
			sums.split()[-3:],
			[
				str(whole["deals"]),
				main_job.german_amount(whole["nominal"]),
				main_job.german_amount(whole["weighted"]),
			],
		)

	def test_the_other_reports_agree_with_the_forecast_on_the_demo(self):
		run_main_job()
		whole = run("Revenue Forecast")["result"][-1]
		stalled = run("Stalled and Not Forecastable")["report_summary"]
		self.assertAlmostEqual(stalled[-1]["value"], whole["weighted"], 2)
		closed = run("Win-Loss Analysis")["result"][-1]
		self.assertAlmostEqual(closed["won_amount"], whole["won"], 2)
		self.assertEqual(
			closed["won"], frappe.db.count("Sales Opportunity", {"status": "Won", "is_frame": 0})
		)
		bridge = run(
			"Pipeline Changes", filters={"from_date": add_days(getdate(), -60), "to_date": getdate()}
		)
		closing = [row for row in bridge["result"] if not row["indent"]][-1]
		self.assertAlmostEqual(closing["nominal"], whole["nominal"], 2)
		self.assertAlmostEqual(closing["weighted"], whole["weighted"], 2)
		groups = run("Revenue Forecast", filters={"group_by": "item_group", "period": "Year"})["result"][:-1]
		with_items = sum(row["nominal"] for row in groups if row["group"] != "Not Set")
		items = run("Items in the Pipeline")["result"]
		self.assertAlmostEqual(sum(row["nominal"] for row in items), with_items, 2)

	def test_the_deal_with_gross_prices_discount_and_freight_is_worth_the_same_everywhere(self):
		"""821.10 + 4 × 92.82 + 94.01 = 1,286.39 less 5 % is 1,222.07; with 11.90 freight 1,233.97, of which 19/119 are tax."""
		quote = frappe.get_doc("Quote", {"prices_include_tax": 1, "opportunity": ("in", self.names)})
		self.assertEqual((quote.gross_total, quote.tax_total, quote.net_total), (1233.97, 197.02, 1036.95))
		deal = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual((deal.status, deal.amount, deal.net_freight), ("Won", 1036.95, 10))
		(bill,) = frappe.get_all(
			"Fulfilment Request", {"opportunity": deal.name}, ["kind", "net_total", "freight"]
		)
		self.assertEqual((bill.kind, bill.net_total, bill.freight), ("Billing", 1036.95, 10))
		whole = run("Revenue Forecast", filters={"party": deal.party})["result"][-1]
		self.assertEqual(whole["won"], 1036.95)
		closed = run("Win-Loss Analysis", filters={"party": deal.party, "group_by": "discount"})["result"]
		self.assertEqual([(row["group"], row["won_amount"]) for row in closed[:-1]], [("up to 5 %", 1036.95)])

	def test_freight_over_two_tax_rates_is_shared_and_billed_with_the_first_part(self):
		"""980 + 12,000 × 0.0345 + 490 + a free copy; 45 freight are 33.30 at 19 % and 11.70 at 7 %."""
		deal = frappe.get_doc("Sales Opportunity", {"title": "Werkstattbedarf zur Saison"})
		quote = frappe.get_doc("Quote", deal.won_quote)
		self.assertEqual(
			[(row.tax_rate, row.taxable_amount, row.tax_amount) for row in quote.taxes],
			[("19 %", 1427.3, 271.19), ("7 %", 501.7, 35.12)],
		)
		self.assertEqual((quote.net_total, quote.gross_total, deal.amount), (1929, 2235.31, 1929))
		self.assertEqual([row.rate for row in quote.items if row.item == "ET-SCHR"], [0.0345])
		self.assertEqual([row.amount for row in quote.items if row.item == "DR-ROUTE"], [0])
		bills = frappe.get_all(
			"Fulfilment Request", {"opportunity": deal.name}, ["net_total", "freight"], order_by="creation"
		)
		self.assertEqual([tuple(bill.values()) for bill in bills], [(1439, 45), (490, 0)])

	def test_what_was_called_off_from_the_frame_contract_is_won_open_and_left(self):
		"""200 × 78 + 150 × 24.50 less 10 % + 60 × 79 less 10 % = 23,173.50; called off were 960 + 32 × 78 = 3,456.00 and are
		48 × 78 + 60 × 24.50 less 10 % + 24 × 79 less 10 % = 6,773.40."""
		frame = frappe.get_doc("Sales Opportunity", {"is_frame": 1})
		self.assertEqual(frame.amount, 23_173.50)
		self.assertEqual(
			call_offs(frame),
			{
				"currency": "EUR",
				"won": {"count": 1, "amount": 3_456},
				"open": {"count": 1, "amount": 6_773.40},
				"left": 12_944.10,
			},
		)
		won = run("Win-Loss Analysis", filters={"party": frame.party, "class_id": "SERVICE"})["result"][-1]
		self.assertEqual((won["won"], won["won_amount"]), (1, 3_456))

	def test_an_offer_has_contracts_of_each_term_a_fixed_discount_and_a_credit(self):
		"""14,600.00 as before; 40 × 15 × 24 = 14,400; 8 × 450 = 3,600; 40 × 24 × 2 = 1,920; 20 × 79 − 80 = 1,500; less
		6 × 78 = 468; 19 and 7 % tax. A month is 600 + 450 ÷ 3 + 960 ÷ 12."""
		quote = frappe.get_doc("Quote", {"label": "Mit Wartungsvertrag"})
		self.assertEqual((quote.status, quote.is_primary), ("Issued", 0))
		self.assertEqual((quote.monthly_amount, quote.yearly_amount, quote.net_total), (830, 9_960, 35_552))
		self.assertEqual(
			[(row.tax_rate, row.taxable_amount) for row in quote.taxes], [("19 %", 35_454), ("7 %", 98)]
		)
		self.assertIn("Nacharbeit", quote.items[-1].description)
		terms = {
			row.item: (row.recurrence, row.periods, row.service_start)
			for row in quote.items
			if row.recurrence
		}
		self.assertEqual(
			terms,
			{
				"DL-VERTRAG": ("Monthly", 24, None),
				"DL-PRUEF": ("Quarterly", 8, None),
				"DL-LIZENZ": ("Yearly", 2, getdate(add_days(getdate(), 45))),
			},
		)

	def test_prices_of_the_list_are_for_a_season_from_a_day_on_and_in_swiss_francs(self):
		"""15 family bikes are 4,490.00 each for 70 days, one is 4,790.00 from the 75th on; a speed pedelec is CHF 5,690.00."""
		prices = [
			listed_price("LR-FAM", quantity, "EUR", days)
			for days, quantity in ((0, 1), (0, 15), (71, 15), (75, 1))
		]
		self.assertEqual(prices, [None, 4_490, None, 4_790])
		self.assertEqual(listed_price("EB-SPEED", 1, "CHF", 0), 5_690)

	def test_an_offer_was_made_from_a_template_and_another_one_prints_the_parts_of_a_set(self):
		quote = frappe.get_doc("Quote", {"label": "Mit Ortung und Ladeschrank"})
		self.assertEqual([row.item for row in quote.items[-2:]], ["ZB-GPS", "ZB-SCHRANK"])
		(parts,) = frappe.get_all("Quote Item", {"item": "LR-SET"}, pluck="description")
		for part in ("Lastenrad Packesel", "Kindersitzbank", "Regenverdeck"):
			self.assertIn(part, parts)

	def test_a_deal_has_a_plan_of_instalments(self):
		"""214,119.20: 30, 40 and 30 %; its quotes say what that is with tax."""
		deal = frappe.get_doc("Sales Opportunity", {"title": "Flottentausch zweite Generation"})
		self.assertEqual([row.amount for row in deal.instalments], [64_235.76, 85_647.68, 64_235.76])
		for name in frappe.get_all("Quote", {"opportunity": deal.name}, pluck="name"):
			quote = frappe.get_doc("Quote", name)
			self.assertEqual([row.percentage for row in quote.instalments], [30, 40, 30])
			self.assertAlmostEqual(sum(row.amount for row in quote.instalments), quote.gross_total)

	def test_a_planner_takes_part_in_a_deal_of_another_company(self):
		deal = frappe.get_doc("Sales Opportunity", {"title": "Kurierflotte für die Altstadt"})
		(planner,) = (row for row in deal.participants if row.party)
		self.assertEqual(
			(planner.role, frappe.db.get_value("Business Partner", planner.party, "partner_name")),
			("Influences", "Ammann Verkehrsplanung AG"),
		)
		self.assertNotEqual(planner.party, deal.party)

	def test_the_test_drive_asks_where_a_deal_comes_from_and_a_lead_says_it(self):
		deal = frappe.get_doc("Sales Opportunity", {"title": "Dienstrad-Paket für Geschäftskunden"})
		self.assertEqual([asked["fieldname"] for asked in missing_for(deal.name, "Probefahrt")], ["source"])
		run_main_job()
		taken_over = {"request_key": "demo-main-job"}
		name = frappe.db.get_value("Quote", taken_over, "opportunity")
		self.assertEqual(frappe.db.get_value("Sales Opportunity", name, "source"), "Cold Call")

	def test_goods_and_services_abroad_each_have_their_sentence(self):
		quote = frappe.get_doc("Quote", {"tax_treatment": "Place of Supply Abroad", "docstatus": 1})
		self.assertEqual((quote.tax_total, quote.transaction_currency), (0, "CHF"))
		own = frappe.get_cached_doc("Sales Opportunity Settings").tax_sentences[0].sentence
		with print_language("de"):
			sentence = tax_sentence(quote)
		self.assertIn(f"Dienstleistungen: {own}", sentence)
		self.assertIn("Ausfuhrlieferung", sentence)

	def test_a_partner_overseas_has_a_state_and_a_contact_with_a_title(self):
		party = frappe.db.get_value("Business Partner", {"partner_name": "Tamarack Cargo Bikes Inc."})
		linked = [["Dynamic Link", "link_name", "=", party]]
		address, contact = (
			frappe.get_all(doctype, linked, pluck="name")[0] for doctype in ("Address", "Contact")
		)
		self.assertIn("Portland, OR 97209", address_lines(address, "Tamarack"))
		self.assertEqual(salutation(contact, "en"), "Dear Dr. Whitfield,")

	def test_the_main_job_done_twice_leaves_one_opportunity(self):
		first = run_main_job()
		count = frappe.db.count("Sales Opportunity"), frappe.db.count("Quote")
		self.assertEqual(run_main_job(), first)
		self.assertEqual((frappe.db.count("Sales Opportunity"), frappe.db.count("Quote")), count)

	def test_what_was_saved_before_keeps_its_time(self):
		doc = make_opportunity()
		created = doc.creation
		shift_times([doc.name], since=add_days(now_datetime(), 1), moment=add_days(now_datetime(), -9))
		self.assertEqual(str(frappe.db.get_value("Sales Opportunity", doc.name, "creation")), str(created))
		frappe.delete_doc("Sales Opportunity", doc.name)


def run_main_job() -> dict:
	"""Return what the main job prints, which must be one line."""
	output = io.StringIO()
	with redirect_stdout(output):
		main_job.run()
	(line,) = output.getvalue().splitlines()
	return json.loads(line)


def listed_price(item: str, quantity: float, currency: str, days: int) -> float | None:
	"""Return the price of an item's list that is meant for a sale in so many days, None for the item's own."""
	sale = Sale(None, None, currency, 1, quantity, on_date=getdate(add_days(getdate(), days)))
	listed = own_masters.listed_price(frappe.get_doc("Sales Item", item), sale)
	return listed and float(listed.price)


def weighted_forecast() -> float:
	"""Return the weighted value of all open opportunities."""
	table = frappe.qb.DocType("Sales Opportunity")
	query = frappe.qb.from_(table).select(Sum(table.base_weighted_amount)).where(table.status == "Open")
	return query.run()[0][0]

"""Where deals come from: said by a person, taken over from partner and campaign, asked for by stages, shown in reports."""

import json

import frappe
from frappe.utils import getdate

from sales_opportunity import features
from sales_opportunity.api import merge
from sales_opportunity.deal.origin import OriginError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.masters import origins
from sales_opportunity.sales_opportunity.doctype.sales_campaign.sales_campaign import CampaignDatesError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import (
	StageRequirementError,
	change_stage,
	missing_for,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import Backdating
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_opportunity,
	make_partner,
	make_stage,
	make_user,
	registered,
)
from sales_opportunity.tests.reports import listed, run_report
from sales_opportunity.tests.settings import save_settings, use_settings
from sales_opportunity.tests.stored import stored

SETTINGS = "Sales Opportunity Settings"
FAIR, WEB, OLD, AUTUMN = "Test Fair", "Test Web", "Test Phone Book", "Test Autumn"
SALESPERSON, MANAGER = "sources.anna@lindental.example", "sources.katrin@lindental.example"


class SourcesTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SALESPERSON, "Sales User")
		make_user(MANAGER, "Sales User", "Sales Manager")
		for source in (FAIR, WEB, OLD):
			get_or_make("Opportunity Source", source, source_name=source, enabled=int(source != OLD))
		get_or_make("Sales Campaign", AUTUMN, campaign_name=AUTUMN, source=FAIR, cost=400)

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		use_settings(self, use_sources=1)


def origin(doc) -> tuple:
	return doc.source, doc.campaign


class TestSources(SourcesTestCase):
	def test_a_deal_comes_from_where_its_partner_does_unless_it_says_otherwise(self):
		partner = make_partner(source=FAIR, campaign=AUTUMN).name
		self.assertEqual(origin(make_opportunity(party=partner)), (FAIR, AUTUMN))
		self.assertEqual(origin(make_opportunity(party=partner, source=WEB)), (WEB, None))
		self.assertEqual(origin(make_opportunity()), (None, None))

	def test_what_somebody_has_emptied_stays_empty(self):
		doc = make_opportunity(party=make_partner(source=FAIR).name)
		doc.source = None
		doc.save()
		doc.save()
		self.assertIsNone(doc.source)

	def test_a_campaign_brings_its_source(self):
		self.assertEqual(origin(make_opportunity(campaign=AUTUMN)), (FAIR, AUTUMN))
		self.assertEqual(origin(make_opportunity(campaign=AUTUMN, source=WEB)), (WEB, AUTUMN))

	def test_the_form_shows_it_before_it_is_saved(self):
		values = {
			"doctype": "Sales Opportunity",
			"__islocal": 1,
			"class_id": make_class().name,
			"stage": "Inquiry",
			"party_type": "Business Partner",
			"party": make_partner(source=WEB).name,
		}
		self.assertEqual(calculate(values)["source"], WEB)

	def test_what_is_out_of_use_is_not_chosen_any_more_and_stays_where_it_is(self):
		for values in ({"source": OLD}, {"campaign": self.former_campaign()}):
			with self.subTest(**values), self.assertRaises(OriginError):
				make_opportunity(**values)
		with self.assertRaises(OriginError):
			make_partner(source=OLD)
		source = get_or_make("Opportunity Source", "Test Radio", source_name="Test Radio")
		partner = make_partner(source=source.name).name
		doc = make_opportunity(party=partner)
		source.update({"enabled": 0}).save()
		doc.title = "Still from there"
		doc.save()
		self.assertEqual(doc.source, source.name)
		self.assertIsNone(make_opportunity(party=partner).source)

	def former_campaign(self) -> str:
		values = {"campaign_name": "Test Former", "enabled": 0}
		return get_or_make("Sales Campaign", "Test Former", **values).name

	def test_former_deals_may_come_from_what_is_out_of_use(self):
		doc = frappe.new_doc("Sales Opportunity")
		doc.update({"class_id": make_class().name, "stage": "Inquiry", "party": make_partner().name})
		doc.source = OLD
		doc.backdating = Backdating(frappe.utils.get_datetime("2020-01-01"), has_own_rate=False)
		self.assertEqual(doc.insert().source, OLD)

	def test_a_stage_can_ask_for_the_source_and_is_told_it_in_the_dialog(self):
		make_stage("Test Known", position=35, requires_source=1)
		stages = [{"stage": stage} for stage in ("Inquiry", "Test Known", "Won", "Lost")]
		make_class("TEST-SOURCES", stages=stages)
		doc = make_opportunity(class_id="TEST-SOURCES")
		(asked,) = missing_for(doc.name, "Test Known")
		self.assertEqual(
			(asked["fieldname"], asked["options"], asked["filters"]),
			("source", "Opportunity Source", {"enabled": 1}),
		)
		with self.assertRaises(StageRequirementError) as refused:
			change_stage(doc.name, "Test Known")
		self.assertIn("the source", str(refused.exception))
		change_stage(doc.name, "Test Known", {"source": FAIR})
		self.assertEqual(stored(doc, "source"), FAIR)
		other = make_opportunity(class_id="TEST-SOURCES")
		use_settings(self, use_sources=0)
		self.assertEqual(missing_for(other.name, "Test Known"), [])

	def test_joined_deals_keep_what_one_of_them_says(self):
		partner = make_partner().name
		doc, duplicate = make_opportunity(party=partner), make_opportunity(party=partner, source=WEB)
		merge(doc.name, duplicate.name)
		self.assertEqual(stored(doc, "source"), WEB)

	def test_switched_off_or_out_of_use_it_keeps_no_deals_from_being_joined(self):
		partner = make_partner().name
		former = get_or_make("Opportunity Source", "Test Fax", source_name="Test Fax")
		for source, value in ((WEB, 0), (former.name, 1)):
			use_settings(self, use_sources=1)
			doc, duplicate = make_opportunity(party=partner), make_opportunity(party=partner, source=source)
			use_settings(self, use_sources=value)
			former.update({"enabled": 1 - value}).save()
			merge(doc.name, duplicate.name)
			self.assertIsNone(stored(doc, "source"))

	def test_renamed_and_joined_sources_keep_their_deals(self):
		source = get_or_make("Opportunity Source", "Test Page", source_name="Test Page").name
		doc = make_opportunity(source=source, party=make_partner(source=source).name)
		frappe.rename_doc("Opportunity Source", source, "Test Website")
		self.assertEqual(stored(doc, "source"), "Test Website")
		frappe.rename_doc("Opportunity Source", "Test Website", FAIR, merge=True)
		self.assertEqual(stored(doc, "source"), FAIR)
		self.assertEqual(frappe.db.get_value("Business Partner", doc.party, "source"), FAIR)

	def test_a_campaign_ends_after_it_begins(self):
		doc = frappe.get_doc("Sales Campaign", AUTUMN)
		doc.update({"start_date": "2026-10-02", "end_date": "2026-10-01"})
		with self.assertRaises(CampaignDatesError):
			doc.save()


class TestReportsBySource(SourcesTestCase):
	def row(self, report: dict, group: str) -> dict:
		return next(row for row in report["result"] if row.get("group") == group)

	def test_a_figure_leads_to_the_deals_of_its_source(self):
		won = make_opportunity([{"rate": 300}], source=FAIR, stage="Won")
		row = self.row(run_report("Win-Loss Analysis", group_by="source", from_date=getdate()), FAIR)
		self.assertEqual([each["name"] for each in listed(row["drill"]["won"])], [won.name])
		(total,) = run_report("Win-Loss Analysis", source=FAIR, from_date=getdate())["result"][-1:]
		self.assertEqual((total["won"], total["average_won"]), (1, 300))

	def test_plain_reports_have_the_deals_of_a_source_alone(self):
		source = get_or_make("Opportunity Source", "Test Booth", source_name="Test Booth").name
		make_opportunity(source=source, amount=70)
		make_opportunity(amount=70)
		rows = run_report("Weighted Pipeline", source=source)["result"]
		self.assertEqual([row["nominal"] for row in rows if isinstance(row, dict)], [70])
		make_opportunity(source=source, stage="Lost", closing_reason="Too Expensive")
		rows = run_report("Lost Reasons", source=source)["result"]
		self.assertEqual([row["lost"] for row in rows if isinstance(row, dict)], [0])

	def test_the_log_of_changes_names_no_cost_of_a_campaign(self):
		frappe.set_user("Administrator")
		campaign = get_or_make("Sales Campaign", "Logged", campaign_name="Logged", cost=400)
		campaign.update({"cost": 401, "start_date": "2026-01-02"})
		campaign.save(ignore_version=False)
		entry = json.loads(frappe.get_value("Version", {"docname": "Logged"}, "data"))
		self.assertEqual([change[0] for change in entry["changed"]], ["start_date"])

	def test_only_who_may_read_costs_sees_what_a_campaign_cost(self):
		values = {"campaign": AUTUMN, "opportunity_owner": SALESPERSON, "stage": "Won"}
		make_opportunity([{"rate": 1_000}], **values)
		for user, cost, times in ((MANAGER, 400, 2.5), (SALESPERSON, None, None)):
			frappe.set_user(user)
			report = run_report("Win-Loss Analysis", group_by="campaign")
			row = self.row(report, AUTUMN)
			self.assertEqual(
				(row["won_amount"], row.get("cost"), row.get("return_on_cost")), (1_000, cost, times)
			)
			shown = {column["fieldname"] for column in report["columns"]}
			self.assertEqual("cost" in shown, bool(cost))
			self.assertEqual(
				bool(frappe.get_doc("Sales Campaign", AUTUMN).has_permlevel_access_to("cost")), bool(cost)
			)

	def test_switched_off_it_is_offered_nowhere_and_refused(self):
		chart = {"parent": "Sales Figures", "chart_name": "Won and Lost by Source"}
		partner = make_partner(source=FAIR).name
		self.addCleanup(save_settings, use_sources=1)
		for value in (1, 0):
			save_settings(use_sources=value)
			meta = frappe.get_meta("Sales Opportunity")
			self.assertEqual([bool(meta.get_field(name).hidden) for name in origins.ORIGINS], [not value] * 2)
			self.assertEqual(bool(frappe.db.exists("Workspace Chart", chart)), bool(value))
			self.assertEqual("Sales Campaign" in features.switched_off(), not value)
			self.assertEqual(make_opportunity(party=partner).source, FAIR if value else None)
		self.assertFalse(make_opportunity(source=FAIR).source)
		for filters in ({"source": FAIR}, {"campaign": AUTUMN}, {"group_by": "source"}):
			with self.subTest(**filters), self.assertRaises(WrongInputError):
				run_report("Win-Loss Analysis", **filters)

	def test_forms_that_other_apps_make_may_say_the_source(self):
		frappe.set_user(SALESPERSON)
		values = {"party": make_partner().name, "source": FAIR, "campaign": AUTUMN}
		self.assertEqual(origin(make_opportunity(**values)), (FAIR, AUTUMN))


class TestSourcesOfOtherApps(SourcesTestCase):
	"""Salutations stand for the sources of an app, languages for campaigns: these are called otherwise than they are named."""

	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(
			frappe.clear_cache
		)  # after the rollback: it keeps all languages, those made here, too
		super().setUpClass()

	def setUp(self):
		super().setUp()
		hooks = registered(
			sales_sources={"Salutation": ["name"]}, sales_campaigns={"Language": ["language_name"]}
		)
		hooks.__enter__()
		self.addCleanup(hooks.__exit__, None, None, None)

	def make_source(self, name: str):
		return frappe.get_doc({"doctype": "Salutation", "salutation": name}).insert()

	def make_campaign(self, code: str, title: str):
		values = {"doctype": "Language", "language_code": code, "language_name": title}
		return frappe.get_doc(values).insert()

	def test_switched_on_they_are_made_whatever_another_request_has_cached_meanwhile(self):
		save_settings(use_sources=0)
		self.make_source("Test Cached Fair")
		former = frappe.get_doc(SETTINGS)
		use_settings(self, use_sources=1)
		frappe.cache().set_value(frappe.get_document_cache_key(SETTINGS, SETTINGS), former)
		self.assertFalse(features.is_used(features.SOURCES))
		origins.mirror_all()
		self.assertTrue(frappe.db.exists("Opportunity Source", "Test Cached Fair"))

	def test_all_that_an_app_has_are_there_and_found_by_their_names_there(self):
		self.make_source("Test Exhibition")
		self.make_campaign("xd", "Test <50 %> Days")
		for _again in range(2):
			origins.mirror_all()
		self.assertTrue(origins.is_offered("Opportunity Source", "Test Exhibition"))
		self.assertEqual(origins.own_name("Salutation", "Test Exhibition"), "Test Exhibition")
		self.assertEqual(origins.own_name("Language", "xd"), "Test 50 % Days")
		for doctype, name in (("Language", None), ("Language", "nowhere"), ("User", "Administrator")):
			self.assertIsNone(origins.own_name(doctype, name))

	def test_a_renamed_source_takes_its_deals_along(self):
		source = self.make_source("Test Show")
		origins.on_saved(source, "on_update")
		doc = make_opportunity(source="Test Show")
		frappe.rename_doc("Salutation", "Test Show", "Test Expo")
		origins.on_renamed(frappe.get_doc("Salutation", "Test Expo"), "", "Test Show", "Test Expo")
		self.assertEqual(stored(doc, "source"), "Test Expo")
		self.assertFalse(frappe.db.exists("Opportunity Source", "Test Show"))
		origins.on_renamed(frappe.get_doc("Salutation", "Test Expo"), "", "Test Expo", FAIR, merge=True)
		self.assertEqual(stored(doc, "source"), FAIR)

	def test_another_title_takes_its_deals_along_but_not_those_of_a_namesake(self):
		first, second = (self.make_campaign(code, "Test Spring") for code in ("xt", "xs"))
		origins.on_saved(first, "after_insert")
		doc = make_opportunity(campaign="Test Spring")
		self.rename(first, "Test May")
		self.assertEqual(stored(doc, "campaign"), "Test Spring")
		self.rename(second, "Test June")
		self.assertEqual(stored(doc, "campaign"), "Test June")
		self.assertTrue(frappe.db.exists("Sales Campaign", "Test May"))

	def rename(self, campaign, title: str):
		campaign.language_name = title
		campaign.save()
		origins.on_saved(campaign, "on_update")

	def test_who_keeps_the_sources_of_an_app_need_not_keep_those_of_deals(self):
		source = self.make_source("Test Stand")
		frappe.set_user(SALESPERSON)
		self.assertFalse(frappe.has_permission("Opportunity Source", "create"))
		origins.on_saved(source, "on_update")
		self.assertTrue(frappe.db.exists("Opportunity Source", "Test Stand"))

	def test_switched_off_they_are_saved_there_and_made_here_once_it_is_on(self):
		renamed = self.make_source("Test Hall")
		origins.on_saved(renamed, "on_update")
		deal = make_opportunity(source="Test Hall")
		self.addCleanup(save_settings, use_sources=1)
		save_settings(use_sources=0)
		origins.on_saved(self.make_source("Test Booth"), "on_update")
		origins.on_saved(self.make_campaign("xb", "Test Booths"), "after_insert")
		origins.mirror_all()
		self.assertIsNone(origins.own_name("Salutation", "Test Booth"))
		frappe.rename_doc("Salutation", "Test Hall", "Test Foyer")
		origins.on_renamed(frappe.get_doc("Salutation", "Test Foyer"), "", "Test Hall", "Test Foyer")
		self.assertEqual(stored(deal, "source"), "Test Foyer")
		save_settings(use_sources=1)
		self.assertTrue(origins.is_offered("Opportunity Source", "Test Booth"))
		self.assertTrue(origins.is_offered("Sales Campaign", "Test Booths"))

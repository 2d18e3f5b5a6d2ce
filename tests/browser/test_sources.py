"""Salespeople say in Chromium, in German and English, where a deal comes from, and see in reports what came from there."""

import secrets

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

IS_GROUPED = """() =>
	frappe.query_report?.report_name === "Revenue Forecast" &&
	frappe.query_report.columns?.some((column) => column.fieldname === "group") &&
	frappe.query_report.data?.length"""
IS_LISTED = "() => cur_list && cur_list.doctype === 'Sales Opportunity' && cur_list.data.length"


STAGES_ARE_SHOWN = """source => frappe.query_report?.report_name === "Sales Funnel" &&
	frappe.query_report.data?.some((row) => row.group === source)"""
WORDS = {"de": ("anna", "Anfrage", "Quelle"), "en": ("emma", "Inquiry", "Source")}
"""By language: who sells, a stage, and what the field is called."""
PASSED = {
	"de": {"Anfrage": 1, "Erstgespräch": 1, "Bedarfsanalyse": 1, "Angebotsphase": 1, "Verhandlung": 0},
	"en": {"Inquiry": 1, "First Meeting": 1, "Needs Analysis": 1, "Proposal": 1, "Negotiation": 0},
}
"""By language: how many deals reached a stage; sites may have more stages than those that every site begins with."""


@pytest.fixture(params=WORDS)
def language(request) -> str:
	return request.param


@pytest.fixture
def campaign(api) -> str:
	"""A campaign of a source that no deal has yet."""
	key = secrets.token_hex(3)
	source = api("Opportunity Source", source_name=f"Messe {key}")
	return api("Sales Campaign", campaign_name=f"Herbsttour {key}", source=source)


def test_a_deal_from_a_trade_fair_is_in_the_report_by_source(desk, world, campaign, language):
	"""Two clicks say the campaign, which brings its source; in the report one more opens the source's deals."""
	person, stage, label = WORDS[language]
	anna = desk(world["users"][person])
	page = anna.page
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", stage)
	with counted(anna.context) as clicks:
		anna.choose("campaign", campaign)
		assert clicks() == 2
	page.wait_for_function("() => cur_frm.doc.source")
	source = anna.value("source")
	anna.type("amount", "1200")
	anna.save()
	anna.shoot(f"source-form-{language}")
	assert label in anna.field("source").inner_text()
	name = anna.value("name")

	anna.open("query-report", "Revenue Forecast")
	anna.settle()
	page.locator("[data-fieldname='group_by']:visible select").select_option("source")
	page.wait_for_function(IS_GROUPED)
	anna.settle()
	anna.shoot(f"source-report-{language}")
	row = page.evaluate("source => frappe.query_report.data.findIndex((row) => row.group === source)", source)
	assert page.evaluate("row => frappe.query_report.data[row].nominal", row) == 1_200
	with counted(anna.context) as clicks:
		page.locator(f".dt-row[data-row-index='{row}'] .so-drill").first.click()
		page.wait_for_function(IS_LISTED)
		assert clicks() == 1
	anna.settle()
	assert page.evaluate("() => cur_list.data.map((row) => row.name)") == [name]


def test_the_funnel_by_source_is_one_choice_away(desk, world, api, open_deal, campaign, language):
	"""One choice parts the stages by source; a deal counts in all stages up to its own."""
	person, _stage, label = WORDS[language]
	open_deal("Trichter", person, campaign=campaign)
	source = api.read("Sales Campaign", campaign)["source"]
	seller = desk(world["users"][person])
	seller.open("query-report", "Sales Funnel")
	seller.settle()
	with counted(seller.context) as clicks:
		seller.page.locator("[data-fieldname='group_by']:visible select").select_option("source")
		seller.page.wait_for_function(STAGES_ARE_SHOWN, arg=source)
		assert clicks() <= 1
	seller.shoot(f"funnel-by-source-{language}")
	rows = seller.page.evaluate(
		"source => frappe.query_report.data.filter((row) => row.group === source)", source
	)
	reached = {row["stage"]: row["reached"] for row in rows}
	assert {stage: reached[stage] for stage in PASSED[language]} == PASSED[language]
	assert label in seller.page.evaluate("() => frappe.query_report.columns.map((column) => column.label)")


def test_a_manager_sets_costs_against_what_was_won(desk, make_manager, world, api, campaign, language):
	api.update("Sales Campaign", campaign, cost=500)
	api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Won",
		campaign=campaign,
		items=[{"item": world["bike"], "quantity": 1, "rate": 1_000}],
	)
	katrin = desk(make_manager(language))
	katrin.open("query-report", "Win-Loss Analysis")
	page = katrin.page
	katrin.settle()
	page.locator("[data-fieldname='group_by']:visible select").select_option("campaign")
	page.wait_for_function(
		"() => frappe.query_report.columns?.some((column) => column.fieldname === 'return_on_cost')"
	)
	katrin.settle()
	katrin.shoot(f"campaign-report-{language}")
	row = page.evaluate("name => frappe.query_report.data.find((row) => row.group === name)", campaign)
	assert (row["cost"], row["won_amount"], row["return_on_cost"]) == (500, 1_000, 2)

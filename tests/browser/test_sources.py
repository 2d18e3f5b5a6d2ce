"""A salesperson says in Chromium where a deal comes from, and sees in the reports what came from there."""

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

IS_GROUPED = """() =>
	frappe.query_report?.report_name === "Revenue Forecast" &&
	frappe.query_report.columns?.some((column) => column.fieldname === "group") &&
	frappe.query_report.data?.length"""
IS_LISTED = "() => cur_list && cur_list.doctype === 'Sales Opportunity' && cur_list.data.length"


@pytest.fixture(scope="module")
def campaign(api, world) -> str:
	"""A campaign of a source that no deal has yet."""
	source = api("Opportunity Source", source_name=f"Messe {world['bike']}")
	return api("Sales Campaign", campaign_name=f"Herbsttour {world['bike']}", source=source)


def test_a_deal_from_a_trade_fair_is_in_the_report_by_source(desk, world, campaign):
	"""Two clicks say the campaign, which brings its source; in the report one more opens the source's deals."""
	anna = desk(world["users"]["anna"])
	page = anna.page
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", "Anfrage")
	with counted(anna.context) as clicks:
		anna.choose("campaign", campaign)
		assert clicks() == 2
	page.wait_for_function("() => cur_frm.doc.source")
	source = anna.value("source")
	anna.type("amount", "1200")
	anna.save()
	anna.shoot("source-form-de")
	assert "Quelle" in anna.field("source").inner_text()
	name = anna.value("name")

	anna.open("query-report", "Revenue Forecast")
	anna.settle()
	page.locator("[data-fieldname='group_by']:visible select").select_option("source")
	page.wait_for_function(IS_GROUPED)
	anna.settle()
	anna.shoot("source-report-de")
	row = page.evaluate("source => frappe.query_report.data.findIndex((row) => row.group === source)", source)
	assert page.evaluate("row => frappe.query_report.data[row].nominal", row) == 1_200
	with counted(anna.context) as clicks:
		page.locator(f".dt-row[data-row-index='{row}'] .so-drill").first.click()
		page.wait_for_function(IS_LISTED)
		assert clicks() == 1
	anna.settle()
	assert page.evaluate("() => cur_list.data.map((row) => row.name)") == [name]


def test_a_manager_sets_costs_against_what_was_won(desk, world, api, campaign):
	api.update("Sales Campaign", campaign, cost=500)
	api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Won",
		campaign=campaign,
		items=[{"item": world["bike"], "quantity": 1, "rate": 1_000}],
	)
	katrin = desk(world["users"]["katrin"])
	katrin.open("query-report", "Win-Loss Analysis")
	page = katrin.page
	katrin.settle()
	page.locator("[data-fieldname='group_by']:visible select").select_option("campaign")
	page.wait_for_function(
		"() => frappe.query_report.columns?.some((column) => column.fieldname === 'return_on_cost')"
	)
	katrin.settle()
	katrin.shoot("campaign-report-de")
	row = page.evaluate("name => frappe.query_report.data.find((row) => row.group === name)", campaign)
	assert (row["cost"], row["won_amount"], row["return_on_cost"]) == (500, 1_000, 2)

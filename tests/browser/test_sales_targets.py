"""A manager sets a year's target, and salespeople see in Chromium, in German and English, how far they have come."""

import pytest
from clicks import counted
from days import site_date

pytestmark = pytest.mark.browser

IS_SHOWN = "() => frappe.query_report?.report_name === 'Sales Targets' && frappe.query_report.data?.length"
ROWS_ARE_SPREAD = "total => cur_frm.doc.periods.reduce((sum, row) => sum + (row.amount || 0), 0) === total"
SHORTENED = """(amount) => {
	const [number, unit] = frappe.utils.shorten_number(amount, frappe.sys_defaults.country, 5).split(" ");
	return `${$(frappe.format(number, { fieldtype: "Currency" })).text()} ${__(unit || "")}`.trim();
}"""
READ_ONLY = """() => [
	cur_frm.get_docfield("entered_by").read_only,
	cur_frm.fields_dict.periods.grid.docfields.find((field) => field.fieldname === "amount").read_only,
	cur_frm.get_docfield("yearly_amount").read_only,
]"""
"""Of two fields that the site has made read-only, and of one that it has not."""

CARDS = {
	"de": {
		"Lücke zum Jahresziel": "Lücke",
		"Deckung des Jahresziels": "Deckung",
		"Tempo gegenüber dem Vorjahr": "Tempo",
	},
	"en": {
		"Target Gap This Year": "Gap",
		"Target Coverage This Year": "Coverage",
		"Pace against Last Year": "Pace",
	},
}
"""What the page's cards are called, and the report's."""


def test_a_manager_enters_a_year_in_three_clicks_and_the_salesperson_sees_it(desk, world, api, open_deal):
	anna = world["users"]["anna"]
	for target in api.all("Sales Target"):
		api.delete("Sales Target", target["name"])
	api.update("Sales Opportunity", open_deal("Ziel"), expected_close_date=f"{site_date().year}-12-31")
	katrin = desk(world["users"]["katrin"])
	page = katrin.page
	katrin.new("Sales Target")
	assert page.locator(".grid-row[data-idx]:visible").count() >= 12
	with counted(katrin.context) as clicks:
		katrin.choose("user", "Anna")
		katrin.type("yearly_amount", "120000")
		page.wait_for_function(ROWS_ARE_SPREAD, arg=120_000)
		assert clicks() == 3
	katrin.save()
	katrin.shoot("sales-target-de")
	assert "Januar" in page.locator(".grid-body:visible").inner_text()
	assert page.evaluate("() => cur_frm.doc.periods.map((row) => row.amount)") == [10_000] * 12

	someone = desk(anna)
	someone.open("query-report", "Sales Targets")
	someone.page.wait_for_function(IS_SHOWN)
	someone.settle()
	someone.shoot("sales-targets-report-de")
	whole = someone.page.evaluate("() => frappe.query_report.data.at(-1)")
	assert (whole["target"], whole["gap"]) == (120_000, 120_000 - whole["won"] - whole["weighted"])
	assert whole["open"] > 0 and someone.page.locator(".chart-wrapper svg").count()
	someone.page.locator(".dt-cell--col-3 .so-drill").first.click()
	someone.page.wait_for_function(
		"() => cur_list && cur_list.doctype === 'Sales Target' && cur_list.data.length"
	)
	someone.shoot("sales-target-list-de")


def test_an_english_manager_reads_form_report_and_figures(desk, world, api):
	emma = world["users"]["emma"]
	name = api(
		"Sales Target",
		target_for="Person",
		user=emma,
		year=site_date().year,
		entered_by="Quarter",
		yearly_amount=100_000,
		yearly_deals=10,
	)
	fixed = [
		api(
			"Property Setter",
			doctype_or_field="DocField",
			doc_type=doctype,
			field_name=fieldname,
			property="read_only",
			property_type="Check",
			value="1",
		)
		for doctype, fieldname in (("Sales Target", "entered_by"), ("Sales Target Period", "amount"))
	]
	reader = desk(emma)
	reader.open("Form", "Sales Target", name)
	assert reader.page.evaluate(READ_ONLY) == [1, 1, 0]
	for setter in fixed:
		api.delete("Property Setter", setter)
	reader.shoot("sales-target-en")
	assert not reader.page.get_by_role("button", name="Spread Evenly").is_visible()
	assert "Quarter 1" in reader.page.locator(".grid-body:visible").inner_text()
	reader.open("query-report", "Sales Targets")
	reader.page.wait_for_function(IS_SHOWN)
	reader.shoot("sales-targets-report-en")


@pytest.mark.parametrize("language", CARDS)
def test_a_manager_sees_gap_coverage_and_pace_of_the_year_without_a_click(
	desk, make_manager, api, open_deal, language
):
	"""The cards say what the report says of the year of all together."""
	if not any(target["target_for"] == "Company" for target in api.all("Sales Target")):
		api(
			"Sales Target",
			target_for="Company",
			year=site_date().year,
			entered_by="Quarter",
			yearly_amount=9_000_000,
		)
	api.update("Sales Opportunity", open_deal("Deckung"), expected_close_date=f"{site_date().year}-12-31")
	manager = desk(make_manager(language))
	manager.open("Workspaces", "Sales Figures")
	manager.page.locator(".dashboard-widget-box svg").nth(1).wait_for()
	manager.shoot(f"sales-figures-{language}")
	report = manager.call(
		"frappe.desk.query_report.run", report_name="Sales Targets", filters={"period": "Year"}
	)
	said = {card["label"]: card["value"] for card in report["report_summary"]}
	gap, *texts = (said[label] for label in CARDS[language].values())
	shown = [
		manager.page.locator(".number-widget-box", has_text=title).locator(".number").inner_text().strip()
		for title in CARDS[language]
	]
	assert shown == [manager.page.evaluate(SHORTENED, gap), *texts]
	assert "M" in shown[0]

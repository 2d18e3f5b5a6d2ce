"""Each report in Chromium, in German and English: rows, chart, and the way from a figure to its rows."""

import re

import pytest
from days import site_date
from quotes import issue, read_quote
from report_views import refresh_report

pytestmark = pytest.mark.browser

REPORTS = (
	"Revenue Forecast",
	"Win-Loss Analysis",
	"Sales Funnel",
	"Stalled and Not Forecastable",
	"Item Demand Forecast",
	"Quote Register",
	"Customer Journey",
)
REPORTS_OF_MANAGERS = ("Margin",)
PLAIN_REPORTS = ("Weighted Pipeline", "Open Quotes", "Lost Reasons", "Items in the Pipeline")

IS_SHOWN = "name => frappe.query_report?.report_name === name && frappe.query_report.data?.length"
IS_LOADED = "name => frappe.query_report?.report_name === name && frappe.query_report.filters"
SET_PARTNER = """async (partner) => {
	const filters = { party_type: "Business Partner", party: partner };
	for (const [fieldname, value] of Object.entries(filters)) {
		await frappe.query_report.filters.find((filter) => filter.df.fieldname === fieldname)?.set_value(value);
	}
}"""
SET_FIRST_LABEL = """(label) => {
	frappe.query_report.chart_options.data.labels = frappe.query_report.chart_options.data.labels.map(
		(one, index) => (index ? one : label)
	);
	frappe.query_report.chart.draw();
}"""
AXIS_IS_INSIDE = """() => {
	const chart = document.querySelector(".chart-wrapper svg.frappe-chart").getBoundingClientRect();
	return [...document.querySelectorAll(".chart-wrapper .x.axis text")].every((text) => {
		const box = text.getBoundingClientRect();
		return box.bottom <= chart.bottom && box.left >= chart.left && box.right <= chart.right;
	});
}"""


@pytest.fixture(scope="module")
def deals(world, api) -> str:
	"""Open, won and lost opportunities and a quote of one partner, for both salespeople; returns the partner."""
	partner = api("Business Partner", partner_name=f"Berichte {world['bike']}", language="de")
	soon = site_date(40)
	for person in ("anna", "emma"):
		common = {"party": partner, "class_id": "NEW", "opportunity_owner": world["users"][person]}
		lines = [
			{"item": world["bike"], "quantity": 3, "unit_cost": 4000},
			{"item": world["service"], "quantity": 1},
		]
		opportunity = api(
			"Sales Opportunity", **common, stage="Proposal", items=lines, expected_close_date=str(soon)
		)
		api("Sales Opportunity", **common, stage="Inquiry", amount=12_000)
		api("Sales Opportunity", **common, stage="Won", items=lines, closing_reason="Best Product")
		api("Sales Opportunity", **common, stage="Lost", amount=5_000, closing_reason="No Budget")
		api(
			"Quote",
			opportunity=opportunity,
			valid_until=str(soon),
			items=[{**lines[0], "row_type": "Priced"}],
		)
	return partner


@pytest.mark.parametrize(("person", "words"), [("anna", "de"), ("emma", "en")])
def test_a_salesperson_opens_each_report(desk, world, deals, person, words):
	someone = desk(world["users"][person])
	for name in REPORTS:
		look_at(someone, name, deals, words)
	may_open = someone.page.evaluate("() => Object.keys(frappe.boot.user.all_reports)")
	assert not set(REPORTS_OF_MANAGERS) & set(may_open)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_manager_opens_what_only_managers_may_read(desk, deals, make_manager, language):
	manager = desk(make_manager(language))
	for name in REPORTS_OF_MANAGERS:
		look_at(manager, name, deals, language)


def look_at(someone, name: str, partner: str, words: str) -> None:
	"""Open a report and see that it has a chart and cards."""
	show(someone, name, partner)
	someone.shoot(f"report-{name.lower().replace(' ', '-')}-{words}")
	assert someone.page.locator(".chart-container svg .frappe-chart, .chart-wrapper svg").count(), name
	assert someone.page.locator(".report-summary .summary-item").count() > 1, name


def test_a_click_on_a_figure_opens_its_rows(desk, world, deals):
	anna = desk(world["users"]["anna"])
	show(anna, "Revenue Forecast", deals)
	anna.page.locator(".dt-row[data-row-index='2'] .dt-cell--col-2 .so-drill").click()
	anna.page.wait_for_function(
		"() => cur_list && cur_list.doctype === 'Sales Opportunity' && cur_list.data.length"
	)
	anna.settle()
	anna.shoot("report-drilled-down")
	rows = anna.page.evaluate("() => cur_list.data.map((row) => row.status)")
	assert set(rows) == {"Open"}


def test_a_click_on_a_bar_opens_its_rows_and_each_figure_says_what_it_means(desk, world, deals):
	anna = desk(world["users"]["anna"])
	page = anna.page
	show(anna, "Win-Loss Analysis", deals)
	labels = page.locator(".chart-wrapper .x.axis text:visible").all_text_contents()
	assert labels and not any("..." in label or "…" in label for label in labels)
	page.set_viewport_size({"width": 390, "height": 844})
	anna.settle()
	for long in (
		"Zu hoher Preis im Vergleich zu allen anderen Anbietern",
		"Donaudampfschifffahrtsgesellschaften",
		"Der Preis ist zu hoch, auch wenn man bedenkt, dass Wartung und Versicherung für drei Jahre enthalten sind",
	):
		page.evaluate(SET_FIRST_LABEL, long)
		below = page.locator(".chart-wrapper .x.axis text:visible").first
		assert re.sub(r"\s", "", below.text_content()) == re.sub(r"\s", "", long)
		assert page.evaluate(AXIS_IS_INSIDE)
		anna.shoot(f"report-label-{len(long)}")
	page.set_viewport_size({"width": 1400, "height": 950})
	anna.settle()
	heads = page.evaluate("() => frappe.query_report.columns.filter((column) => column.meaning).length")
	assert page.locator(".so-meaning:visible").count() == heads
	page.locator(".so-meaning:visible").first.focus()
	page.locator(".tooltip:visible", has_text="gewonnen").wait_for()
	anna.shoot("report-meaning")
	page.locator(".chart-wrapper .dataset-bars.dataset-0 [data-point-index]:visible").first.click()
	page.wait_for_function(
		"() => cur_list && cur_list.doctype === 'Sales Opportunity' && cur_list.data.length"
	)
	anna.settle()
	assert set(page.evaluate("() => cur_list.data.map((row) => row.status)")) == {"Won"}


def test_a_manager_opens_the_plain_reports_and_the_workspace(desk, world, deals):
	katrin = desk(world["users"]["katrin"])
	drafts = {"party": deals, "docstatus": 0}
	draft = katrin.call("frappe.client.get_list", doctype="Quote", filters=drafts)[0]["name"]
	issue(katrin, read_quote(katrin, draft))
	for name in PLAIN_REPORTS:
		katrin.open("query-report", name)
		katrin.page.wait_for_function(IS_SHOWN, arg=name)
		katrin.settle()
		katrin.shoot(f"report-{name.lower().replace(' ', '-')}")
	katrin.open("Workspaces", "Sales Opportunities")
	katrin.page.locator(".number-widget-box .number").nth(3).wait_for()
	katrin.page.locator(".dashboard-widget-box svg").first.wait_for()
	katrin.settle()
	katrin.shoot("workspace-figures")
	assert "€" in katrin.page.locator(".number-widget-box .number").first.inner_text()


def show(desk, name: str, partner: str) -> None:
	"""Open a report for the partner and wait for its rows.

	The framework does not wait for filters that come with the address, so they are set when the report is there.
	"""
	desk.open("query-report", name)
	desk.page.wait_for_function(IS_LOADED, arg=name)
	desk.page.evaluate(SET_PARTNER, partner)
	refresh_report(desk)
	desk.page.wait_for_function(IS_SHOWN, arg=name)
	desk.settle()

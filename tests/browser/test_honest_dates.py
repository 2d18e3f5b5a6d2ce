"""A seller sees in Chromium, in German and English, when a deal will probably close, and the forecast goes by either date."""

import pytest
from clicks import counted
from days import site_date

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser

SETTINGS = "Sales Opportunity Settings"
DEALS_IN = """(year) => frappe.query_report.data
	.filter((row) => !row.is_total && row.period?.endsWith(year))
	.reduce((sum, row) => sum + row.deals, 0)"""
WORDS = {
	"anna": ("de", "Wahrscheinlicher Abschluss"),
	"emma": ("en", "Likely Close Date"),
}
"""By seller: the language, and what the date is called on the form and in the report."""
IS_SHOWN = "name => frappe.query_report?.report_name === name && frappe.query_report.data?.length"


@pytest.fixture(params=WORDS)
def person(request) -> str:
	return request.param


@pytest.fixture
def deal(world, api, open_deal, person) -> str:
	"""An open deal that its seller wants to close in 30 days, after three that took 400 days longer than was said."""
	for _deal in range(3):
		closed = open_deal("Verspätet", person)
		api.update("Sales Opportunity", closed, expected_close_date=str(site_date(-400)))
		api.update("Sales Opportunity", closed, stage="Lost", closing_reason="No Budget")
	name = open_deal("Bald soweit", person)
	for days in (10, 20, 25, 30):
		api.update("Sales Opportunity", name, expected_close_date=str(site_date(days)))
	before = api.read(SETTINGS, SETTINGS)["calibration_minimum"]
	api.update(SETTINGS, SETTINGS, calibration_minimum=3, use_likely_dates=1)
	awaited(lambda: api.read("Sales Opportunity", name)["likely_close_date"] == str(site_date(430)))
	yield name
	api.update(SETTINGS, SETTINGS, calibration_minimum=before)


def test_the_seller_sees_the_likely_date_and_the_forecast_goes_by_it_after_one_click(
	desk, world, api, deal, person
):
	language, label = WORDS[person]
	anna = desk(world["users"][person])
	page = anna.page
	anna.open("Form", "Sales Opportunity", deal)
	likely = site_date(430)
	assert anna.shown("likely_close_date") == f"{likely:%d.%m.%Y}"
	assert label in anna.field("likely_close_date").inner_text()
	anna.field("likely_close_date").scroll_into_view_if_needed()
	anna.shoot(f"likely-close-date-{language}")

	anna.open("query-report", "Revenue Forecast")
	page.wait_for_function(IS_SHOWN, arg="Revenue Forecast")
	anna.settle()
	before = page.evaluate(DEALS_IN, str(likely.year))
	with counted(anna.context) as clicks:
		page.locator("[data-fieldname='dates'] select").select_option("Likely")
		anna.settle()
		page.wait_for_function(
			f"([year, before]) => ({DEALS_IN})(year) > before", arg=[str(likely.year), before]
		)
		assert clicks() <= 1
	anna.shoot(f"forecast-by-likely-dates-{language}")

	anna.open("query-report", "Moved Close Dates")
	page.wait_for_function(IS_SHOWN, arg="Moved Close Dates")
	anna.shoot(f"moved-close-dates-{language}")
	assert label in page.evaluate("() => frappe.query_report.columns.map((column) => column.label)")
	moved = page.evaluate("name => frappe.query_report.data.find((row) => row.opportunity === name)", deal)
	assert (moved["times"], moved["moved_days"]) == (3, 20)

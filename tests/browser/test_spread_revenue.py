"""A contract on the form and in the forecast, in German and English: per month and year, and when the revenue counts."""

import pytest
from clicks import counted
from plans import plan
from report_views import refresh_report

pytestmark = pytest.mark.browser

WORDS = {
	"anna": "Raten",
	"emma": "Instalments",
}
FIGURES = {
	"one_off_amount": "€ 5.290,00",
	"monthly_amount": "€ 490,00",
	"yearly_amount": "€ 5.880,00",
	"contract_value": "€ 11.170,00",
}
AT_CLOSE = [11_170, 11_170]
SPREAD = [5_290, *12 * [490], 11_170]
INSTALMENTS = [1_587, 490, 490 + 3_703, *10 * [490], 11_170]
"""What counts in each month from the one of closing on, and in all: once 5,290, and 490 a month for a year."""

IS_REPORT = "() => frappe.query_report?.report_name === 'Revenue Forecast' && frappe.query_report.filters"
SET_PARTNER = """async (party) => {
	for (const filter of frappe.query_report.filters.filter(({ df }) => df.fieldname === "party")) {
		await filter.set_value(party);
	}
}"""
NOMINAL = "() => frappe.query_report.data.map((row) => row.nominal)"


@pytest.fixture
def contract(api, world, open_deal):
	"""Return a function that makes a salesperson's deal of a new partner, sold once and per month; returns both names."""

	def make(person: str) -> tuple[str, str]:
		partner = api("Business Partner", partner_name=f"Vertrag {person} {world['bike']}", language="de")
		deal = open_deal(
			"Lastenrad mit Wartung",
			person,
			party=partner,
			expected_close_date="2098-01-15",
			items=[
				{"item": world["bike"], "quantity": 1},
				{
					"item": world["service"],
					"quantity": 1,
					"recurrence": "Monthly",
					"periods": 12,
					"service_start": "2098-02-01",
				},
			],
		)
		return deal, partner

	return make


def open_forecast(desk, partner: str) -> None:
	desk.open("query-report", "Revenue Forecast")
	desk.page.wait_for_function(IS_REPORT)
	desk.page.evaluate(SET_PARTNER, partner)
	refresh_report(desk)


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_contract_is_seen_per_month_and_its_revenue_when_it_comes(desk, world, contract, person):
	"""One click in the forecast spreads it; six on the form plan the instalments: tab, section, and two for each."""
	section = WORDS[person]
	seller = desk(world["users"][person])
	page = seller.page
	name, partner = contract(person)
	seller.open("Form", "Sales Opportunity", name)
	seller.tab("Details")
	assert {field: seller.shown(field) for field in FIGURES} == FIGURES
	seller.shoot(f"contract-{person}")

	open_forecast(seller, partner)
	assert page.evaluate(NOMINAL) == AT_CLOSE
	with counted(seller.context) as clicks:
		basis = page.locator(".page-form [data-fieldname='basis'] select")
		basis.click()
		basis.select_option("Service Period")
		refresh_report(seller)
		assert clicks() == 1
	assert page.evaluate(NOMINAL) == SPREAD
	seller.shoot(f"forecast-spread-{person}")

	seller.open("Form", "Sales Opportunity", name)
	page.wait_for_function("() => cur_frm?.doc.doctype === 'Sales Opportunity'")
	with counted(seller.context) as clicks:
		seller.tab("Details")
		page.locator(".section-head:visible", has_text=section).click()
		plan(seller, "15.01.2098", "30")
		plan(seller, "01.03.2098", "70")
		assert clicks() == 6
	seller.save()
	seller.shoot(f"instalments-{person}")
	open_forecast(seller, partner)
	assert page.evaluate(NOMINAL) == INSTALMENTS
	seller.shoot(f"forecast-instalments-{person}")

"""Exchange rates: those of the settings, those of a provider, and what happens when it cannot be reached."""

import frappe
from frappe.utils import nowdate

from sales_opportunity import currency
from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.currency import MissingExchangeRateError, exchange_rate, fetch_rates
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_user, registered

HERE = "sales_opportunity.tests.test_exchange_rates"


def provider(code: str, company_currency: str, day) -> float | None:
	"""A provider that knows Norway only."""
	return 0.0851 if (code, company_currency, str(day)) == ("NOK", "EUR", nowdate()) else None


def unreachable(code: str, company_currency: str, day) -> float | None:
	"""A provider behind a line that is down."""
	raise ConnectionError("No route to host")


class TestExchangeRates(IntegrationTestCase):
	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user("Administrator")
		settings = frappe.get_doc("Sales Opportunity Settings")
		settings.set("exchange_rates", [{"valid_from": "2020-01-01", "currency": "NOK", "rate": 0.1}])
		settings.save()

	def test_a_provider_brings_todays_rate_once(self):
		make_partner("Lakseimport AS", default_currency="SEK")
		with registered(sales_exchange_rate_provider=[f"{HERE}.provider"]):
			self.assertEqual(fetch_rates(), ["NOK"])
			self.assertEqual(fetch_rates(), [])
		rows = frappe.get_doc("Sales Opportunity Settings").exchange_rates
		self.assertEqual([row.rate for row in rows], [0.1, 0.0851])
		self.assertEqual(exchange_rate("NOK"), 0.0851)
		self.assertEqual(exchange_rate("NOK", "2021-06-01"), 0.1)

	def test_an_unreachable_provider_blocks_nothing(self):
		with registered(sales_exchange_rate_provider=[f"{HERE}.unreachable"]):
			self.assertEqual(fetch_rates(), [])
			party = make_partner("Fjord AS", default_currency="NOK")
			self.assertEqual(make_opportunity(party=party.name, amount=100).base_amount, 10)
		self.assertTrue(frappe.db.exists("Error Log", {"method": ("like", "%NOK%")}))

	def test_without_any_rate_the_currency_is_named(self):
		with self.assertRaisesRegex(MissingExchangeRateError, "SEK"):
			exchange_rate("SEK")

	def test_it_runs_every_day(self):
		self.assertIn(f"{currency.__name__}.fetch_rates", frappe.get_hooks("scheduler_events")["daily"])

	def test_only_who_may_change_the_settings_fetches_by_hand(self):
		frappe.set_user(make_user("rates@example.com", "Sales User").name)
		with self.assertRaises(frappe.PermissionError):
			fetch_rates()

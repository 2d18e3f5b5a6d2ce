"""Exchange rates: those of the settings, those of a provider, and what happens when it cannot be reached."""

import frappe
from frappe.cache_manager import clear_defaults_cache
from frappe.utils import nowdate

from sales_opportunity import currency, exchange_rates
from sales_opportunity.currency import format_amount
from sales_opportunity.exchange_rates import MissingExchangeRateError, exchange_rate, fetch_rates
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.import_history import insert_with_history
from sales_opportunity.overrides.timeline import stage_entries
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.rate_updates import update_exchange_rates
from sales_opportunity.sales_opportunity.report.customer_journey.customer_journey import (
	execute as customer_journey,
)
from sales_opportunity.tests.factories import (
	DEFAULT_CLASS,
	make_opportunity,
	make_partner,
	make_user,
	registered,
)
from sales_opportunity.tests.settings import save_settings, use_settings

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
		save_settings(exchange_rates=[{"valid_from": "2020-01-01", "currency": "NOK", "rate": 0.1}])

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
		self.assertIn(f"{exchange_rates.__name__}.fetch_rates", frappe.get_hooks("scheduler_events")["daily"])

	def test_only_who_may_change_the_settings_fetches_by_hand(self):
		frappe.set_user(make_user("rates@example.com", "Sales User").name)
		with self.assertRaises(frappe.PermissionError):
			fetch_rates()


class TestRatesOfToday(IntegrationTestCase):
	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user("Administrator")
		self.set_rates(0.1)
		self.deal = make_opportunity(transaction_currency="NOK", items=[{"rate": 1000}])

	def set_rates(self, rate: float, **settings):
		rates = [{"valid_from": "2020-01-01", "currency": "NOK", "rate": rate}]
		save_settings(**{"exchange_rates": rates, "rate_of_winning_day": 0, **settings})

	def test_open_deals_take_todays_rate_with_a_fact_each(self):
		self.set_rates(0.2)
		others = [make_opportunity(items=[{}]), make_opportunity(transaction_currency="NOK", amount=5)]
		result = update_exchange_rates([self.deal.name, *(doc.name for doc in others)])
		self.assertEqual(result, {"changed": 1, "refused": {}})
		self.deal.reload()
		self.assertEqual((self.deal.conversion_rate, self.deal.base_amount), (0.2, 200))
		facts = frappe.get_all(
			"Sales Opportunity Change",
			{"opportunity": self.deal.name, "is_first": 0},
			["previous_conversion_rate", "conversion_rate", "base_amount"],
		)
		self.assertEqual(
			[tuple(fact.values()) for fact in facts],
			[(0.1, 0.2, 200.0)],
		)

	def test_a_closed_deal_and_a_foreign_one_stay(self):
		closed = make_opportunity(transaction_currency="NOK", amount=10)
		closed.update({"stage": "Lost", "closing_reason": "No Decision"})
		closed.save()
		self.set_rates(0.2)
		self.assertEqual(update_exchange_rates([closed.name])["changed"], 0)
		frappe.set_user(make_user("todays-rates@example.com", "Sales User").name)
		result = update_exchange_rates([self.deal.name])
		self.assertEqual((result["changed"], list(result["refused"])), (0, [self.deal.name]))
		frappe.set_user("Administrator")
		self.deal.reload()
		self.assertEqual(self.deal.conversion_rate, 0.1)

	def test_one_that_cannot_be_saved_does_not_stop_the_others(self):
		other = make_opportunity(transaction_currency="NOK", amount=10)
		other.db_set("class_id", "NO-SUCH-CLASS")
		self.set_rates(0.2)
		result = update_exchange_rates([other.name, self.deal.name])
		self.assertEqual((result["changed"], list(result["refused"])), (1, [other.name]))

	def test_a_won_deal_keeps_its_rate_or_takes_that_of_the_day_as_the_settings_say(self):
		for setting, rate, won in ((0, 0.1, 100), (1, 0.2, 200)):
			with self.subTest(rate_of_winning_day=setting):
				self.set_rates(0.1)
				deal = make_opportunity(transaction_currency="NOK", items=[{"rate": 1000}])
				self.set_rates(0.2, rate_of_winning_day=setting)
				deal.reload()
				deal.stage = "Won"
				deal.save()
				self.assertEqual((deal.conversion_rate, deal.base_amount), (rate, won))

	def test_a_won_deal_keeps_a_rate_typed_by_hand_if_the_settings_have_none(self):
		deal = make_opportunity(transaction_currency="DKK", conversion_rate=0.134, items=[{"rate": 1000}])
		self.set_rates(0.2, rate_of_winning_day=1)
		deal.reload()
		deal.stage = "Won"
		deal.save()
		self.assertEqual((deal.status, deal.conversion_rate, deal.base_amount), ("Won", 0.134, 134))

	def test_a_won_deal_of_the_past_has_its_own_rate_or_that_of_the_day_on_which_it_was_won(self):
		days = (("2020-01-01", 0.1), ("2024-01-01", 0.11), ("2024-06-01", 0.12), ("2025-01-01", 0.2))
		rates = [{"valid_from": day, "currency": "NOK", "rate": rate} for day, rate in days]
		save_settings(exchange_rates=rates, rate_of_winning_day=1)
		for given, rate in ((0.15, 0.15), (None, 0.12)):
			with self.subTest(given=given):
				values = {
					"party_type": "Business Partner",
					"party": make_partner().name,
					"class_id": DEFAULT_CLASS,
					"stage": "Won",
					"amount": 1000,
					"transaction_currency": "NOK",
					"conversion_rate": given,
					"opened_on": "2024-02-01",
					"closed_on": "2024-07-01",
				}
				deal = insert_with_history(frappe._dict(values))
				self.assertEqual((deal.status, deal.conversion_rate), ("Won", rate))
				self.assertEqual(deal.base_amount, 1000 * rate)

	def test_stream_and_journey_show_what_a_stage_was_worth_at_its_time_and_in_its_currency(self):
		self.set_rates(0.2)
		self.deal.reload()
		self.deal.update({"transaction_currency": "EUR"})
		self.deal.save()
		first = stage_entries(self.deal.name)[0]["content"]
		self.assertIn(format_amount(1000, "NOK"), first)
		rows = customer_journey({"party": self.deal.party})[1]
		stage = next(row for row in rows if row["kind"] == "Stage")
		self.assertEqual(stage["amount"], 100)
		change = next(row for row in rows if row["text"].startswith("Amount"))
		self.assertEqual(
			change["text"],
			f"Amount: from {format_amount(1000, 'NOK')} to {format_amount(self.deal.amount, 'EUR')}",
		)


class TestCompanyCurrency(IntegrationTestCase):
	"""Which currency the company has is found, or asked for in one sentence."""

	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.savepoint("currency")
		self.addCleanup(self.restore)
		use_settings(self, company_currency=None)
		frappe.db.set_default("currency", None)
		self.clear()

	def restore(self):
		frappe.db.rollback(save_point="currency")
		self.clear()

	def clear(self):
		frappe.clear_document_cache("Sales Opportunity Settings", "Sales Opportunity Settings")
		frappe.db.value_cache.clear()
		clear_defaults_cache()

	def set_country(self, country: str | None):
		frappe.db.set_single_value("System Settings", "country", country)
		self.clear()

	def test_that_of_the_country(self):
		for country, expected in (
			("Germany", "EUR"),
			("Switzerland", "CHF"),
			("Liechtenstein", "CHF"),
			("Ecuador", "USD"),
			("Japan", "JPY"),
		):
			with self.subTest(country):
				self.set_country(country)
				self.assertEqual(currency.company_currency(), expected)

	def test_the_settings_and_what_the_wizard_was_told_go_first(self):
		self.set_country("Germany")
		currency.adopt_currency("CHF")
		self.assertEqual((currency.company_currency(), frappe.db.get_default("currency")), ("CHF", "CHF"))
		use_settings(self, company_currency="USD")
		currency.adopt_currency("CHF")
		self.assertEqual((currency.company_currency(), frappe.db.get_default("currency")), ("USD", "USD"))

	def test_without_any_one_sentence_says_where_to_choose_it(self):
		for country in (None, "Antarctica"):
			with self.subTest(country):
				self.set_country(country)
				with self.assertRaisesRegex(currency.MissingCompanyCurrencyError, "no currency yet.*<a href"):
					make_opportunity(amount=5)

	def test_choosing_one_in_the_settings_is_enough(self):
		self.set_country("Antarctica")
		frappe.db.delete("Sales Opportunity")
		save_settings(company_currency="EUR")
		self.assertEqual(make_opportunity(amount=5).transaction_currency, "EUR")
		self.assertEqual(frappe.db.get_default("currency"), "EUR")

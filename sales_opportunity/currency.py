"""Currencies: decimals, the company's currency and the stored exchange rates."""

from datetime import date
from typing import TYPE_CHECKING, Any

import frappe
from babel.numbers import get_currency_precision, get_territory_currencies
from frappe import _
from frappe.utils import fmt_money, formatdate, get_link_to_form, getdate

from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.pricing.money import Number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

SETTINGS = "Sales Opportunity Settings"


class MissingCompanyCurrencyError(frappe.ValidationError):
	pass


class MissingExchangeRateError(frappe.ValidationError):
	pass


def company_currency() -> str:
	"""Return the currency of all base amounts. Raises `MissingCompanyCurrencyError` if none can be found."""
	currency = find_company_currency()
	if not currency:
		frappe.throw(
			_("The company has no currency yet. Choose one in {0}.").format(settings_link()),
			MissingCompanyCurrencyError,
		)
	return currency


def find_company_currency() -> str | None:
	"""Return the currency that the settings name, else the site's, None if there is none."""
	return frappe.get_cached_doc(SETTINGS).company_currency or site_currency()


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk the company's currency, to which the sums of number cards are limited, when it starts (a hook)."""
	bootinfo.sales_opportunity_currency = find_company_currency() or ""


def site_currency() -> str | None:
	"""Return the site's default currency, else that of the site's country, None if neither is known."""
	return frappe.db.get_default("currency") or currency_of_country(
		frappe.db.get_single_value("System Settings", "country")
	)


def currency_of_country(country: str | None) -> str | None:
	"""Return what is paid with in a country today, None if that is unknown."""
	code = country and frappe.db.get_value("Country", country, "code", cache=True)
	tenders = get_territory_currencies(code.upper()) if code else []
	return next((tender for tender in tenders if frappe.db.exists("Currency", tender)), None)


def adopt_currency(answer: str | None = None) -> None:
	"""Let the site's default be the currency of the settings, else the answer, else what the site has, if any.

	By the default the desk shows sums that belong to no document, such as those of number cards. Where an ERP is
	installed, it keeps the default itself.
	"""
	currency = frappe.get_cached_doc(SETTINGS).company_currency or answer or site_currency()
	if not currency or not frappe.db.exists("Currency", currency):
		return
	frappe.db.set_value("Currency", currency, "enabled", 1)
	if currency == frappe.db.get_default("currency") or frappe.db.exists("DocType", "Global Defaults"):
		return
	frappe.db.set_default("currency", currency)
	if frappe.get_meta("System Settings").has_field("currency"):
		frappe.db.set_single_value("System Settings", "currency", currency)


def store_company_currency() -> None:
	"""Write the company's currency into the settings if they leave it to the site's default, which may change."""
	settings = frappe.get_cached_doc(SETTINGS)
	if not settings.company_currency:
		frappe.db.set_single_value(settings.doctype, "company_currency", company_currency())
		frappe.clear_document_cache(settings.doctype, settings.doctype)
		adopt_currency()


def settings_link() -> str:
	"""Return the link to the app's settings, under their name in the user's language."""
	return get_link_to_form(SETTINGS, SETTINGS, _(SETTINGS))


def decimal_places(currency: str | None) -> int:
	"""Return the number of decimals of amounts in `currency` (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
	return get_currency_precision(currency) if currency else 2


def exchange_rate(currency: str | None, on_date: Any = None) -> float:
	"""Return what one unit of `currency` is worth in the company's currency on a date (default: today).

	Raises `MissingExchangeRateError` if the settings have no rate valid on that day.
	"""
	on_date = getdate(on_date)
	rate = known_rate(currency, on_date)
	if rate is None:
		frappe.throw(
			_(
				"There is no exchange rate from {0} to {1} for {2}. Enter one in the document or in {3}."
			).format(
				currency,
				company_currency(),
				formatdate(on_date),
				settings_link(),
			),
			MissingExchangeRateError,
		)
	return rate


def known_rate(currency: str | None, on_date: Any = None) -> float | None:
	"""Return what `exchange_rate` does, but None if the settings have no rate valid on that day."""
	if currency == company_currency():
		return 1.0
	on_date = getdate(on_date)
	rates = [
		row
		for row in frappe.get_cached_doc(SETTINGS).exchange_rates
		if row.currency == currency and getdate(row.valid_from) <= on_date
	]
	return max(rates, key=lambda row: getdate(row.valid_from)).rate if rates else None


@whitelist(methods=["POST"])
def fetch_rates() -> list[str]:
	"""Ask the provider for today's rates of all currencies in use, store them in the settings, return the currencies.

	Apps register one by the hook `sales_exchange_rate_provider`: a function of (currency, company's currency, date)
	that returns what one unit is worth, or None. Runs every day in the background, never while something is
	saved; what a provider cannot answer is logged, and the last stored rate goes on to apply.
	"""
	settings = frappe.get_doc(SETTINGS)
	settings.check_permission("write")
	providers = frappe.get_hooks("sales_exchange_rate_provider")
	today = getdate()
	fetched = {}
	for currency in currencies_in_use(settings) if providers else []:
		rate = ask_provider(providers[-1], currency, today)
		if rate:
			fetched[currency] = rate
	if fetched:
		for row in settings.exchange_rates:
			if row.currency in fetched and getdate(row.valid_from) == today:
				row.rate = fetched.pop(row.currency)
		for currency, rate in fetched.items():
			settings.append("exchange_rates", {"currency": currency, "valid_from": today, "rate": rate})
		settings.save()
	return sorted(fetched)


def currencies_in_use(settings: "SalesOpportunitySettings") -> list[str]:
	"""Return the foreign currencies of the settings' rates, of partners, classes and open opportunities."""
	found = {row.currency for row in settings.exchange_rates}
	found.update(frappe.get_all("Business Partner", pluck="default_currency", distinct=True))
	found.update(frappe.get_all("Class ID", pluck="default_currency", distinct=True))
	found.update(
		frappe.get_all("Sales Opportunity", {"status": "Open"}, pluck="transaction_currency", distinct=True)
	)
	return sorted(found - {None, "", company_currency()})


def ask_provider(path: str, currency: str, day: date | str) -> float | None:
	"""Return the provider's rate, None if it has none or fails in whatever way; a failure is logged."""
	try:
		rate = frappe.get_attr(path)(currency, company_currency(), day)
		return float(rate) if rate and float(rate) > 0 else None
	except Exception:
		frappe.log_error(title=f"Exchange rate of {currency} could not be fetched")
		return None


def format_amount(amount: Number, currency: str) -> str:
	"""Return `amount` as the user's desk shows it, with the symbol of `currency`."""
	return fmt_money(amount, precision=decimal_places(currency), currency=currency)

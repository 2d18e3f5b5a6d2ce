"""What foreign currencies are worth in the company's: the rates that the settings keep, and where they come from."""

from datetime import date
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from sales_opportunity.currency import SETTINGS, company_currency, settings_link
from sales_opportunity.framework.registry import last_registered, registered
from sales_opportunity.inputs.arguments import whitelist

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)


class MissingExchangeRateError(frappe.ValidationError):
	pass


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
	"""Return what `exchange_rate` does, but None if there is no rate valid on that day.

	An app that keeps rates of its own names a function of (currency, company's currency, date) by the hook
	`sales_known_rates`. It must ask nobody over a network; where it returns None, the settings are asked.
	"""
	if currency == company_currency():
		return 1.0
	on_date = getdate(on_date)
	keeper = last_registered("sales_known_rates")
	rate = keeper and frappe.get_attr(keeper)(currency, company_currency(), on_date)
	if rate:
		return float(rate)
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
	provider = last_registered("sales_exchange_rate_provider")
	today = getdate()
	fetched = {}
	for currency in currencies_in_use(settings):
		rate = ask_provider(provider, currency, today) if provider else None
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
	"""Return the foreign currencies of the settings' rates, of partners, classes and open opportunities.

	The hook `sales_party_currencies` names, for each DocType of partners, the function that returns theirs.
	"""
	found = {row.currency for row in settings.exchange_rates}
	for path in registered("sales_party_currencies").values():
		found.update(frappe.get_attr(path)())
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

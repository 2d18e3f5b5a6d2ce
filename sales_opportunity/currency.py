"""Currencies: decimals, the company's currency and the stored exchange rates."""

import frappe
from babel.numbers import get_currency_precision
from frappe import _
from frappe.utils import fmt_money, formatdate, getdate


class MissingExchangeRateError(frappe.ValidationError):
	pass


def company_currency() -> str:
	"""Return the currency of all base amounts, from the settings or the site's default."""
	return frappe.get_cached_doc("Sales Opportunity Settings").company_currency or frappe.db.get_default(
		"currency"
	)


def places(currency: str | None) -> int:
	"""Return the number of decimals of amounts in `currency` (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
	return get_currency_precision(currency) if currency else 2


def exchange_rate(currency: str, on_date=None) -> float:
	"""Return what one unit of `currency` is worth in the company's currency on a date (default: today).

	Raises `MissingExchangeRateError` if the settings have no rate valid on that day.
	"""
	if currency == company_currency():
		return 1.0
	on_date = getdate(on_date)
	rates = [
		row
		for row in frappe.get_cached_doc("Sales Opportunity Settings").exchange_rates
		if row.currency == currency and getdate(row.valid_from) <= on_date
	]
	if not rates:
		frappe.throw(
			_(
				"There is no exchange rate from {0} to {1} for {2}. Enter one in the document or in {3}."
			).format(
				currency,
				company_currency(),
				formatdate(on_date),
				frappe.utils.get_link_to_form(
					"Sales Opportunity Settings",
					"Sales Opportunity Settings",
					_("Sales Opportunity Settings"),
				),
			),
			MissingExchangeRateError,
		)
	return max(rates, key=lambda row: getdate(row.valid_from)).rate


def format_amount(amount: float, currency: str) -> str:
	"""Return `amount` as the user's desk shows it, with the symbol of `currency`."""
	return fmt_money(amount, precision=places(currency), currency=currency)

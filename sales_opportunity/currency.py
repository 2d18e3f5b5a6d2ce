"""Currencies: decimals, the company's currency and the stored exchange rates."""

import frappe
from babel.numbers import get_currency_precision
from frappe import _
from frappe.utils import escape_html, fmt_money, formatdate, getdate

from sales_opportunity.money import is_possible


class MissingExchangeRateError(frappe.ValidationError):
	pass


class ImpossibleNumberError(frappe.ValidationError):
	pass


def company_currency() -> str:
	"""Return the currency of all base amounts, from the settings or the site's default."""
	return frappe.get_cached_doc("Sales Opportunity Settings").company_currency or frappe.db.get_default(
		"currency"
	)


def keep_company_currency() -> None:
	"""Write the company's currency into the settings if they leave it to the site's default, which may change."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	if not settings.company_currency:
		frappe.db.set_single_value(settings.doctype, "company_currency", company_currency())
		frappe.clear_document_cache(settings.doctype, settings.doctype)


def places(currency: str | None) -> int:
	"""Return the number of decimals of amounts in `currency` (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
	return get_currency_precision(currency) if currency else 2


def validate_numbers(*docs) -> None:
	"""Raise `ImpossibleNumberError` if a number of a document or row is none, or is too large to be stored."""
	for doc in docs:
		for field in doc.meta.get("fields", {"fieldtype": ("in", ("Currency", "Float", "Percent"))}):
			if not is_possible(doc.get(field.fieldname)):
				frappe.throw(
					_("{0} is not a possible number for {1}.").format(
						frappe.bold(escape_html(str(doc.get(field.fieldname)))), _(field.label)
					),
					ImpossibleNumberError,
				)


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


@frappe.whitelist(methods=["POST"])
def fetch_rates() -> list[str]:
	"""Ask the provider for today's rates of all currencies in use, store them in the settings, return the currencies.

	Apps register one by the hook `sales_exchange_rate_provider`: a function of (currency, company's currency, date)
	that returns what one unit is worth, or None. Runs every day in the background, never while something is
	saved; what a provider cannot answer is logged, and the last stored rate goes on to apply.
	"""
	settings = frappe.get_doc("Sales Opportunity Settings")
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


def currencies_in_use(settings) -> list[str]:
	"""Return the foreign currencies of the settings' rates, of partners, classes and open opportunities."""
	found = {row.currency for row in settings.exchange_rates}
	found.update(frappe.get_all("Business Partner", pluck="default_currency", distinct=True))
	found.update(frappe.get_all("Class ID", pluck="default_currency", distinct=True))
	found.update(
		frappe.get_all("Sales Opportunity", {"status": "Open"}, pluck="transaction_currency", distinct=True)
	)
	return sorted(found - {None, "", company_currency()})


def ask_provider(path: str, currency: str, day) -> float | None:
	"""Return the provider's rate, None if it has none or fails in whatever way; a failure is logged."""
	try:
		rate = frappe.get_attr(path)(currency, company_currency(), day)
		return float(rate) if rate and float(rate) > 0 else None
	except Exception:
		frappe.log_error(title=f"Exchange rate of {currency} could not be fetched")
		return None


def format_amount(amount: float, currency: str) -> str:
	"""Return `amount` as the user's desk shows it, with the symbol of `currency`."""
	return fmt_money(amount, precision=places(currency), currency=currency)

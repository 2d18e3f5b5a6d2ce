"""The currency of the company, and how amounts of a currency are written: decimals, symbol."""

import frappe
from babel.numbers import get_currency_precision, get_territory_currencies
from frappe import _
from frappe.utils import fmt_money, get_link_to_form

from sales_opportunity.pricing.money import Number

SETTINGS = "Sales Opportunity Settings"


class MissingCompanyCurrencyError(frappe.ValidationError):
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
	currency = frappe.get_doc(SETTINGS).company_currency or answer or site_currency()
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
	if frappe.get_cached_doc(SETTINGS).company_currency:
		return
	stored = frappe.get_doc(SETTINGS, SETTINGS, for_update=True)
	if not stored.company_currency:
		frappe.db.set_single_value(SETTINGS, "company_currency", company_currency())
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		adopt_currency()


def settings_link() -> str:
	"""Return the link to the app's settings, under their name in the user's language."""
	return get_link_to_form(SETTINGS, SETTINGS, _(SETTINGS))


def decimal_places(currency: str | None) -> int:
	"""Return the number of decimals of amounts in `currency` (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
	return get_currency_precision(currency) if currency else 2


def format_amount(amount: Number, currency: str) -> str:
	"""Return `amount` as the user's desk shows it, with the symbol of `currency`."""
	return fmt_money(amount, precision=decimal_places(currency), currency=currency)

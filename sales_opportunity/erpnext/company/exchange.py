"""ERPNext's Currency Exchange as exchange rates of deals."""

from datetime import date

import frappe
from frappe.utils import flt, getdate

from sales_opportunity.currency import company_currency
from sales_opportunity.exchange_rates import exchange_rate


def rate_of_erpnext(currency: str, company_currency: str, day: date) -> float | None:
	"""Return the latest stored rate for selling that is valid on a day, as ERPNext itself reads it, without a network."""
	filters = [
		["date", "<=", day],
		["from_currency", "=", currency],
		["to_currency", "=", company_currency],
		["for_selling", "=", 1],
	]
	settings = frappe.get_cached_doc("Accounts Settings")
	if not settings.allow_stale:
		filters.append(["date", ">", frappe.utils.add_days(day, -int(settings.stale_days or 0))])
	rates = frappe.get_all("Currency Exchange", filters, pluck="exchange_rate", order_by="date desc", limit=1)
	return flt(rates[0]) if rates else None


def books_of(company: str) -> str:
	"""Return the currency in which a company keeps its books."""
	return frappe.get_cached_value("Company", company, "default_currency")


def rate_in_books(currency: str, rate: float, company: str, day: date | None = None) -> float:
	"""Return what one unit of a deal's currency is worth in a company's books; `rate` is its worth in the deal's base amounts.

	ERPNext's own rate goes first, else the two of the app are set against each other. Raises `MissingExchangeRateError`.
	"""
	books = books_of(company)
	if currency == books:
		return 1.0
	if books == company_currency():
		return rate
	return rate_of_erpnext(currency, books, getdate(day)) or rate / exchange_rate(books, day)


def fetched_rate(currency: str, company_currency: str, day: date) -> float | None:
	"""Return what ERPNext finds, if need be over the network: for the daily job only."""
	from erpnext.setup.utils import get_exchange_rate

	return flt(get_exchange_rate(currency, company_currency, day, "for_selling")) or None

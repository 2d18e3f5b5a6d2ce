"""Currencies and exchange rates of ERPNext's documents, whose company may keep its books in another one than deals have."""

from typing import Any

from frappe.utils import flt

from sales_opportunity.currency import company_currency
from sales_opportunity.erpnext.company.exchange import books_of
from sales_opportunity.exchange_rates import exchange_rate


def currency_of(document: Any) -> str:
	"""Return the currency of a document, that of its company's books if it names none."""
	return document.currency or books_of(document.company)


def base_rate(document: Any) -> float:
	"""Return what one unit of a document's currency was worth in the currency in which deals are valued, on its day.

	Where its company keeps its books in that one, it is the document's own rate. Raises `MissingExchangeRateError`.
	"""
	if currency_of(document) == company_currency():
		return 1.0
	own = flt(document.conversion_rate) or 1.0
	return own * exchange_rate(books_of(document.company), document.transaction_date)

"""Amounts in the books of one of ERPNext's companies, told in the currency in which deals are valued."""

from datetime import date
from decimal import Decimal
from typing import Any

from sales_opportunity import exchange_rates
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.erpnext.company.exchange import books_of
from sales_opportunity.pricing.money import Number, to_decimal
from sales_opportunity.pricing.valuation import converted

DATES = {"Sales Order": "transaction_date"}
"""By DocType the field with its day, where it is another one than that of documents that are booked."""


def day_field(doctype: str) -> str:
	"""Return the field of a document that says of which day its rate is."""
	return DATES.get(doctype, "posting_date")


def base_amount(
	amount: Number, company: str, day: date | str, paper: tuple[str, Number] | None = None, deal: Any = None
) -> Decimal | None:
	"""Return an amount of a company's books in the currency of deals' base amounts, None if no rate is known.

	`paper` has the document's currency and what one unit of it is worth in the books. A document in the currency of its
	`deal`, or in whose books this is, goes by the deal's own rate, any other one by that of its day.
	"""
	books, base = books_of(company), company_currency()
	rate: Number | None = None
	if books == base:
		rate = 1
	elif deal and paper and paper[0] == deal.transaction_currency and paper[1]:
		rate = to_decimal(deal.conversion_rate) / to_decimal(paper[1])
	elif deal and books == deal.transaction_currency:
		rate = deal.conversion_rate
	else:
		rate = exchange_rates.known_rate(books, day)
	return None if rate is None else converted(amount, rate, decimal_places(base))

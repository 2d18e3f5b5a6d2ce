"""Prices with tax, as for consumers, or without: those of items and opportunities are always without."""

from typing import TYPE_CHECKING

import frappe
from frappe.utils import flt

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.line_amounts import amount_of_row
from sales_opportunity.masters.adapters import default_tax_rate
from sales_opportunity.pricing.money import Number, to_decimal
from sales_opportunity.pricing.totals import (
	TaxedAmount,
	blended_rate,
	net_behind,
	with_tax,
	without_tax,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

PRICES = ("rate", "discount_amount", "list_price")
"""What lines say net where prices are, and with tax where these include it."""


def set_price_basis(quote: "Quote") -> None:
	"""Let a new quote include tax if its class says so, and convert what was there when the choice is changed.

	Prices that were entered together with the other choice are meant as they stand.
	"""
	before = quote.get_doc_before_save()
	if before:
		former = before.prices_include_tax
	elif quote.is_copy:
		return
	else:
		former = quote.prices_include_tax
		quote.prices_include_tax = int(bool(former or class_includes_tax(quote)))
	if bool(former) == bool(quote.prices_include_tax):
		return
	convert = price_on_quote if quote.prices_include_tax else without_included_tax
	gross = quote if quote.prices_include_tax else before  # whose rows include tax
	stored = {row.name: row for row in before.items} if before else {}
	for row in quote.items:
		for fieldname in PRICES:
			price, former_price = row.get(fieldname), stored.get(row.name, {}).get(fieldname)
			if price and (not before or price == former_price):
				percent = included_tax_percentage(quote, row.tax_rate)
				row.set(fieldname, flt(convert(quote, price, percent)))
	if quote.fixed_discount and (not before or quote.fixed_discount == before.fixed_discount):
		quote.fixed_discount = flt(convert(quote, quote.fixed_discount, blended_tax_percentage(gross)))
	if quote.freight and (not before or quote.freight == before.freight):
		quote.freight = flt(convert(quote, quote.freight, included_freight_tax_percentage(gross)))


def class_includes_tax(quote: "Quote") -> bool:
	"""Return whether the class's quotes include tax; only domestic ones can."""
	is_set = frappe.get_cached_value("Class ID", quote.class_id, "prices_include_tax")
	return bool(is_set and quote.tax_treatment == "Domestic")


def shows_tax(quote: "Quote") -> bool:
	"""Return whether the quote's prices contain a tax that is taken out of its sums."""
	return bool(quote.prices_include_tax) and quote.tax_treatment == "Domestic"


def price_on_quote(quote: "Quote", net_price: Number, percent: Number) -> Number:
	"""Return a net price as the quote shows it; `percent` is the tax that its prices include."""
	if not quote.prices_include_tax or not net_price:
		return net_price
	return float(with_tax(net_price, percent, decimal_places(quote.transaction_currency)))


def net_price_of(quote: "Quote", price: Number, percent: Number) -> Number:
	"""Return the net price behind a price of the quote."""
	if not quote.prices_include_tax or not price:
		return price
	return float(net_behind(price, percent))


def without_included_tax(quote: "Quote", price: Number, percent: Number) -> float:
	"""Return a price that included tax as it stands on a quote that does not."""
	return float(without_tax(price, percent, decimal_places(quote.transaction_currency)))


def included_tax_percentage(quote: "Quote", tax_rate: str | None) -> float:
	"""Return the tax in % that a price of the quote includes: none for those who charge none.

	A submitted quote has the rates of its day.
	"""
	if quote.tax_treatment == "Small Business":
		return 0.0
	if quote.docstatus == 1:
		for row in quote.taxes:
			if row.tax_rate == tax_rate:
				return row.rate
	return frappe.get_cached_value("Sales Tax Rate", tax_rate or default_tax_rate(), "rate")


def included_freight_tax_percentage(quote: "Quote") -> Number:
	"""Return the tax in % that the freight includes: its own rate, else what the lines include taken together.

	The rows must have the prices with tax.
	"""
	if quote.freight_tax_rate:
		return included_tax_percentage(quote, quote.freight_tax_rate)
	return blended_tax_percentage(quote)


def blended_tax_percentage(quote: "Quote") -> Number:
	"""Return the tax in % that the lines, whose prices must be those with tax, include taken together."""
	return blended_rate(
		[
			TaxedAmount(
				amount_of_row(row, decimal_places(quote.transaction_currency)),
				tax_rate=to_decimal(included_tax_percentage(quote, row.tax_rate)),
			)
			for row in quote.items
			if row.row_type == "Priced" and not row.deduction
		]
	)

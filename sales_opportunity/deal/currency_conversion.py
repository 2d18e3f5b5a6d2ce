"""Amounts and prices of one document in the currency of another."""

from typing import TYPE_CHECKING

import frappe
from frappe.utils import flt

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.pricing.money import round_money
from sales_opportunity.pricing.valuation import converted_price, exchanged, unit_price

if TYPE_CHECKING:
	from sales_opportunity.masters.adapters import Item
	from sales_opportunity.pricing.money import Number
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def in_currency(
	amount: "Number",
	source: "SalesOpportunity | Quote | frappe._dict",
	target: "SalesOpportunity | Quote | frappe._dict",
) -> float:
	"""Return an amount of one document (or what a form says of itself) in the currency of another."""
	if source.transaction_currency == target.transaction_currency:
		return flt(amount)
	return float(
		exchanged(
			amount,
			source.conversion_rate,
			target.conversion_rate,
			decimal_places(target.transaction_currency),
		)
	)


def price_in_currency(
	price: "Number",
	source: "SalesOpportunity | Quote | frappe._dict",
	target: "SalesOpportunity | Quote | frappe._dict",
) -> float:
	"""Return a unit price of one document (or what a form says of itself) in the currency of another."""
	if source.transaction_currency == target.transaction_currency:
		return flt(price)
	return float(
		converted_price(
			price, source.conversion_rate, target.conversion_rate, decimal_places(target.transaction_currency)
		)
	)


def item_price(item: "Item", currency: str, conversion_rate: "Number") -> float:
	"""Return the price of an item in a currency: where it is converted, whole cents of whole cents."""
	price = item.price
	if item.currency == currency:
		return float(unit_price(price))
	company = frappe._dict(transaction_currency=company_currency(), conversion_rate=1)
	target = frappe._dict(transaction_currency=currency, conversion_rate=conversion_rate)
	is_whole = unit_price(price) == round_money(
		unit_price(price), decimal_places(company.transaction_currency)
	)
	return (in_currency if is_whole else price_in_currency)(price, company, target)

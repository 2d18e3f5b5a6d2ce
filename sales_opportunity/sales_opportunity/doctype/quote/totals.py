"""Totals of a quote: document discount, freight, tax per rate, net and gross. Net + tax is always gross."""

from dataclasses import dataclass, field
from decimal import Decimal

from sales_opportunity.money import HUNDRED, Number, allocate, round_money, to_decimal

NET_PLACES = 6
"""Decimals of a net price that stands for a gross one."""


@dataclass(frozen=True)
class TaxedAmount:
	"""A line's (or the freight's) amount in the quote's currency and the name and rate in % of its tax."""

	amount: Decimal
	tax_name: str = ""
	tax_rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class TaxSum:
	"""The tax of one rate: on how much (net), and how much it is."""

	tax_name: str
	tax_rate: Decimal
	taxable_amount: Decimal
	tax_amount: Decimal


@dataclass(frozen=True)
class Totals:
	"""All sums of a quote in its currency. `net + tax == gross` to the last decimal."""

	line_total: Decimal
	discount_amount: Decimal
	net: Decimal
	tax: Decimal
	gross: Decimal
	taxes: list[TaxSum] = field(default_factory=list)


def with_tax(price: Number, tax_rate: Number, places: int = 2) -> Decimal:
	"""Return a net price with its tax (in %), rounded to `places` decimals."""
	return round_money(to_decimal(price) * (HUNDRED + to_decimal(tax_rate)) / HUNDRED, places)


def without_tax(price: Number, tax_rate: Number) -> Decimal:
	"""Return a gross price without its tax (in %), so exact that `with_tax` gives the same gross price again."""
	return round_money(to_decimal(price) * HUNDRED / (HUNDRED + to_decimal(tax_rate)), NET_PLACES)


def compute_totals(
	lines: list[TaxedAmount],
	discount_percentage: Number = 0,
	freight: TaxedAmount | None = None,
	prices_include_tax: bool = False,
	places: int = 2,
) -> Totals:
	"""Return the totals of the counting `lines`.

	The document discount is rounded once and spread over the tax rates in proportion to their lines;
	freight is not discounted. With `prices_include_tax` all amounts are gross and the tax is taken out of
	each rate's sum, otherwise it is put on top. Tax is rounded once per rate.
	"""
	line_total = sum((line.amount for line in lines), Decimal(0))
	discount_amount = round_money(line_total * to_decimal(discount_percentage) / HUNDRED, places)

	sums: dict[tuple[str, Decimal], Decimal] = {}
	for line in lines:
		key = (line.tax_name, line.tax_rate)
		sums[key] = sums.get(key, Decimal(0)) + line.amount
	for key, share in zip(list(sums), allocate(discount_amount, list(sums.values()), places), strict=True):
		sums[key] -= share
	if freight and freight.amount:
		key = (freight.tax_name, freight.tax_rate)
		sums[key] = sums.get(key, Decimal(0)) + round_money(freight.amount, places)

	taxes = [
		_tax_sum(name, rate, amount, prices_include_tax, places)
		for (name, rate), amount in sorted(sums.items(), key=lambda item: (-item[0][1], item[0][0]))
	]
	net = sum((tax.taxable_amount for tax in taxes), Decimal(0))
	tax = sum((tax.tax_amount for tax in taxes), Decimal(0))
	return Totals(line_total, discount_amount, net, tax, net + tax, taxes)


def _tax_sum(name: str, rate: Decimal, amount: Decimal, included: bool, places: int) -> TaxSum:
	if included:
		tax = round_money(amount * rate / (HUNDRED + rate), places)
		return TaxSum(name, rate, amount - tax, tax)
	return TaxSum(name, rate, amount, round_money(amount * rate / HUNDRED, places))

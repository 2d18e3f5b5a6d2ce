"""What of a deal will be invoiced, net: its lines, the discount on the whole, and freight. Free of the framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sales_opportunity.pricing.money import Number, allocate, in_whole_units, to_decimal
from sales_opportunity.pricing.totals import (
	TaxedAmount,
	blended_rate,
	compute_totals,
	gross_for,
	net_shares,
)
from sales_opportunity.pricing.valuation import converted, line_amount


@dataclass(frozen=True)
class DealLine:
	"""A line with its net unit price and fixed discount; the tax (in %) matters only where prices include it.

	`name` tells equal lines apart when a cent is left over, `periods` is how often the line is charged.
	"""

	quantity: Number
	rate: Number
	discount_percentage: Number = 0
	tax_name: str = ""
	tax_rate: Decimal = Decimal(0)
	name: str = ""
	discount_amount: Number = 0
	is_deducted: bool = False
	periods: int = 1


@dataclass(frozen=True)
class DealValue:
	"""What will be invoiced: `sum(lines) + freight == net`, and the same in the company's currency.

	`discount` is what the discount on the whole takes off, net; `is_overdrawn` says that it is larger than the lines that it is
	for, as a quote adds them up. `freight_taxes` is the freight by name of its tax.
	"""

	net: Decimal
	base_net: Decimal
	discount: Decimal
	lines: tuple[Decimal, ...]
	freight: Decimal
	base_lines: tuple[Decimal, ...]
	base_freight: Decimal
	freight_taxes: tuple[tuple[str, Decimal], ...] = ()
	is_overdrawn: bool = False


def converted_shares(
	parts: Sequence[Decimal],
	base_net: Decimal,
	exchange_rate: Number = 1,
	places: int = 2,
	names: Sequence[Any] | None = None,
) -> list[Decimal]:
	"""Return parts of a deal in the company's currency, so that they add up to its net value there."""
	if any(part < 0 for part in parts):
		# Against the small rest of large amounts, proportions would magnify what was rounded.
		exact = [part * to_decimal(exchange_rate) for part in parts]
		return in_whole_units(base_net, exact, places, names, parts)
	return allocate(base_net, parts, places, names)


def deal_value(
	lines: list[DealLine],
	discount_percentage: Number = 0,
	freight: TaxedAmount | None = None,
	prices_include_tax: bool = False,
	places: int = 2,
	exchange_rate: Number = 1,
	base_places: int = 2,
	fixed_discount: Number = 0,
) -> DealValue:
	"""Return the net value of a deal, the same to the cent as the net total of a quote with these conditions.

	Prices, fixed discounts and freight are net; the fixed discount on the whole and freight without a tax of its
	own share those of the lines. With `prices_include_tax` they stand for the gross ones of a quote, which takes
	the tax out of its sums, and so does this.
	"""
	in_sums = (prices_include_tax, places)
	amounts = [amount_in_sums(line, *in_sums) for line in lines]
	if freight:
		rate = freight.tax_rate if freight.tax_name else blended_rate(amounts)
		freight = TaxedAmount(
			to_decimal(price_in_sums(freight.amount, rate, *in_sums)), freight.tax_name, freight.tax_rate
		)
	conditions = (freight, prices_include_tax, places)
	fixed_discount = price_in_sums(fixed_discount, blended_rate(amounts), *in_sums)
	totals = compute_totals(amounts, discount_percentage, *conditions, fixed_discount)
	names = [line.name for line in lines]
	shares, freight_taxes = net_shares(amounts, totals, *conditions, names)
	net_freight = sum(freight_taxes.values(), Decimal(0))
	base_net = converted(totals.net, exchange_rate, base_places)
	parts, part_names = [*shares, net_freight], [*names, ""]
	*base_shares, base_freight = converted_shares(parts, base_net, exchange_rate, base_places, part_names)
	return DealValue(
		net=totals.net,
		base_net=base_net,
		discount=compute_totals(amounts, 0, *conditions).net - totals.net,
		lines=tuple(shares),
		freight=net_freight,
		base_lines=tuple(base_shares),
		base_freight=base_freight,
		freight_taxes=tuple(freight_taxes.items()),
		is_overdrawn=totals.discount_amount > totals.line_total,
	)


def price_in_sums(price: Number, tax_rate: Decimal, prices_include_tax: bool, places: int) -> Number:
	"""Return a net price as a quote adds it up: with tax if its prices include it."""
	return gross_for(price, tax_rate, places) if prices_include_tax else price


def amount_in_sums(line: DealLine, prices_include_tax: bool, places: int) -> TaxedAmount:
	"""Return what a line comes to as a quote adds it up."""
	amount = line_amount(
		line.quantity,
		price_in_sums(line.rate, line.tax_rate, prices_include_tax, places),
		line.discount_percentage,
		places,
		price_in_sums(line.discount_amount, line.tax_rate, prices_include_tax, places),
		line.is_deducted,
		line.periods,
	)
	return TaxedAmount(amount, line.tax_name, line.tax_rate, line.is_deducted)

"""Totals of a quote: document discount, freight, tax per rate, net and gross. Net + tax is always gross."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sales_opportunity.pricing.money import HUNDRED, Number, allocate, round_money, to_decimal
from sales_opportunity.pricing.valuation import PRICE_PLACES, unit_price


@dataclass(frozen=True)
class TaxedAmount:
	"""A line's (or the freight's) amount in the quote's currency and the name and rate in % of its tax.

	What `is_deducted`, a trade-in or a credit with a negative amount, takes part in no discount and carries no freight.
	"""

	amount: Decimal
	tax_name: str = ""
	tax_rate: Decimal = Decimal(0)
	is_deducted: bool = False

	@property
	def group(self) -> tuple[Decimal, str]:
		"""What it is summed up by: the rate, so that the highest sorts first, and its name."""
		return -self.tax_rate, self.tax_name


@dataclass(frozen=True)
class TaxSum:
	"""The tax of one rate: on how much (net), and how much it is."""

	tax_name: str
	tax_rate: Decimal
	taxable_amount: Decimal
	tax_amount: Decimal


@dataclass(frozen=True)
class Totals:
	"""All sums of a quote in its currency. `net + tax == gross` to the last decimal.

	`line_total` is without what is deducted, which `deduction_total` sums up as a negative amount.
	"""

	line_total: Decimal
	discount_amount: Decimal
	net: Decimal
	tax: Decimal
	gross: Decimal
	taxes: list[TaxSum] = field(default_factory=list)
	deduction_total: Decimal = Decimal(0)


def net_behind(gross_price: Number, tax_rate: Number) -> Decimal:
	"""Return the net unit price behind a gross one (tax in %), from which `gross_for` makes the same again."""
	return round_money(to_decimal(gross_price) * HUNDRED / (HUNDRED + to_decimal(tax_rate)), PRICE_PLACES)


def gross_for(net_price: Number, tax_rate: Number, places: int = 2) -> Decimal:
	"""Return the gross unit price that a net one stands for: that with the fewest decimals, at least `places`."""
	net_price = unit_price(net_price)
	for decimals in range(places, PRICE_PLACES):
		found = round_money(net_price * (HUNDRED + to_decimal(tax_rate)) / HUNDRED, decimals)
		if net_behind(found, tax_rate) == net_price:
			return found
	return round_money(net_price * (HUNDRED + to_decimal(tax_rate)) / HUNDRED, PRICE_PLACES)


def with_tax(net_price: Number, tax_rate: Number, places: int = 2) -> Decimal:
	"""Return a net unit price with its tax (in %): of whole cents (`places` decimals) whole cents."""
	net_price = unit_price(net_price)
	if net_price == round_money(net_price, places):
		return round_money(net_price * (HUNDRED + to_decimal(tax_rate)) / HUNDRED, places)
	return gross_for(net_price, tax_rate, places)


def without_tax(gross_price: Number, tax_rate: Number, places: int = 2) -> Decimal:
	"""Return a gross unit price without its tax (in %): whole cents if they lead back to it, else all its decimals."""
	whole = round_money(net_behind(gross_price, tax_rate), places)
	return (
		whole
		if with_tax(whole, tax_rate, places) == to_decimal(gross_price)
		else net_behind(gross_price, tax_rate)
	)


def compute_totals(
	lines: list[TaxedAmount],
	discount_percentage: Number = 0,
	freight: TaxedAmount | None = None,
	prices_include_tax: bool = False,
	places: int = 2,
	fixed_discount: Number = 0,
) -> Totals:
	"""Return the totals of the counting `lines`.

	The document discount, first that in %, then the fixed one, is rounded once and spread over the tax rates in
	proportion to their lines; freight and what is deducted are not discounted. Freight without a tax of its own (no
	`tax_name`) shares those of the lines. With `prices_include_tax` all amounts are gross and the tax is taken out
	of each rate's sum, otherwise it is put on top. Tax is rounded once per rate.
	"""
	sold, deducted = sold_and_deducted(lines)
	line_total = sum((line.amount for line in sold), Decimal(0))
	discount_amount = whole_discount(line_total, discount_percentage, fixed_discount, places)

	sums = sums_by_tax(sold)
	groups = sorted(sums)
	shares = allocate(
		discount_amount, [sums[group] for group in groups], places, [name for _rate, name in groups]
	)
	for group, share in zip(groups, shares, strict=True):
		sums[group] -= share
	for line in deducted:
		sums[line.group] = sums.get(line.group, Decimal(0)) + line.amount
	for part in freight_parts(lines, freight, places):
		sums[part.group] = sums.get(part.group, Decimal(0)) + part.amount

	taxes = [
		_tax_sum(name, -rate, sums[rate, name], prices_include_tax, places) for rate, name in sorted(sums)
	]
	net = sum((tax.taxable_amount for tax in taxes), Decimal(0))
	tax = sum((tax.tax_amount for tax in taxes), Decimal(0))
	deduction_total = sum((line.amount for line in deducted), Decimal(0))
	return Totals(line_total, discount_amount, net, tax, net + tax, taxes, deduction_total)


def whole_discount(
	line_total: Decimal, discount_percentage: Number, fixed_discount: Number, places: int = 2
) -> Decimal:
	"""Return the discount on the whole: that in % first, then the fixed one, rounded once."""
	return round_money(
		line_total * to_decimal(discount_percentage) / HUNDRED + to_decimal(fixed_discount), places
	)


def sold_and_deducted(lines: Iterable[TaxedAmount]) -> tuple[list[TaxedAmount], list[TaxedAmount]]:
	"""Return the lines that are sold, and those that are deducted."""
	sold: list[TaxedAmount] = []
	deducted: list[TaxedAmount] = []
	for line in lines:
		(deducted if line.is_deducted else sold).append(line)
	return sold, deducted


def sums_by_tax(lines: Iterable[TaxedAmount]) -> dict[tuple[Decimal, str], Decimal]:
	"""Return what lines amount to by their tax."""
	sums: dict[tuple[Decimal, str], Decimal] = {}
	for line in lines:
		sums[line.group] = sums.get(line.group, Decimal(0)) + line.amount
	return sums


def net_shares(
	lines: list[TaxedAmount],
	totals: Totals,
	freight: TaxedAmount | None = None,
	prices_include_tax: bool = False,
	places: int = 2,
	names: Sequence[Any] | None = None,
) -> tuple[list[Decimal], dict[str, Decimal]]:
	"""Return what each line and, by name of its tax, the freight bring net, after the discount on the whole.

	Together they are `totals.net`; `totals` is what `compute_totals` says of the same amounts. What is deducted keeps its
	own amount, unless what was rounded would leave less than nothing for the lines beside it; the rest of each rate's net sum is
	spread over its lines in proportion to their amounts; `names` are the lines' own, by which equal remainders are told apart.
	"""
	names = names or [0] * len(lines)
	shares, net_freight = [Decimal(0)] * len(lines), {}
	freight_of = {part.group: part.amount for part in freight_parts(lines, freight, places)}
	for tax in totals.taxes:
		group = (-tax.tax_rate, tax.tax_name)
		left = tax.taxable_amount
		if group in freight_of:
			part = _tax_sum(tax.tax_name, tax.tax_rate, freight_of[group], prices_include_tax, places)
			net_freight[tax.tax_name] = net_freight.get(tax.tax_name, Decimal(0)) + part.taxable_amount
			left -= part.taxable_amount
		members = [index for index, line in enumerate(lines) if line.group == group]
		sold = [index for index in members if not lines[index].is_deducted and lines[index].amount]
		deducted = [index for index in members if lines[index].is_deducted] if sold else []
		for index in deducted:
			shares[index] = _tax_sum(
				tax.tax_name, tax.tax_rate, lines[index].amount, prices_include_tax, places
			).taxable_amount
			left -= shares[index]
		if deducted and left < 0:
			largest = min(deducted, key=lambda index: (lines[index].amount, names[index], index))
			shares[largest] += left
			left = Decimal(0)
		members = sold or members
		weights, own_names = [lines[index].amount for index in members], [names[index] for index in members]
		for index, share in zip(members, allocate(left, weights, places, own_names), strict=True):
			shares[index] = share
	return shares, net_freight


def freight_parts(
	lines: list[TaxedAmount], freight: TaxedAmount | None, places: int = 2
) -> list[TaxedAmount]:
	"""Return the freight by tax: its own, else those of the lines, in proportion to their sums."""
	if not freight or not freight.amount:
		return []
	amount = round_money(freight.amount, places)
	sums = sums_by_tax(sold_and_deducted(lines)[0])
	if freight.tax_name or not sums:
		return [TaxedAmount(amount, freight.tax_name, freight.tax_rate)]
	groups = sorted(sums)
	parts = allocate(amount, [sums[group] for group in groups], places, [name for _rate, name in groups])
	return [TaxedAmount(part, name, -rate) for (rate, name), part in zip(groups, parts, strict=True) if part]


def blended_rate(lines: list[TaxedAmount]) -> Decimal:
	"""Return the tax (in %) that lines, whose amounts include theirs, have together; without any amount the highest.

	It is what their net amounts are taxed with: freight that shares the lines' taxes has the same. What is deducted has no part.
	"""
	lines = sold_and_deducted(lines)[0]
	gross = sum((line.amount for line in lines), Decimal(0))
	if not gross:
		return max((line.tax_rate for line in lines), default=Decimal(0))
	net = sum((line.amount * HUNDRED / (HUNDRED + line.tax_rate) for line in lines), Decimal(0))
	return round_money((gross / net - 1) * HUNDRED, PRICE_PLACES)


def _tax_sum(name: str, rate: Decimal, amount: Decimal, included: bool, places: int) -> TaxSum:
	if included:
		tax = round_money(amount * rate / (HUNDRED + rate), places)
		return TaxSum(name, rate, amount - tax, tax)
	return TaxSum(name, rate, amount, round_money(amount * rate / HUNDRED, places))

"""How the lines of ERPNext's documents stand on a quote so that it has the same sums. Free of the framework."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.totals import TaxedAmount, Totals, compute_totals
from sales_opportunity.pricing.valuation import exact_sum, line_amount, unit_price


class UnequalSumsError(ValueError):
	"""No way to write the lines down comes to ERPNext's sum: `kind` is Net or Tax."""

	def __init__(self, kind: str, expected: Decimal, found: Decimal) -> None:
		super().__init__(kind)
		self.kind, self.expected, self.found = kind, expected, found


@dataclass(frozen=True)
class OldTax:
	"""A row of taxes and charges; `row` is the number of the row that it is reckoned from."""

	charge_type: str
	account: str
	rate: Decimal
	amount: Decimal
	is_tax: bool = True
	row: int | None = None


@dataclass(frozen=True)
class OldLine:
	"""A line: its price before and after its own discount, what it comes to net after all, and other rates by account."""

	quantity: Decimal
	list_rate: Decimal
	discount_percentage: Decimal
	rate: Decimal
	net_amount: Decimal
	tax_rates: tuple[tuple[str, Decimal], ...] = ()
	is_alternative: bool = False


@dataclass(frozen=True)
class OldSums:
	"""What ERPNext has reckoned: net of the lines, all taxes and charges together, and the discount on the whole in %."""

	net: Decimal
	charges: Decimal
	discount_percentage: Decimal = Decimal(0)


@dataclass(frozen=True)
class QuotedLine:
	"""A line of a quote: net price, discount in %, tax in %."""

	quantity: Decimal
	rate: Decimal
	discount_percentage: Decimal
	percent: Decimal
	is_alternative: bool = False


@dataclass(frozen=True)
class Quoted:
	"""Lines and conditions of a quote. `tax_difference` is what ERPNext's rounding gave the tax more."""

	lines: tuple[QuotedLine, ...]
	discount_percentage: Decimal = Decimal(0)
	freight: Decimal = Decimal(0)
	freight_percent: Decimal = Decimal(0)
	tax_difference: Decimal = Decimal(0)


def rates_by_account(text: str | None) -> tuple[tuple[str, Decimal], ...]:
	"""Return the tax rates in % that an item has by account, as ERPNext writes them down."""
	found = json.loads(text) if text else {}
	return tuple((account, to_decimal(rate)) for account, rate in found.items())


def percent_of(line: OldLine, taxes: Sequence[OldTax]) -> Decimal:
	"""Return what a line is taxed with in %."""
	own = dict(line.tax_rates)
	return exact_sum(
		own.get(tax.account, tax.rate)
		for tax in taxes
		if tax.charge_type in ("On Net Total", "On Previous Row Total")
	)


def freight_of(taxes: Sequence[OldTax]) -> tuple[Decimal, Decimal]:
	"""Return the charges that are no tax, and what they are taxed with in %."""
	rows = {
		number for number, tax in enumerate(taxes, start=1) if tax.charge_type == "Actual" and not tax.is_tax
	}
	freight = exact_sum(taxes[number - 1].amount for number in rows)
	percent = exact_sum(
		tax.rate
		for number, tax in enumerate(taxes, start=1)
		if (tax.charge_type == "On Previous Row Amount" and tax.row in rows)
		or (tax.charge_type == "On Previous Row Total" and any(row < number for row in rows))
	)
	return freight, percent if freight else Decimal(0)


def quoted(lines: Sequence[OldLine], taxes: Sequence[OldTax], sums: OldSums, places: int) -> Quoted:
	"""Return the lines as they stand on a quote with the same net sum and tax. Raises `UnequalSumsError`.

	Of the ways to write them down the one that shows most is taken: with all discounts, with the lines' discounts in their
	prices, with all in the prices. Tax that differs by what the rounding of each line makes is noted as a difference.
	"""
	freight, freight_percent = freight_of(taxes)
	first: UnequalSumsError | None = None
	for way in possible_lines(lines, taxes, sums, places):
		candidate = replace(way, freight=freight, freight_percent=freight_percent)
		totals = totals_of(candidate, places)
		net, tax = sums.net + freight, sums.charges - freight
		if totals.net != net:
			first = first or UnequalSumsError("Net", net, totals.net)
			continue
		difference = tax - totals.tax
		if abs(difference) <= allowance(lines, places) and (not difference or totals.tax):
			return replace(candidate, tax_difference=difference)
		first = UnequalSumsError("Tax", tax, totals.tax)
	if first:
		raise first
	return Quoted(())


def allowance(lines: Sequence[OldLine], places: int) -> Decimal:
	"""Return by how much a tax that is rounded in each line may differ from one that is rounded once."""
	return Decimal(1).scaleb(-places) * (len(lines) + 1)


def possible_lines(
	lines: Sequence[OldLine], taxes: Sequence[OldTax], sums: OldSums, places: int
) -> Iterator[Quoted]:
	"""Yield the ways to write lines down, that like ERPNext's first."""
	percents = [percent_of(line, taxes) for line in lines]
	taxed = list(zip(lines, percents, strict=True))

	def line(old: OldLine, percent: Decimal, rate: Decimal, discount: Decimal = Decimal(0)) -> QuotedLine:
		return QuotedLine(old.quantity, unit_price(rate), discount, percent, old.is_alternative)

	yield Quoted(
		tuple(line(old, percent, old.list_rate, old.discount_percentage) for old, percent in taxed),
		sums.discount_percentage,
	)
	yield Quoted(tuple(line(old, percent, old.rate) for old, percent in taxed), sums.discount_percentage)
	yield Quoted(tuple(line(old, percent, net_rate(old)) for old, percent in taxed))


def net_rate(line: OldLine) -> Decimal:
	"""Return the price that has all discounts in it, and no tax."""
	return line.net_amount / line.quantity if line.quantity and not line.is_alternative else line.rate


def totals_of(quote: Quoted, places: int) -> Totals:
	"""Return the sums that a quote with these lines has."""
	return compute_totals(
		[
			TaxedAmount(
				line_amount(line.quantity, line.rate, line.discount_percentage, places),
				f"{line.percent.normalize()}",
				line.percent,
			)
			for line in quote.lines
			if not line.is_alternative
		],
		quote.discount_percentage,
		TaxedAmount(quote.freight, f"{quote.freight_percent.normalize()}", quote.freight_percent),
		False,
		places,
	)


def percents_of(quote: Quoted) -> set[Decimal]:
	"""Return the rates of tax in % that a quote needs."""
	freight = {quote.freight_percent} if quote.freight else set()
	return {line.percent for line in quote.lines} | freight

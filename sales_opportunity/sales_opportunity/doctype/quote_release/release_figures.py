"""What the rules of releases look at on a quote: as it is offered, and at its worst as its customer may choose."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sales_opportunity.currency import decimal_places
from sales_opportunity.features import MARGINS, is_used
from sales_opportunity.pricing.margin import CREDIT, Margin, line_margin
from sales_opportunity.pricing.money import HUNDRED, TOO_LARGE, round_money, to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.valuation import converted, line_amount
from sales_opportunity.sales_opportunity.doctype.quote_item.offered_lines import offered_lines, offers_choice
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import QuoteFigures, known_margin
from sales_opportunity.sales_opportunity.doctype.quote_release.worst_choice import (
	Place,
	Possibility,
	highest_discount,
	largest_rise,
	lowest_margin,
	offered_places,
	possible_places,
)

if TYPE_CHECKING:
	from collections.abc import Iterable

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem


def figures_of(quote: "Quote") -> QuoteFigures:
	"""Return what the rules look at, at its worst: as the quote has it, or as its customer may choose."""
	figures = offered_figures(quote)
	if not offers_choice(quote):
		return figures
	slots = slots_of(quote, possible_places(offered_lines(quote), discounted_from(quote)))
	fixed, margins = to_decimal(quote.fixed_discount), [figures.margin]
	if is_used(MARGINS):
		margins.append(lowest_margin(slots, fixed, net_fixed_discount(quote)))
	places = decimal_places(quote.company_currency)
	rise, gross_rise = largest_rise(slots), largest_rise(slots, with_tax=True)
	return replace(
		figures,
		discount=max(figures.discount, highest_discount(slots, fixed)),
		margin=min((margin for margin in margins if margin is not None), default=None),
		amount=min(figures.amount + round_money(rise, places), TOO_LARGE - 1),
		gross=min(figures.gross + converted(gross_rise, quote.conversion_rate, places), TOO_LARGE - 1),
		quoted_gross=figures.quoted_gross + gross_rise,
	)


def offered_figures(quote: "Quote") -> QuoteFigures:
	"""Return what the rules look at, as the quote has it while its customer chooses nothing."""
	slots = slots_of(quote, offered_places(offered_lines(quote)))
	return QuoteFigures(
		quote.class_id or "",
		party_of(quote),
		highest_discount(slots, to_decimal(quote.fixed_discount)),
		margin_of(quote),
		to_decimal(quote.base_net_total),
		to_decimal(quote.base_gross_total),
		to_decimal(quote.gross_total),
	)


def party_of(quote: "Quote") -> str:
	"""Return the quote's customer as figures name it: type and name."""
	return f"{quote.party_type} {quote.party}"


def slots_of(quote: "Quote", places: "Iterable[Iterable[Place | None]]") -> list[list[Possibility]]:
	"""Return what each possibility brings, nothing for None."""
	return [
		[possibility(quote, quote.items[place[0]], place[1]) if place else Possibility() for place in slot]
		for slot in places
	]


def possibility(quote: "Quote", row: "QuoteItem", quantity: Decimal) -> Possibility:
	"""Return what a row brings in a quantity; trade-ins and credits are no discounts.

	Without any discount it would come to its price or, if that is higher, to its list price.
	"""
	places, periods = decimal_places(quote.transaction_currency), charged_periods(row)
	amount = line_amount(
		quantity,
		row.rate,
		row.discount_percentage,
		places,
		row.discount_amount,
		bool(row.deduction),
		periods,
	)
	cost = None
	if row.deduction == CREDIT or (not row.deduction and to_decimal(row.unit_cost)):
		base_places = decimal_places(quote.company_currency)
		cost = line_margin(0, quantity * periods, row.unit_cost, row.deduction, base_places).cost
	if row.deduction:
		return Possibility(
			revenue=net_in_base(quote, row, amount), cost=cost, gross=amount_with_tax(quote, row, amount)
		)
	price = max(to_decimal(row.rate), to_decimal(row.list_price))
	asked = amount * (1 - to_decimal(quote.discount_percentage) / HUNDRED)
	return Possibility(
		line_amount(quantity, price, 0, places, periods=periods),
		asked,
		net_in_base(quote, row, asked),
		cost,
		amount_with_tax(quote, row, asked),
	)


def net_in_base(quote: "Quote", row: "QuoteItem", amount: Decimal) -> Decimal:
	"""Return what an amount of a row comes to net, in the company's currency."""
	tax = to_decimal(row.tax_percentage) if quote.prices_include_tax else Decimal(0)
	return amount * HUNDRED / (HUNDRED + tax) * to_decimal(quote.conversion_rate)


def amount_with_tax(quote: "Quote", row: "QuoteItem", amount: Decimal) -> Decimal:
	"""Return what an amount of a row comes to with tax, in the quote's currency."""
	tax = Decimal(0) if quote.prices_include_tax else to_decimal(row.tax_percentage)
	return amount * (HUNDRED + tax) / HUNDRED


def net_fixed_discount(quote: "Quote") -> Decimal:
	"""Return the fixed discount on the whole in the company's currency, net by the lowest tax of a row."""
	rows = [row for row in quote.items if row.row_type in NUMBERED]
	lowest = min(rows, key=lambda row: to_decimal(row.tax_percentage))
	return net_in_base(quote, lowest, to_decimal(quote.fixed_discount))


def discounted_from(quote: "Quote") -> list[Decimal]:
	"""Return for each row from which quantity on its fixed discount is not larger than the row."""
	prices = [
		to_decimal(row.rate) * charged_periods(row) * (1 - to_decimal(row.discount_percentage) / HUNDRED)
		for row in quote.items
	]
	return [
		to_decimal(row.discount_amount) / price if price else Decimal(0)
		for row, price in zip(quote.items, prices, strict=True)
	]


def margin_of(quote: "Quote") -> Decimal | None:
	"""Return the margin in % of the lines whose cost is known, None if there are none or margins are not used."""
	if not is_used(MARGINS):
		return None
	places = decimal_places(quote.company_currency)
	cost = sum(
		line_margin(
			0,
			to_decimal(row.quantity) * charged_periods(row),
			row.unit_cost,
			row.deduction,
			places,
		).cost
		for row in quote.items
		if row.row_type == "Priced"
	)
	return known_margin(Margin(to_decimal(quote.margin_amount) + cost, to_decimal(cost)))

"""How a deal's lines can stand on an order, the way that shows most of the quote first. Free of the framework.

ERPNext rounds other than quotes do: it keeps the discounted price, spreads a discount on the whole over lines and not over
tax rates, and takes an included tax out of each line. So there is more than one way to write a deal down, and the first
one that comes to the same sums is taken; the last, with all discounts in the prices, nearly always does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, Number, to_decimal
from sales_opportunity.pricing.valuation import exact_sum, line_amount, unit_price


@dataclass(frozen=True)
class SoldPart:
	"""What is ordered of a line: `rate` before and `amount` after all discounts, both net; `shown_rate` as on the quote."""

	quantity: Decimal
	rate: Decimal
	discount_percentage: Decimal
	amount: Decimal
	shown_rate: Decimal | None = None


@dataclass(frozen=True)
class Price:
	"""The prices of a line on an order."""

	list_rate: Decimal
	discount_percentage: Decimal
	rate: Decimal


@dataclass(frozen=True)
class Layout:
	"""One way to write a deal down: the lines' prices, and the discount on the whole in % or as an amount."""

	prices: tuple[Price, ...]
	discount_percentage: Decimal = Decimal(0)
	discount_amount: Decimal = Decimal(0)
	includes_tax: bool = False


def layouts(
	parts: Sequence[SoldPart],
	discount_percentage: Number = 0,
	includes_tax: bool = False,
	places: int = 2,
) -> Iterator[Layout]:
	"""Yield the ways to write a deal down, that like its quote first.

	`discount_percentage` is the discount on the whole; `includes_tax` says that the quote's prices do; `places` are the decimals of amounts in the deal's currency.
	"""
	percent = to_decimal(discount_percentage)
	if includes_tax and all(part.shown_rate is not None for part in parts):
		shown = tuple(discounted(part.shown_rate or Decimal(0), part.discount_percentage) for part in parts)
		yield Layout(shown, percent, includes_tax=True)
	net = tuple(discounted(part.rate, part.discount_percentage) for part in parts)
	yield Layout(net, percent)
	amounts = [
		line_amount(part.quantity, price.rate, 0, places) for part, price in zip(parts, net, strict=True)
	]
	taken_off = exact_sum(amounts) - exact_sum(part.amount for part in parts)
	if percent and taken_off > 0:
		yield Layout(net, discount_amount=taken_off)
	rates = [unit_price(part.amount / part.quantity) for part in parts]
	yield Layout(tuple(Price(rate, Decimal(0), rate) for rate in rates))


def discounted(rate: Decimal, discount_percentage: Decimal) -> Price:
	"""Return a price with the discount of its line."""
	return Price(rate, discount_percentage, unit_price(rate * (1 - discount_percentage / HUNDRED)))

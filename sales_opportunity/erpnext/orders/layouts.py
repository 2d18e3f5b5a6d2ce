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
	"""What is ordered of a line: `rate` before and `amount` after all discounts, both net; `shown_rate` as on the quote.

	`discount_amount` is the fixed discount of the line, net. The prices of what is deducted are negative.
	"""

	quantity: Decimal
	rate: Decimal
	discount_percentage: Decimal
	amount: Decimal
	shown_rate: Decimal | None = None
	discount_amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class LinePrice:
	"""The prices of a line on an order; the discount is in % or, `discount_amount`, fixed per unit."""

	list_rate: Decimal
	discount_percentage: Decimal
	rate: Decimal
	discount_amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Layout:
	"""One way to write a deal down: the lines' prices, and the discount on the whole in % or as an amount."""

	prices: tuple[LinePrice, ...]
	discount_percentage: Decimal = Decimal(0)
	discount_amount: Decimal = Decimal(0)
	includes_tax: bool = False


def layouts(
	parts: Sequence[SoldPart],
	discount_percentage: Number = 0,
	includes_tax: bool = False,
	places: int = 2,
	fixed_discount: Number = 0,
) -> Iterator[Layout]:
	"""Yield the ways to write a deal down, that like its quote first.

	`discount_percentage` and `fixed_discount` are the discounts on the whole; `includes_tax` says that the quote's
	prices do; `places` are the decimals of amounts in the deal's currency. ERPNext would take a discount on the
	whole from deductions, too: beside these it is in the prices of what is sold.
	"""
	percent, fixed = to_decimal(discount_percentage), to_decimal(fixed_discount)
	if (percent or fixed) and any(part.amount < 0 for part in parts):
		yield Layout(tuple(map(with_all_discounts, parts)))
		return
	has_fixed = bool(fixed) or any(part.discount_amount for part in parts)
	if includes_tax and not has_fixed and all(part.shown_rate is not None for part in parts):
		shown = tuple(discounted(part.shown_rate or Decimal(0), part.discount_percentage) for part in parts)
		yield Layout(shown, percent, includes_tax=True)
	with_own = tuple(
		with_fixed_discount(part, discounted(part.rate, part.discount_percentage)) for part in parts
	)
	if not fixed:
		yield Layout(with_own, percent)
	amounts = [
		line_amount(part.quantity, price.rate, 0, places) for part, price in zip(parts, with_own, strict=True)
	]
	taken_off = exact_sum(amounts) - exact_sum(part.amount for part in parts)
	if (percent or has_fixed) and taken_off > 0:
		yield Layout(with_own, discount_amount=taken_off)
	rates = [unit_price(part.amount / part.quantity) for part in parts]
	yield Layout(tuple(LinePrice(rate, Decimal(0), rate) for rate in rates))


def agreed_rate(part: SoldPart, discount_percentage: Number = 0) -> Decimal:
	"""Return the price of a frame contract's line as its call-offs have it: less its own discounts and that in % on the whole."""
	price = with_fixed_discount(part, discounted(part.rate, part.discount_percentage))
	return unit_price(price.rate * (1 - to_decimal(discount_percentage) / HUNDRED))


def with_fixed_discount(part: SoldPart, price: LinePrice) -> LinePrice:
	"""Return a line's discounted price less the share of its fixed discount: all its discounts are then one fixed one."""
	if not part.discount_amount:
		return price
	rate = unit_price(price.rate - part.discount_amount / part.quantity)
	return reduced(price.list_rate, rate)


def with_all_discounts(part: SoldPart) -> LinePrice:
	"""Return a line's price less all discounts, those on the whole, too, as one fixed one."""
	return reduced(part.rate, unit_price(part.amount / part.quantity))


def reduced(list_rate: Decimal, rate: Decimal) -> LinePrice:
	"""Return a price with one fixed discount; for nothing it is one of 100 %, since ERPNext fills in a rate of 0."""
	return (
		LinePrice(list_rate, Decimal(0), rate, list_rate - rate)
		if rate
		else LinePrice(list_rate, HUNDRED, rate)
	)


def discounted(rate: Decimal, discount_percentage: Decimal) -> LinePrice:
	"""Return a price with the discount of its line."""
	return LinePrice(rate, discount_percentage, unit_price(rate * (1 - discount_percentage / HUNDRED)))

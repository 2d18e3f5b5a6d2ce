"""The bands of amounts and discounts of one deal, as one reckons by hand: what the database is held to."""

from bisect import bisect_right
from decimal import Decimal

from sales_opportunity.analysis.bands import DISCOUNTS, SIZES
from sales_opportunity.pricing.money import HUNDRED, Number, to_decimal


def size_band(amount: Number) -> int:
	"""Return the number of the band: 0 below the first limit of `SIZES`, each limit belongs to the band above it."""
	return bisect_right(SIZES, to_decimal(amount))


def discount_band(percentage: Number) -> int:
	"""Return the number of the band: 0 without discount, 1 up to the first limit above it, and so on."""
	return sum(1 for limit in DISCOUNTS if to_decimal(percentage) > limit)


def effective_discount(lines: list[tuple[Number, Number, Number]], on_the_whole: Number = 0) -> Decimal:
	"""Return the discount in percent on the list value of lines of (quantity, rate, discount in percent).

	`on_the_whole`, in percent, is granted on what the lines' own discounts leave. 0 without list value. Amounts are
	not rounded on the way, so 10 % stay 10 %.
	"""
	listed = [to_decimal(quantity) * to_decimal(rate) for quantity, rate, _discount in lines]
	granted = [value * to_decimal(line[2]) for value, line in zip(listed, lines, strict=True)]
	whole = sum(listed, Decimal(0))
	if not whole:
		return Decimal(0)
	on_lines = sum(granted, Decimal(0)) / whole
	return on_lines + (HUNDRED - on_lines) * to_decimal(on_the_whole) / HUNDRED

"""Bands of amounts and discounts, by which closed opportunities are compared. Free of the framework."""

from bisect import bisect_right
from decimal import Decimal

from sales_opportunity.money import HUNDRED, Number, to_decimal

SIZES = (1_000, 5_000, 10_000, 50_000, 100_000, 500_000)
"""Where one band of amounts ends and the next begins, in the company's currency."""

DISCOUNTS = (0, 5, 10, 20)
"""Upper limits of the bands of discounts in percent; each belongs to the band that it ends."""


def size_band(amount: Number) -> int:
	"""Return the number of the band: 0 below the first limit of `SIZES`, each limit belongs to the band above it."""
	return bisect_right(SIZES, to_decimal(amount))


def discount_band(percentage: Number) -> int:
	"""Return the number of the band: 0 without discount, 1 up to the first limit above it, and so on."""
	return sum(1 for limit in DISCOUNTS if to_decimal(percentage) > limit)


def effective_discount(lines: list[tuple[Number, Number, Number]]) -> Decimal:
	"""Return the discount in percent on the list value of lines of (quantity, rate, amount), 0 without list value."""
	listed = sum((to_decimal(quantity) * to_decimal(rate) for quantity, rate, _amount in lines), Decimal(0))
	paid = sum((to_decimal(amount) for _quantity, _rate, amount in lines), Decimal(0))
	return (listed - paid) / listed * HUNDRED if listed else Decimal(0)

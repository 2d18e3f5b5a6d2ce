"""How much of a sold line can still be requested, and what a part of it is worth. Free of the framework."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sales_opportunity.pricing.money import Number, round_money, to_decimal

QUANTITY_STEP = Decimal("0.000000001")
"""The smallest difference between two quantities that the database keeps."""


def to_quantity(value: Number) -> Decimal:
	"""Return `value` as the quantity that the database keeps, with nine decimals.

	Raises `decimal.InvalidOperation` for what is not a finite number.
	"""
	quantity = to_decimal(value).quantize(QUANTITY_STEP, rounding=ROUND_HALF_UP)
	if quantity.is_nan():
		raise InvalidOperation(value)
	return quantity


def open_quantity(sold: Number, requested: Number) -> Decimal:
	"""Return what is left of a sold quantity, never less than 0."""
	return max(to_quantity(sold) - to_quantity(requested), Decimal(0))


def is_available(quantity: Number, sold: Number, requested: Number) -> bool:
	"""Return whether `quantity` is something, and no more than what is left of the sold one."""
	return 0 < to_quantity(quantity) <= open_quantity(sold, requested)


def part_amount(
	line_amount: Number,
	sold: Number,
	requested: Number,
	requested_amount: Number,
	quantity: Number,
	places: int = 2,
) -> Decimal:
	"""Return what `quantity` of a sold line is worth when others were requested before, for `requested_amount`.

	Each part closes the gap to the exact share of all parts so far, so that the parts of a line add up to
	`line_amount` to the last of its `places` decimals, in any order and after any cancellation. No part has another sign
	than the line. Raises `decimal.InvalidOperation` for a line of which nothing was sold.
	"""
	share = (to_quantity(requested) + to_quantity(quantity)) / to_quantity(sold)
	part = round_money(to_decimal(line_amount) * share, places) - to_decimal(requested_amount)
	return min(part, Decimal(0)) if to_decimal(line_amount) < 0 else max(part, Decimal(0))

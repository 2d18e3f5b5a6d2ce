"""Decimal arithmetic for money: the one place where amounts are rounded. Free of the framework."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, TypeAlias

Number: TypeAlias = Decimal | int | float | str | None

HUNDRED = Decimal(100)
ROOMY = Context(prec=100, rounding=ROUND_HALF_UP)
"""Room for the product of any numbers that can be stored: that one is too large is said when it is to be stored."""
TOO_LARGE = Decimal(10) ** 12
"""What the framework's columns of numbers cannot hold any more."""


def to_decimal(value: Number) -> Decimal:
	"""Return `value` as the decimal number that a person reads; empty values count as 0.

	A float goes through its shortest text form, so 0.1 becomes exactly 0.1.
	Raises `decimal.InvalidOperation` for text that is not a number.
	"""
	if value is None or value == "":
		return Decimal(0)
	return value if isinstance(value, Decimal) else Decimal(str(value))


def is_possible(value: Number) -> bool:
	"""Return whether `value` is empty or a finite number that can be stored."""
	try:
		number = to_decimal(value)
	except (InvalidOperation, ValueError):
		return False
	return number.is_finite() and abs(number) < TOO_LARGE


def round_money(value: Decimal, places: int = 2) -> Decimal:
	"""Return `value` rounded commercially (half away from zero) to `places` decimals of the currency."""
	return value.quantize(Decimal(1).scaleb(-places), context=ROOMY)


def allocate(
	total: Decimal, weights: Sequence[Decimal], places: int = 2, names: Sequence[Any] | None = None
) -> list[Decimal]:
	"""Split `total` in proportion to `weights` into amounts of `places` decimals that add up to `total`.

	The cents that proportional rounding leaves over go to the largest remainders; among equal ones to the larger
	weight, then to the lower of `names`, so that no cent depends on the order, and only then to the earlier one.
	Weights that add up to 0 get nothing, unless there is something to split: then one of them takes it all.
	"""
	if not weights:
		return []
	names = names or [0] * len(weights)
	weight_sum = sum(weights, Decimal(0))
	if not weight_sum:
		first = min(range(len(weights)), key=lambda i: (names[i], i))
		return [total if i == first else Decimal(0) for i in range(len(weights))]
	return in_whole_units(total, [total * weight / weight_sum for weight in weights], places, names, weights)


def in_whole_units(
	total: Decimal,
	exact: Sequence[Decimal],
	places: int = 2,
	names: Sequence[Any] | None = None,
	weights: Sequence[Decimal] | None = None,
) -> list[Decimal]:
	"""Round `exact` shares of `total` to `places` decimals so that they add up to it; what is left over goes as in `allocate`."""
	names, weights = names or [0] * len(exact), weights or exact
	unit = Decimal(1).scaleb(-places)
	shares = [share.quantize(unit, rounding="ROUND_FLOOR") for share in exact]
	missing = int((total - sum(shares, Decimal(0))) / unit)
	by_remainder = sorted(range(len(shares)), key=lambda i: (shares[i] - exact[i], -weights[i], names[i], i))
	for i in by_remainder[:missing]:
		shares[i] += unit
	return shares


def fitted_parts(total: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
	"""Return the exact `parts` so that they come to `total`: negative ones stay, the others share what is left.

	In proportion to a small rest of large amounts all would be magnified, and to a rest of 0 vanish.
	"""
	positive = sum((part for part in parts if part > 0), Decimal(0))
	negative = sum((part for part in parts if part < 0), Decimal(0))
	if positive + negative == total:
		return list(parts)
	if not positive:
		return [total * part / negative if negative else part for part in parts]
	return [part * (total - negative) / positive if part > 0 else part for part in parts]


def allocate_signed(
	total: Decimal,
	weights: Sequence[Decimal],
	places: int = 2,
	names: Sequence[Any] | None = None,
	factor: Decimal = Decimal(1),
) -> list[Decimal]:
	"""Split `total` as `allocate` does; negative parts keep their own amount, `factor` times their weight."""
	if not any(weight < 0 for weight in weights):
		return allocate(total, weights, places, names)
	return in_whole_units(total, fitted_parts(total, [weight * factor for weight in weights]), places, names)


def allocate_done(
	total: Decimal,
	parts: Sequence[Decimal],
	places: int = 2,
	names: Sequence[Any] | None = None,
) -> list[Decimal]:
	"""Split what is done of `parts`: all of them, or only those of its own sign, in proportion."""
	if total == sum(parts, Decimal(0)):
		return list(parts)
	own_sign = [part if part * total > 0 else Decimal(0) for part in parts]
	return allocate(total, own_sign, places, names)

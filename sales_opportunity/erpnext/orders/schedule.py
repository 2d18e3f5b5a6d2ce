"""The payment schedule of an order that is paid in instalments. Free of the framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, allocate

PORTION_PLACES = 9
"""Decimals that ERPNext keeps of a portion in %, from which it makes the amount again whenever an order is saved."""


@dataclass(frozen=True)
class Payment:
	"""A part of an order's total: when it is due, how much it is, what it is of the total in %, and what it is called."""

	due_date: date
	amount: Decimal
	portion: Decimal
	description: str


def scheduled_payments(
	plan: Iterable[tuple[date, Decimal, str]], total: Decimal, first_day: date, places: int = 2
) -> list[Payment]:
	"""Return in which parts an order's `total` is paid: one per day, none before `first_day`, together exactly all of it.

	`plan` has day, weight and text of each instalment. There are none of nothing, and of a total below it.
	"""
	weights: dict[date, Decimal] = {}
	texts: dict[date, list[str]] = {}
	for day, weight, text in plan:
		day = max(day, first_day)
		weights[day] = weights.get(day, Decimal(0)) + weight
		texts.setdefault(day, []).append(text)
	if total <= 0 or not any(weights.values()):
		return []
	days = sorted(weights)
	return [
		Payment(
			day,
			amount,
			(amount * HUNDRED / total).quantize(Decimal(1).scaleb(-PORTION_PLACES)),
			", ".join(dict.fromkeys(filter(None, texts[day]))),
		)
		for day, amount in zip(days, allocate(total, [weights[day] for day in days], places), strict=True)
		if amount
	]

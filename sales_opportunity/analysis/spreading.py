"""Deals over the days on which their parts are charged: recurring lines by period, what is sold once by its plan. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sales_opportunity.analysis.revenue import RevenueShare
from sales_opportunity.pricing.money import HUNDRED, allocate_signed, fitted_parts
from sales_opportunity.pricing.recurrence import period_starts

AT_CLOSE, OVER_TERM = BASES = ("Close Date", "Service Period")
"""When a deal counts in the forecast: whole on its day, or each part when it is charged."""


@dataclass(frozen=True)
class ChargedLine:
	"""A line of a deal, or its freight: its net share, how it is charged, and from when if it says so."""

	amount: Decimal
	recurrence: str = ""
	periods: int = 1
	start: date | None = None


Plan = Sequence[tuple[date, Decimal]]
"""The instalments of what is sold once: when they are due, and their weights."""


def charged_days(lines: Iterable[ChargedLine], plan: Plan, day: date, earliest: date) -> dict[date, Decimal]:
	"""Return by day the exact amount that is charged then; nothing comes before `earliest`.

	A period is charged on its first day, the first one on the line's own day, else on that of the deal, `day`. What is for
	free counts nowhere; where nothing else is, the deal counts on its day.
	"""
	found: dict[date, Decimal] = {}

	def charge(on: date, amount: Decimal) -> None:
		if amount:
			found[max(on, earliest)] = found.get(max(on, earliest), Decimal(0)) + amount

	weights = sum((weight for _due, weight in plan), Decimal(0))
	for line in lines:
		if line.recurrence:
			start = max(line.start or day, earliest)
			for on in period_starts(start, line.recurrence, line.periods):
				charge(on, line.amount / line.periods)
		elif weights:
			for due, weight in plan:
				charge(due, line.amount * weight / weights)
		else:
			charge(day, line.amount)
	return found or {day: Decimal(1)}


def spread_over_days(
	value: RevenueShare, lines: Sequence[ChargedLine], plan: Plan, decimals: int
) -> list[RevenueShare]:
	"""Return a deal in one value per day on which something of it is charged, to the cent the same as the whole.

	What is billed is taken to be of the earliest parts, and open orders of those that follow. Nothing of an open deal
	comes before its close date. Beside deductions, which keep their amount, a typed amount changes what is sold.
	"""
	if value.day is None:
		return [value]
	lines = lines or [ChargedLine(Decimal(1))]
	if any(line.amount < 0 for line in lines):
		own = fitted_parts(value.amount, [line.amount for line in lines])
		lines = [replace(line, amount=amount) for line, amount in zip(lines, own, strict=True)]
	charged = charged_days(lines, plan, value.day, date.min if value.is_won else value.day)
	days = sorted(charged)
	weights = [charged[day] for day in days]
	amounts = allocate_signed(value.amount, weights, decimals, days)
	weighted = allocate_signed(value.weighted, weights, decimals, days, value.probability / HUNDRED)
	billed = filled_parts(value.billed, amounts)
	unbilled = [amount - part for amount, part in zip(amounts, billed, strict=True)]
	parts = zip(days, amounts, weighted, billed, filled_parts(value.open_orders, unbilled), strict=True)
	return [
		RevenueShare(value.name, value.is_won, day, value.group, value.probability, amount, part, done, left)
		for day, amount, part, done, left in parts
	]


def filled_parts(total: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
	"""Return `total` in parts that fill the `amounts` of its sign one after the other; the last has what is left over.

	Where it is all of them, it fills those of the other sign as well.
	"""
	if total == sum(amounts, Decimal(0)):
		return list(amounts)
	found = [Decimal(0)] * len(amounts)
	fitting = [index for index, amount in enumerate(amounts) if amount * total > 0] or [len(amounts) - 1]
	for index in fitting[:-1]:
		found[index] = min(total, amounts[index], key=abs)
		total -= found[index]
	found[fitting[-1]] = total
	return found

"""Lines that are charged again and again: how often, and what they bring per month and year. Free of the framework."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from sales_opportunity.pricing.money import round_money

MONTHS = {"Monthly": 1, "Quarterly": 3, "Yearly": 12}
"""How many months a period of a recurring line has."""
SHORTEST_MONTH = 28
MOST_PERIODS = 600
"""Fifty years of months: more are a slip of the keyboard."""


class Recurring(Protocol):
	"""A line of a deal or a quote; one without `recurrence` is charged once."""

	@property
	def recurrence(self) -> str | None:
		"""How often the line is charged: Monthly, Quarterly, Yearly or nothing."""
		...

	@property
	def periods(self) -> int:
		"""For how many of these periods; 0 without an end."""
		...


@dataclass(frozen=True)
class TermShare:
	"""What a line brings net over its whole term, and how that is charged."""

	amount: Decimal
	recurrence: str = ""
	periods: int = 1

	@property
	def per_period(self) -> Decimal:
		"""The exact amount of one period."""
		return self.amount / charged_periods(self)


@dataclass(frozen=True)
class RecurringSums:
	"""What a deal with recurring lines brings net: `one_off` with freight, per month, per year, and over all terms.

	Per month and year each recurring line counts with its amount ÷ its months, whatever its term; both are rounded once,
	from exact sums, so the year need not be twelve times the rounded month. `one_off` and the terms of the recurring lines
	are `contract_value` to the cent. All are 0 where no line recurs.
	"""

	one_off: Decimal = Decimal(0)
	monthly: Decimal = Decimal(0)
	yearly: Decimal = Decimal(0)
	contract_value: Decimal = Decimal(0)


def charged_periods(line: Recurring) -> int:
	"""Return how often a line's price is charged: the factor of its amount, 1 for what is sold once."""
	return max(int(line.periods or 0), 1) if line.recurrence else 1


def usual_periods(recurrence: str, months: int) -> int:
	"""Return how many periods a term of `months` has, rounded up, at least one."""
	return max(-(-months // MONTHS[recurrence]), 1)


def recurring_sums(
	shares: Iterable[TermShare], freight: Decimal = Decimal(0), places: int = 2
) -> RecurringSums:
	"""Return what the lines of a deal and its freight bring once, per month, per year and in all."""
	shares = list(shares)
	recurring = [share for share in shares if share.recurrence]
	if not recurring:
		return RecurringSums()
	total = sum((share.amount for share in shares), freight)
	exact = sum((share.per_period / MONTHS[share.recurrence] for share in recurring), Decimal(0))
	return RecurringSums(
		one_off=total - sum((share.amount for share in recurring), Decimal(0)),
		monthly=round_money(exact, places),
		yearly=round_money(exact * MONTHS["Yearly"], places),
		contract_value=total,
	)


def sums_by_recurrence(shares: Iterable[TermShare], places: int = 2) -> dict[str, Decimal]:
	"""Return what the lines of each recurrence that there is bring per period, rounded once, the most frequent first."""
	shares = list(shares)
	found = {}
	for recurrence in MONTHS:
		of_kind = [share.per_period for share in shares if share.recurrence == recurrence]
		if of_kind:
			found[recurrence] = round_money(sum(of_kind, Decimal(0)), places)
	return found


def months_later(day: date, months: int) -> date:
	"""Return the same day some months later, the last of its month where that has no such day."""
	count = day.year * 12 + day.month - 1 + months
	year, month = count // 12, count % 12 + 1
	last = SHORTEST_MONTH if day.day <= SHORTEST_MONTH else monthrange(year, month)[1]
	return date(year, month, min(day.day, last))


def period_starts(start: date, recurrence: str, periods: int) -> list[date]:
	"""Return the first day of each period of a term that begins with `start`."""
	return [months_later(start, number * MONTHS[recurrence]) for number in range(periods)]


def term_end(start: date, recurrence: str, periods: int) -> date:
	"""Return the last day of a term."""
	return months_later(start, periods * MONTHS[recurrence]) - timedelta(days=1)

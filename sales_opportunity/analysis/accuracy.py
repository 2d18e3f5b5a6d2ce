"""How good forecasts were: measures of amounts, of probabilities, and the baselines to beat. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sales_opportunity.pricing.money import HUNDRED

ZERO = Decimal(0)


@dataclass(frozen=True)
class Outcome:
	"""What was forecast for a period and what came, in one currency."""

	forecast: Decimal
	actual: Decimal

	@property
	def error(self) -> Decimal:
		"""Forecast less actual: positive if too much was promised."""
		return self.forecast - self.actual


@dataclass(frozen=True)
class Deals:
	"""Opportunities of one probability (in %): how many of them were won in the period, and how many were not."""

	probability: Decimal
	won: int
	missed: int

	@property
	def count(self) -> int:
		"""Return how many deals were judged."""
		return self.won + self.missed


@dataclass(frozen=True)
class Bin:
	"""A line of the reliability table: deals with a probability from `lower` to below `upper` (the last: to 100)."""

	lower: int
	upper: int
	count: int
	predicted: Decimal
	observed: Decimal


def bias(outcomes: Sequence[Outcome]) -> Decimal | None:
	"""Return the mean error in the currency of the amounts; None without outcomes."""
	if not outcomes:
		return None
	return sum((outcome.error for outcome in outcomes), ZERO) / len(outcomes)


def mape(outcomes: Iterable[Outcome]) -> Decimal | None:
	"""Return the mean absolute error in % of the actual value, over those that have one; None if none has."""
	shares = [abs(outcome.error) / abs(outcome.actual) for outcome in outcomes if outcome.actual]
	return sum(shares, ZERO) / len(shares) * HUNDRED if shares else None


def wape(outcomes: Sequence[Outcome]) -> Decimal | None:
	"""Return the sum of the absolute errors in % of the sum of the actual values; None if that is 0."""
	actual = sum((abs(outcome.actual) for outcome in outcomes), ZERO)
	return sum((abs(outcome.error) for outcome in outcomes), ZERO) / actual * HUNDRED if actual else None


def brier(deals: Iterable[Deals]) -> Decimal | None:
	"""Return the mean squared distance of probability and outcome: 0 is perfect, 1 is always wrong.

	None without deals.
	"""
	deals = list(deals)
	count = sum(group.count for group in deals)
	if not count:
		return None
	squares = ZERO
	for group in deals:
		share = group.probability / HUNDRED
		squares += group.won * (1 - share) ** 2 + group.missed * share**2
	return squares / count


def reliability(deals: Iterable[Deals], bins: int = 10) -> list[Bin]:
	"""Return, for equal ranges of probability that hold deals, mean probability and share won, both in %."""
	width = HUNDRED / bins
	groups: dict[int, list[Deals]] = {}
	for group in deals:
		if group.count:
			groups.setdefault(min(int(group.probability / width), bins - 1), []).append(group)
	table = []
	for index, members in sorted(groups.items()):
		count = sum(group.count for group in members)
		predicted = sum((group.probability * group.count for group in members), ZERO) / count
		observed = HUNDRED * sum(group.won for group in members) / count
		table.append(Bin(int(index * width), int((index + 1) * width), count, predicted, observed))
	return table


def constant_rate(won: int, lost: int) -> Decimal:
	"""Return the share (in %) of deals won so far, one of each added, so that nothing known gives 50."""
	return HUNDRED * (won + 1) / (Decimal(won) + lost + 2)


def with_rate(deals: Iterable[Deals], rate: Decimal) -> list[Deals]:
	"""Return the same deals as somebody would have judged them who gives every deal the same probability."""
	return [Deals(rate, group.won, group.missed) for group in deals]


def complete_periods(today: date, count: int, months: int) -> list[tuple[date, date]]:
	"""Return first day and first day after it of the last `count` periods that are over, the earliest first.

	`months` is the length of a period, 1, 3 or 12; periods begin with the calendar's.
	"""
	current = (today.year * 12 + today.month - 1) // months * months
	starts = [current - back * months for back in range(count, -1, -1)]
	days = [date(month // 12, month % 12 + 1, 1) for month in starts]
	return list(pairwise(days))

"""Forecasts of periods that are over, and what came of them. Free of the framework."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from sales_opportunity.analysis.accuracy import Deals, Outcome, constant_rate
from sales_opportunity.pricing.money import HUNDRED


@dataclass(frozen=True)
class DayOfClosings:
	"""How many opportunities were won and lost on a day, and for how much in the company's currency those won."""

	day: date
	won: int
	lost: int
	amount: Decimal


class Closings:
	"""What was closed from the beginning, by day."""

	def __init__(self, days: Iterable[DayOfClosings]) -> None:
		found = sorted(days, key=lambda closed: closed.day)
		self.days = [closed.day for closed in found]
		self.won = [0, *accumulate(closed.won for closed in found)]
		self.lost = [0, *accumulate(closed.lost for closed in found)]
		self.amounts = [Decimal(0), *accumulate(closed.amount for closed in found)]

	def won_between(self, start: date, end: date) -> Decimal:
		"""Return the amount of what was won from `start` to the day before `end`."""
		return self.amounts[bisect_left(self.days, end)] - self.amounts[bisect_left(self.days, start)]

	def rate_before(self, day: date) -> Decimal:
		"""Return the share (in %) of deals that were won of those closed before the day (see `constant_rate`)."""
		count = bisect_left(self.days, day)
		return constant_rate(self.won[count], self.lost[count])


@dataclass(frozen=True)
class Forecast:
	"""What a snapshot said of a period that began `horizon` days later, and what came of it.

	`weighted` is the forecast, `nominal` the full amount behind it, `last_won` what the last period had brought that
	was over when the forecast was made (from `last_start` to the day before `last_end`), `rate` the share of deals won
	until then in %. `deals` are the opportunities that this period's forecast was the first to name, at this horizon,
	by probability; `still_open` is the number of all it named that are not closed today.
	"""

	start: date
	end: date
	horizon: int
	day: date
	weighted: Decimal
	nominal: Decimal
	actual: Decimal
	last_start: date
	last_end: date
	last_won: Decimal
	rate: Decimal
	deals: tuple[Deals, ...]
	still_open: int

	@property
	def outcome(self) -> Outcome:
		"""Return what was forecast by weighted values beside what came."""
		return Outcome(self.weighted, self.actual)

	@property
	def outcome_of_last_period(self) -> Outcome:
		"""The outcome of a forecaster who says that the coming period brings what the last one brought."""
		return Outcome(self.last_won, self.actual)

	@property
	def outcome_of_constant_rate(self) -> Outcome:
		"""The outcome of a forecaster who gives every deal the share that was won so far."""
		return Outcome(self.nominal * self.rate / HUNDRED, self.actual)


def of_horizon(found: Iterable[Forecast], horizon: int) -> list[Forecast]:
	"""Return the forecasts that were made so many days before their periods."""
	return [entry for entry in found if entry.horizon == horizon]

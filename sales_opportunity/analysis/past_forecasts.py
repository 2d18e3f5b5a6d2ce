"""Forecasts of periods that are over, and what came of them. Free of the framework."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sales_opportunity.analysis.accuracy import Deals, Outcome
from sales_opportunity.pricing.money import HUNDRED


@dataclass(frozen=True)
class Closing:
	"""An opportunity that was closed: when, whether it was won, and its amount in the company's currency."""

	day: date
	won: bool
	amount: Decimal


@dataclass(frozen=True)
class Call:
	"""What a row of a snapshot said of an opportunity: its probability in %, and whether it was won in the period."""

	row: str
	opportunity: str
	probability: Decimal
	won: bool


@dataclass(frozen=True)
class Forecast:
	"""What a snapshot said of a period that began `horizon` days later, and what came of it.

	`weighted` is the forecast, `nominal` the full amount behind it, `last_won` what the last period had brought that
	was over when the forecast was made (from `last_start` to the day before `last_end`), `rate` the share of deals won
	until then in %. `calls` are the opportunities that this period's forecast was the first to name, at this horizon;
	`still_open` is the number of all it named that are not closed today.
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
	calls: tuple[Call, ...]
	still_open: int

	@property
	def deals(self) -> list[Deals]:
		"""The calls, added up by probability."""
		won = Counter(call.probability for call in self.calls if call.won)
		missed = Counter(call.probability for call in self.calls if not call.won)
		return [
			Deals(probability, won[probability], missed[probability]) for probability in sorted(won | missed)
		]

	@property
	def outcome(self) -> Outcome:
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


def rows_in_bin(entries: Iterable[Forecast], lower: int, upper: int) -> list[str]:
	"""Return the names of the snapshot rows that were calls with a probability from `lower` to below `upper` (100: to)."""
	return sorted(
		call.row
		for entry in entries
		for call in entry.calls
		if lower <= call.probability < upper or call.probability == upper == HUNDRED
	)


def won_between(closed: Iterable[Closing], start: date, end: date) -> Decimal:
	"""Return what was won from `start` to the day before `end`."""
	return sum(
		(closing.amount for closing in closed if closing.won and start <= closing.day < end), Decimal(0)
	)

"""What changed the pipeline between two moments, in bars that add up to the cent. Free of the framework.

The course of an opportunity is a chain of states: what it was at the beginning, after each change, and at the end.
Each step of the chain is split over the bars in one fixed order, each part on the result of the part before:

1. currency: another exchange rate or another currency; for another currency the whole difference, since amounts
   in two currencies do not compare,
2. amount: at the former probability,
3. probability.

An opportunity that leaves goes through these first and then takes along all that it is worth; closing leaves out
the third, so that the jump to 100 % or 0 % is no change of the forecast. One that comes in brings all that it is
worth then. If there are several reasons for coming or leaving, the first of these counts: new or deleted, won,
lost or reopened, handed over, close date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TypeGuard

from sales_opportunity.pricing.money import HUNDRED, round_money

ZERO = Decimal(0)
OPENING = "opening"
CLOSING = "closing"
MOVEMENTS = (
	"new",
	"reopened",
	"amount",
	"probability",
	"date_in",
	"date_out",
	"currency",
	"handed_in",
	"handed_out",
	"won",
	"lost",
	"deleted",
)
"""The bars between opening and closing, in the order in which they are shown."""


@dataclass(frozen=True)
class PipelineValue:
	"""A nominal and a weighted value in the company's currency."""

	nominal: Decimal = ZERO
	weighted: Decimal = ZERO

	def __add__(self, other: "PipelineValue") -> "PipelineValue":
		return PipelineValue(self.nominal + other.nominal, self.weighted + other.weighted)

	def __sub__(self, other: "PipelineValue") -> "PipelineValue":
		return PipelineValue(self.nominal - other.nominal, self.weighted - other.weighted)

	def __bool__(self) -> bool:
		return bool(self.nominal or self.weighted)


@dataclass(frozen=True)
class State:
	"""What an opportunity was at one moment. `probability` in %, `rate` is what one unit of `currency` is worth."""

	status: str
	class_id: str | None = None
	owner: str | None = None
	company: str | None = None
	expected_close_date: date | None = None
	currency: str | None = None
	rate: Decimal = Decimal(1)
	amount: Decimal = ZERO
	probability: Decimal = ZERO
	base_amount: Decimal = ZERO
	base_weighted_amount: Decimal = ZERO

	@property
	def value(self) -> PipelineValue:
		"""Return the values of the opportunity, in the company's currency."""
		return PipelineValue(self.base_amount, self.base_weighted_amount)


@dataclass(frozen=True)
class Scope:
	"""Which opportunities are looked at. Whoever has no close date is in no period, but in none given."""

	class_id: str | None = None
	owner: str | None = None
	company: str | None = None
	close_from: date | None = None
	close_to: date | None = None

	def is_mine(self, state: State) -> bool:
		"""Return whether class, responsible and company are those that are looked at."""
		wanted = ((self.class_id, state.class_id), (self.owner, state.owner), (self.company, state.company))
		return all(value in (None, found) for value, found in wanted)

	@property
	def is_narrowed(self) -> bool:
		"""Return whether an opportunity can be handed into or out of what is looked at."""
		return bool(self.class_id or self.owner or self.company)

	def is_due(self, state: State) -> bool:
		"""Return whether the expected close date lies in the period."""
		if not self.close_from and not self.close_to:
			return True
		day = state.expected_close_date
		return bool(day) and (self.close_from or day) <= day <= (self.close_to or day)

	def counts(self, state: State | None) -> TypeGuard[State]:
		"""Return whether the state belongs to the pipeline that is looked at."""
		return bool(state) and state.status == "Open" and self.is_mine(state) and self.is_due(state)

	def value(self, state: State | None) -> PipelineValue:
		"""Return what the state adds to the pipeline."""
		return state.value if self.counts(state) else PipelineValue()


@dataclass(frozen=True)
class Bar:
	"""How many opportunities a bar is made of, their sum, and the largest of them, the largest first."""

	count: int = 0
	total: PipelineValue = PipelineValue()
	listed: list[tuple[str, PipelineValue]] = field(default_factory=list)

	@property
	def rest(self) -> tuple[int, PipelineValue]:
		"""How many are not listed, and their sum."""
		return self.count - len(self.listed), self.total - sum_of_values(
			value for _name, value in self.listed
		)


@dataclass
class Bridge:
	"""The way from the opening to the closing value: for each bar its parts by opportunity."""

	places: int = 2
	bars: dict[str, dict[str, PipelineValue]] = field(
		default_factory=lambda: {bar: {} for bar in (OPENING, *MOVEMENTS, CLOSING)}
	)

	def add(self, opportunity: str, states: Sequence[State | None], scope: Scope) -> None:
		"""Add the course of an opportunity; None in `states` means that it did not exist."""
		self._put(OPENING, opportunity, scope.value(states[0]), scope.counts(states[0]))
		for before, after in pairwise(states):
			for bar, value in movements(before, after, scope, self.places):
				self._put(bar, opportunity, value, keep=bar not in ("amount", "probability", "currency"))
		self._put(CLOSING, opportunity, scope.value(states[-1]), scope.counts(states[-1]))

	def bar(self, bar: str, limit: int) -> "Bar":
		"""Return the sum of a bar and the largest of its parts."""
		parts = self.bars[bar]
		listed = sorted(parts.items(), key=size_of_bar, reverse=True)[:limit]
		return Bar(len(parts), self.total(bar), listed)

	def total(self, bar: str) -> PipelineValue:
		"""Return the sum of a bar."""
		return sum_of_values(self.bars[bar].values())

	def put(self, bar: str, opportunity: str, value: PipelineValue) -> None:
		"""Add a part to a bar."""
		parts = self.bars[bar]
		parts[opportunity] = parts.get(opportunity, PipelineValue()) + value

	def _put(self, bar: str, opportunity: str, value: PipelineValue, keep: bool) -> None:
		if keep or value:
			self.put(bar, opportunity, value)


def sum_of_values(values: Iterable[PipelineValue]) -> PipelineValue:
	"""Return the sum of values."""
	return sum(values, PipelineValue())


def size_of_bar(part: tuple[str, PipelineValue]) -> tuple:
	"""Return the key by which the opportunities of a bar are sorted."""
	opportunity, value = part
	return abs(value.nominal), abs(value.weighted), opportunity


def merged_bars(one: Bar, other: Bar, limit: int) -> Bar:
	"""Return two bars of different opportunities as one."""
	listed = sorted([*one.listed, *other.listed], key=size_of_bar, reverse=True)[:limit]
	return Bar(one.count + other.count, one.total + other.total, listed)


def explains(bars: Mapping[str, Bar]) -> bool:
	"""Return whether the movements lead from the opening to the closing to the cent."""
	way = sum_of_values(bar.total for name, bar in bars.items() if name != CLOSING)
	return way == bars[CLOSING].total


def movements(
	before: State | None, after: State | None, scope: Scope, places: int = 2
) -> list[tuple[str, PipelineValue]]:
	"""Return the bars that one step of an opportunity's course adds to, with the signed value of each.

	They add up to the step's difference. `places` are the decimals of the company's currency.
	"""
	if not scope.counts(before):
		return [(reason_to_come(before, after, scope), after.value)] if scope.counts(after) else []
	if after is None:
		return [("deleted", PipelineValue() - before.value)]
	parts = value_changes(before, after, places)
	if scope.counts(after):
		return parts
	if after.status != "Open":
		parts = parts[:2]
	worth = before.value + sum_of_values(value for _bar, value in parts)
	return [*parts, (reason_to_leave(after, scope), PipelineValue() - worth)]


def value_changes(before: State, after: State, places: int) -> list[tuple[str, PipelineValue]]:
	"""Return what currency, amount and probability did to the value, in this order."""
	at_start = before.value
	if before.currency != after.currency:
		after_currency = after_amount = value_in_company_currency(
			after.amount, before.probability, after.rate, places
		)
	else:
		after_currency = (
			at_start
			if before.rate == after.rate
			else value_in_company_currency(before.amount, before.probability, after.rate, places)
		)
		after_amount = (
			after_currency
			if before.amount == after.amount
			else value_in_company_currency(after.amount, before.probability, after.rate, places)
		)
	return [
		("currency", after_currency - at_start),
		("amount", after_amount - after_currency),
		("probability", after.value - after_amount),
	]


def value_in_company_currency(
	amount: Decimal, probability: Decimal, rate: Decimal, places: int
) -> PipelineValue:
	"""Return nominal and weighted value in the company's currency, each rounded once."""
	return PipelineValue(
		round_money(amount * rate, places), round_money(amount * probability / HUNDRED * rate, places)
	)


def reason_to_come(before: State | None, after: State, scope: Scope) -> str:
	"""Return the bar of an opportunity that comes into the pipeline."""
	if before is None:
		return "new"
	if before.status != "Open":
		return "reopened"
	return "date_in" if scope.is_mine(before) else "handed_in"


def reason_to_leave(after: State, scope: Scope) -> str:
	"""Return the bar of an opportunity that leaves the pipeline."""
	if after.status != "Open":
		return "won" if after.status == "Won" else "lost"
	return "date_out" if scope.is_mine(after) else "handed_out"

"""What open deals will bring and won ones have brought: by period and group, to the cent. Free of the framework."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sales_opportunity.analysis.distribution import Deal, percentiles
from sales_opportunity.analysis.periods import OVERDUE, UNDATED, due_start, starts_between
from sales_opportunity.pricing.money import allocate


@dataclass(frozen=True)
class RevenueShare:
	"""A deal, or the share of it that belongs to one item group; amounts in the company's currency."""

	name: str
	is_won: bool
	day: date | None
	group: str | None
	probability: Decimal
	amount: Decimal
	weighted: Decimal


@dataclass(frozen=True)
class Revenue:
	"""What lies in one period and group."""

	open: list[RevenueShare]
	won: list[RevenueShare]

	@classmethod
	def of(cls, values: Iterable[RevenueShare]) -> "Revenue":
		values = list(values)
		return cls(
			[value for value in values if not value.is_won], [value for value in values if value.is_won]
		)

	@property
	def nominal(self) -> Decimal:
		return sum((value.amount for value in self.open), Decimal(0))

	@property
	def weighted(self) -> Decimal:
		return sum((value.weighted for value in self.open), Decimal(0))

	@property
	def earned(self) -> Decimal:
		return sum((value.amount for value in self.won), Decimal(0))

	@property
	def names(self) -> dict[str, list[str]]:
		"""The names of the deals: `open`, `won` and `both`."""
		kinds = {"open": self.open, "won": self.won, "both": [*self.open, *self.won]}
		return {kind: sorted({value.name for value in values}) for kind, values in kinds.items()}

	def percentiles(self, decimals: int) -> list[Decimal]:
		"""Return what won and open deals together bring with 90, 50 and 10 % certainty at least, see `distribution`."""
		unit = Decimal(10) ** decimals
		deals = [Deal(int(amount * unit), chance) for amount, chance in self._whole_deals()]
		return [self.earned + Decimal(percentile) / unit for percentile in percentiles(deals)]

	def _whole_deals(self) -> Iterator[tuple[Decimal, float]]:
		"""Yield amount and probability (0 to 1) of each open deal: its item groups come together or not at all."""
		amounts: dict[str, Decimal] = {}
		for value in self.open:
			amounts[value.name] = amounts.get(value.name, Decimal(0)) + value.amount
		chances = {value.name: float(value.probability) / 100 for value in self.open}
		return ((amount, chances[name]) for name, amount in amounts.items())


def split(value: RevenueShare, shares: dict[str | None, Decimal], decimals: int) -> list[RevenueShare]:
	"""Return a deal in one value per item group, in proportion to the shares, to the cent the same as the whole."""
	weights, names = list(shares.values()), [group or "" for group in shares]
	amounts = allocate(value.amount, weights, decimals, names)
	weighted = allocate(value.weighted, weights, decimals, names)
	return [
		replace(value, group=group, amount=amount, weighted=part)
		for group, amount, part in zip(shares, amounts, weighted, strict=True)
	]


def by_period(
	values: Iterable[RevenueShare], kind: str, today: date, without_gaps: bool = False
) -> dict[date, list[RevenueShare]]:
	"""Return the values by the first day of the period in which a deal is expected or was won, else OVERDUE or UNDATED.

	The periods are in order; `without_gaps` puts in those between them in which nothing lies.
	"""
	found: dict[date, list[RevenueShare]] = {}
	for value in values:
		is_overdue = not value.is_won and value.day is not None and value.day < today
		found.setdefault(due_start(value.day, kind, is_overdue), []).append(value)
	if without_gaps:
		for start in starts_between(set(found) - {OVERDUE, UNDATED}, kind):
			found.setdefault(start, [])
	return dict(sorted(found.items()))


def by_group(values: Iterable[RevenueShare]) -> dict[str | None, list[RevenueShare]]:
	"""Return the values by group; where nothing lies, there is one group without a name."""
	found: dict[str | None, list[RevenueShare]] = {}
	for value in values:
		found.setdefault(value.group, []).append(value)
	return found or {None: []}

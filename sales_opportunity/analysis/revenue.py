"""What open deals will bring and won ones have brought: by period and group, to the cent. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain, groupby

from sales_opportunity.analysis.distribution import (
	NO_DEALS,
	Deal,
	Moments,
	percentiles,
	percentiles_with_rest,
)
from sales_opportunity.analysis.periods import OVERDUE, UNDATED, due_start, starts_between
from sales_opportunity.pricing.money import HUNDRED, allocate, allocate_done, allocate_signed
from sales_opportunity.pricing.shares import Percentages, divided_parts


@dataclass(frozen=True)
class RevenueShare:
	"""A deal, or the share of it that belongs to one item group; amounts in the company's currency.

	Of a won one, `billed` is what was billed of it, `open_orders` what was ordered and not billed yet.
	"""

	name: str
	is_won: bool
	day: date | None
	group: str | None
	probability: Decimal
	amount: Decimal
	weighted: Decimal
	billed: Decimal = Decimal(0)
	open_orders: Decimal = Decimal(0)


@dataclass(frozen=True)
class Revenue:
	"""What lies in one period and group, or in several: numbers of open and of won deals, and their sums.

	`chances` are the amount and the probability (0 to 1) of the open deals that are known one by one, `rest` the moments
	of the others. What was `earned` is billed, or an open order, or not ordered yet.
	"""

	deals: int = 0
	won_deals: int = 0
	nominal: Decimal = Decimal(0)
	weighted: Decimal = Decimal(0)
	earned: Decimal = Decimal(0)
	billed: Decimal = Decimal(0)
	open_orders: Decimal = Decimal(0)
	chances: tuple[tuple[Decimal, float], ...] = ()
	rest: Moments = NO_DEALS

	@classmethod
	def of(cls, values: Iterable[RevenueShare]) -> "Revenue":
		"""Return what deals or shares of them come to; the item groups of a deal come together or not at all."""
		values = list(values)
		is_open = [value for value in values if not value.is_won]
		won = [value for value in values if value.is_won]
		amounts: dict[str, Decimal] = {}
		for value in is_open:
			amounts[value.name] = amounts.get(value.name, Decimal(0)) + value.amount
		chances = {value.name: float(value.probability) / 100 for value in is_open}
		return cls(
			deals=len(amounts),
			won_deals=len({value.name for value in won}),
			nominal=sum((value.amount for value in is_open), Decimal(0)),
			weighted=sum((value.weighted for value in is_open), Decimal(0)),
			earned=sum((value.amount for value in won), Decimal(0)),
			billed=sum((value.billed for value in won), Decimal(0)),
			open_orders=sum((value.open_orders for value in won), Decimal(0)),
			chances=tuple((amount, chances[name]) for name, amount in amounts.items()),
		)

	@classmethod
	def together(cls, parts: Iterable["Revenue"]) -> "Revenue":
		"""Return the revenue of different deals as one."""
		parts = list(parts)
		return cls(
			deals=sum(part.deals for part in parts),
			won_deals=sum(part.won_deals for part in parts),
			nominal=sum((part.nominal for part in parts), Decimal(0)),
			weighted=sum((part.weighted for part in parts), Decimal(0)),
			earned=sum((part.earned for part in parts), Decimal(0)),
			billed=sum((part.billed for part in parts), Decimal(0)),
			open_orders=sum((part.open_orders for part in parts), Decimal(0)),
			chances=tuple(chain.from_iterable(part.chances for part in parts)),
			rest=Moments.together(part.rest for part in parts),
		)

	@property
	def unordered(self) -> Decimal:
		"""What of the won deals is neither billed nor ordered yet."""
		return self.earned - self.billed - self.open_orders

	def percentiles(self, decimals: int) -> list[Decimal]:
		"""Return what won and open deals together bring with 90, 50 and 10 % certainty at least, see `distribution`."""
		unit = 10**decimals
		deals = [Deal(int(amount * unit), chance) for amount, chance in self.chances]
		found = percentiles_with_rest(deals, self.rest.times(unit)) if self.rest.count else percentiles(deals)
		return [self.earned + Decimal(percentile) / unit for percentile in found]


def names_of(values: Iterable[RevenueShare]) -> dict[str, list[str]]:
	"""Return the names of the deals: `open`, `won` and `both`."""
	values = list(values)
	kinds = {
		"open": [value for value in values if not value.is_won],
		"won": [value for value in values if value.is_won],
		"both": values,
	}
	return {kind: sorted({value.name for value in found}) for kind, found in kinds.items()}


def split(value: RevenueShare, shares: dict[str | None, Decimal], decimals: int) -> list[RevenueShare]:
	"""Return a deal in one value per item group, in proportion to the shares, to the cent the same as the whole."""
	weights, names = list(shares.values()), [group or "" for group in shares]
	chance = value.probability / HUNDRED
	amounts = allocate_signed(value.amount, weights, decimals, names)
	weighted = allocate_signed(value.weighted, weights, decimals, names, chance)
	if all(weight >= 0 for weight in weights):
		billed, open_orders = (
			allocate(amount, weights, decimals, names) for amount in (value.billed, value.open_orders)
		)
	else:
		billed = allocate_done(value.billed, amounts, decimals, names)
		left = [amount - part for amount, part in zip(amounts, billed, strict=True)]
		open_orders = allocate_done(value.open_orders, left, decimals, names)
	return [
		replace(value, group=group, amount=amount, weighted=part, billed=done, open_orders=left)
		for group, amount, part, done, left in zip(
			shares, amounts, weighted, billed, open_orders, strict=True
		)
	]


def divided_among(
	values: Sequence[RevenueShare], people: Percentages, decimals: int
) -> dict[str, list[RevenueShare]]:
	"""Return by person what each has of a deal's values, by day and group, the same as the whole to the cent, each and all.

	What a person has of a day does not hang on how its values are grouped.
	"""
	values = sorted(values, key=lambda value: (value.day or date.max, value.group or ""))
	days = [list(of_day) for _day, of_day in groupby(values, key=lambda value: value.day or date.max)]
	fields = ("amount", "weighted", "billed", "open_orders")
	parts = {
		field: divided_parts(
			[[getattr(value, field) for value in of_day] for of_day in days], people, decimals
		)
		for field in fields
	}
	return {
		person: [
			replace(value, **{field: parts[field][place][person] for field in fields})
			for place, value in enumerate(values)
		]
		for person in people
	}


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

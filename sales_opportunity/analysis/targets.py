"""Targets of a year: how they lie in its periods, and how far what was won has come. Free of the framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sales_opportunity.analysis.periods import end_of, next_start, start_of
from sales_opportunity.pricing.money import HUNDRED, allocate

MONTH_NAMES = (
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
)
QUARTER_NAMES = ("Quarter 1", "Quarter 2", "Quarter 3", "Quarter 4")

NAMES = {"Month": MONTH_NAMES, "Quarter": QUARTER_NAMES}
"""What the rows of a target are called that is entered by months, or by quarters."""

FIRST_MONTHS = {
	name: 12 // len(names) * place + 1 for names in NAMES.values() for place, name in enumerate(names)
}
"""The month with which each of them begins."""

KINDS = {name: kind for kind, names in NAMES.items() for name in names}


def first_day_of_row(name: str, year: int) -> date:
	"""Return the first day of a row of a target."""
	return date(year, FIRST_MONTHS[name], 1)


def spread_over_year(total: Decimal, weights: Iterable[Decimal], places: int) -> list[Decimal]:
	"""Split the figure of a year in proportion to the weights, evenly if they are all zero; it adds up to `total`."""
	weights = list(weights)
	return allocate(total, weights if any(weights) else [Decimal(1)] * len(weights), places)


def months_of_year(first: date, last: date) -> list[date]:
	"""Return the first days of the months of a year that need be no calendar year, from that of its first day on."""
	end = last + timedelta(days=1)
	count = (end.year - first.year) * 12 + end.month - first.month
	months = [first.replace(day=1)]
	while len(months) < count:
		months.append(next_start(months[-1], "Month"))
	return months


def spread_over_months(
	total: Decimal, parts: Mapping[str, Decimal], first: date, last: date, places: int
) -> dict[date, Decimal]:
	"""Split the figure of a year from its `first` to its `last` day over its months; it adds up to `total`.

	`parts` are in proportion, by the names of months; those of months outside of the year do not count, and without any it is even.
	"""
	months = months_of_year(first, last)
	weights = [max(parts.get(row_name(month, "Month"), Decimal(0)), Decimal(0)) for month in months]
	return dict(zip(months, spread_over_year(total, weights, places), strict=True))


def by_kind(values: Mapping[str, Decimal], kind: str, places: int) -> dict[str, Decimal]:
	"""Return figures by the names of rows as those of months or of quarters; quarters are split evenly."""
	found = dict.fromkeys(NAMES[kind], Decimal(0))
	for name, value in values.items():
		for start, part in parts_in_periods(date(1, FIRST_MONTHS[name], 1), value, KINDS[name], kind, places):
			found[row_name(start, kind)] += part
	return found


def row_name(start: date, kind: str) -> str:
	"""Return what the row of the month or quarter is called that begins at `start`."""
	return NAMES[kind][(start.month - 1) * len(NAMES[kind]) // 12]


def parts_in_periods(
	start: date, value: Decimal, kind: str, wanted: str, places: int
) -> list[tuple[date, Decimal]]:
	"""Return the periods of the `wanted` kind in which the figure of a month or quarter lies, with what each has of it.

	The figure of a quarter is split evenly over its months.
	"""
	if kind == "Month" or wanted != "Month":
		return [(start_of(start, wanted), value)]
	months = [start, next_start(start, "Month"), next_start(next_start(start, "Month"), "Month")]
	return list(zip(months, spread_over_year(value, [Decimal(1)] * len(months), places), strict=True))


def balance_year_and_rows(
	total: Decimal, former: Decimal, rows: list[Decimal], places: int
) -> tuple[Decimal, list[Decimal]]:
	"""Return the figure of the year and those of its rows, which add up to it.

	What was changed last counts: if only the year's figure is another one than before, the rows follow in the
	proportion that they have; else it is their sum.
	"""
	found = sum(rows, Decimal(0))
	if total not in (found, former):
		return total, spread_over_year(total, rows, places)
	return found, rows


@dataclass(frozen=True)
class Standing:
	"""Target, what was won and what is open of a person, class or company in a period: amounts, or numbers of deals.

	`committed` is the part of `open` that the seller has promised; `last_year` what was won by the same day of last
	year, None for a period that has not begun. `with_target` is the part of several together that has a target: only that
	brings it closer.
	"""

	target: Decimal | None = None
	won: Decimal = Decimal(0)
	open: Decimal = Decimal(0)
	weighted: Decimal = Decimal(0)
	committed: Decimal = Decimal(0)
	last_year: Decimal | None = None
	with_target: "Standing | None" = None

	@classmethod
	def together(cls, standings: Iterable["Standing"]) -> "Standing":
		"""Return several as one; targets and last years that are not known add nothing."""
		standings = list(standings)
		with_target = cls.sums(each for each in standings if each.target is not None)
		return replace(cls.sums(standings), with_target=with_target)

	@classmethod
	def sums(cls, standings: Iterable["Standing"]) -> "Standing":
		"""Return each figure of several added up."""
		standings = list(standings)
		return cls(
			target=known_sum(each.target for each in standings),
			won=sum((each.won for each in standings), Decimal(0)),
			open=sum((each.open for each in standings), Decimal(0)),
			weighted=sum((each.weighted for each in standings), Decimal(0)),
			committed=sum((each.committed for each in standings), Decimal(0)),
			last_year=known_sum(each.last_year for each in standings),
		)

	@property
	def counted(self) -> "Standing":
		"""What is compared with the target."""
		return self.with_target or self

	@property
	def left(self) -> Decimal | None:
		"""What is left to win, below zero if more was won than the target."""
		return None if self.target is None else self.target - self.counted.won

	@property
	def gap(self) -> Decimal | None:
		"""What would still lack if the open deals brought what they are weighted with."""
		return None if self.left is None else self.left - self.counted.weighted

	@property
	def coverage(self) -> float | None:
		"""How many times the open deals would fill what is left; None if nothing is left."""
		return float(self.counted.open / self.left) if self.left and self.left > 0 else None

	@property
	def reached(self) -> float | None:
		"""What was won of the target, in percent."""
		return float(self.counted.won / self.target * HUNDRED) if self.target else None

	@property
	def pace(self) -> float | None:
		"""What was won in percent of what was won by the same day of last year."""
		return float(self.won / self.last_year * HUNDRED) if self.last_year else None


def known_sum(values: Iterable[Decimal | None]) -> Decimal | None:
	"""Return the sum of the values that are known, None without any."""
	known = [value for value in values if value is not None]
	return sum(known, Decimal(0)) if known else None


def year_before(day: date) -> date:
	"""Return the same day of last year, of 29 February the day before."""
	return (day.replace(day=28) if (day.month, day.day) == (2, 29) else day).replace(year=day.year - 1)


def last_years_days(start: date, kind: str, today: date) -> tuple[date, date] | None:
	"""Return the first and the last day with which a period compares: of one that is over, all of last year's.

	None for a period that has not begun.
	"""
	if start > today:
		return None
	former = year_before(start)
	whole = end_of(former, kind)
	return former, min(whole, year_before(today)) if today < end_of(start, kind) else whole


def days_to_come(start: date, kind: str, today: date) -> tuple[date, date] | None:
	"""Return the first and the last day on which an open deal of the period can still be closed, None if it is over."""
	first, last = max(start, today), end_of(start, kind)
	return (first, last) if first <= last else None


def starts_of_year(year: int, kind: str) -> list[date]:
	"""Return the first days of the periods of a year."""
	found = [date(year, 1, 1)]
	while (following := next_start(found[-1], kind)).year == year:
		found.append(following)
	return found


def days_of_years(year: int) -> tuple[date, date]:
	"""Return the first day of the year before, and the last one of the year."""
	return date(year - 1, 1, 1), date(year + 1, 1, 1) - timedelta(days=1)

"""The board by close date: which columns it has, where a postponed deal goes, what a period means. Free of the framework."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from sales_opportunity.analysis.periods import end_of, next_start, start_of

OVERDUE, LATER, UNDATED = "overdue", "later", "none"

MONTHS_AHEAD = 12
"""Months that have a column of their own, this one included."""

ALWAYS_SHOWN = 6
"""Months that are shown even if no deal is expected in them or later."""

ALL_TIME = (None, None)
"""Bounds that let every date through."""


class BoardPeriodError(ValueError):
	"""The text names neither a period nor two dates in their order."""


@dataclass(frozen=True)
class Span:
	"""A column by close date: its key, and the first and last day that belong to it, None without a bound."""

	key: str
	first: date | None = None
	last: date | None = None

	@property
	def is_month(self) -> bool:
		"""Return whether the column is a month, into which a deal can be put."""
		return self.key not in (OVERDUE, LATER, UNDATED)


def month_columns(today: date) -> list[Span]:
	"""Return the columns in their order: overdue, this month from today on, the months ahead, later, without a date."""
	months = [start_of(today, "Month")]
	while len(months) < MONTHS_AHEAD:
		months.append(next_start(months[-1], "Month"))
	spans = [Span(key_of_month(first), max(first, today), end_of(first, "Month")) for first in months]
	return [
		Span(OVERDUE, last=today - timedelta(days=1)),
		*spans,
		Span(LATER, first=end_of(months[-1], "Month") + timedelta(days=1)),
		Span(UNDATED),
	]


def shown_spans(spans: list[Span], filled: set[str]) -> list[Span]:
	"""Return the columns without the empty months at the end, and without "later" if nothing is in it."""
	months = [span for span in spans if span.is_month]
	last = max((place for place, span in enumerate(months) if span.key in filled), default=0)
	count = len(months) if LATER in filled else max(last + 1, ALWAYS_SHOWN)
	return [
		span
		for span in spans
		if span in months[:count] or span.key in (OVERDUE, UNDATED) or (span.key == LATER and LATER in filled)
	]


def postponed(day: date | None, key: str, today: date) -> date | None:
	"""Return the close date of a deal that is put into a column: in the month the same day, or the last that there is.

	It is never before today; without a date before, it is the month's last day. In the column without a date there is
	none. Raises `BoardPeriodError` for a column into which nothing can be put.
	"""
	if key == UNDATED:
		return None
	span = next((span for span in month_columns(today) if span.key == key and span.is_month), None)
	if not span or not span.first or not span.last:
		raise BoardPeriodError(key)
	last = monthrange(span.last.year, span.last.month)[1]
	return max(span.last.replace(day=min(day.day if day else last, last)), span.first)


def key_of_month(first: date) -> str:
	"""Return the key of a month's column: 2026-03."""
	return f"{first:%Y-%m}"


def bounds(period: str, today: date) -> tuple[date | None, date | None]:
	"""Return the first and the last day of a period that may be relative to today, None where it has no bound.

	Periods are `overdue`, `this_month`, `next_month`, `this_quarter`, `next_quarter`, `this_year`, and two dates with
	dots between, of which one may be missing: `2026-01-01..2026-03-31`. Raises `BoardPeriodError` for anything else.
	"""
	if not period:
		return ALL_TIME
	if period == OVERDUE:
		return None, today - timedelta(days=1)
	which, _underscore, kind = period.partition("_")
	if which in ("this", "next") and kind in ("month", "quarter", "year"):
		first = start_of(today, kind.title())
		first = next_start(first, kind.title()) if which == "next" else first
		return first, end_of(first, kind.title())
	return _dates(period)


def _dates(period: str) -> tuple[date | None, date | None]:
	first, dots, last = period.partition("..")
	try:
		start, end = (date.fromisoformat(text) if text else None for text in (first, last))
	except ValueError:
		raise BoardPeriodError(period) from None
	if not dots or (start, end) == ALL_TIME or (start and end and start > end):
		raise BoardPeriodError(period)
	return start, end

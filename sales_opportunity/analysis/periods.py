"""Months, quarters and years as real dates: each period is known by its first day. Free of the framework."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton

from sales_opportunity.texts.formatting import locale_of

LONGEST_GAP = 24
"""Periods without anything that are listed one by one."""

OVERDUE, UNDATED = date.min, date.max
"""Stand for the periods of what should be over by now, and of what has no date."""

MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}
"""How many months a period of each kind has."""


def start_of(day: date, kind: str) -> date:
	"""Return the first day of the month, quarter or year in which `day` lies."""
	months = MONTHS[kind]
	return date(day.year, (day.month - 1) // months * months + 1, 1)


def due_start(day: date | None, kind: str, is_overdue: bool) -> date:
	"""Return the first day of the period in which something is due, else `OVERDUE` or `UNDATED`."""
	if is_overdue:
		return OVERDUE
	return start_of(day, kind) if day else UNDATED


def next_start(start: date, kind: str) -> date:
	"""Return the first day of the period after the one that begins at `start`."""
	months = start.year * 12 + start.month - 1 + MONTHS[kind]
	return date(months // 12, months % 12 + 1, 1)


def end_of(start: date, kind: str) -> date:
	"""Return the last day of the period that begins at `start`."""
	last_month = start.month + MONTHS[kind] - 1
	return date(start.year, last_month, monthrange(start.year, last_month)[1])


def starts_between(days: Iterable[date], kind: str) -> list[date]:
	"""Return the first days of all periods from the earliest to the latest of `days`, without gaps.

	A gap of more than `LONGEST_GAP` periods stays one: a mistyped year must not make a list of centuries.
	"""
	starts = sorted({start_of(day, kind) for day in days})
	covered = starts[:1]
	for start in starts[1:]:
		gap = []
		while len(gap) <= LONGEST_GAP and (following := next_start((gap or covered)[-1], kind)) < start:
			gap.append(following)
		covered += [*(gap if len(gap) <= LONGEST_GAP else []), start]
	return covered


@lru_cache(1_000)
def period_text(start: date, kind: str, language: str) -> str:
	"""Return how the period is written in a language: Mar 2026, Q1 2026, 2026 in English, März 2026 in German."""
	if kind == "Year":
		return f"{start.year}"
	return format_skeleton("yQQQ" if kind == "Quarter" else "yMMM", start, locale=locale_of(language))

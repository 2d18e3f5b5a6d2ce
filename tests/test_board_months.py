"""The board by close date, for any day: where a deal lies, and where it goes when it is postponed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.sales_opportunity.page.pipeline.months import (
	ALWAYS_SHOWN,
	LATER,
	MONTHS_AHEAD,
	OVERDUE,
	UNDATED,
	BoardPeriodError,
	bounds,
	month_columns,
	postponed,
	shown_spans,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
TODAY = date(2026, 11, 26)


@given(DAYS, DAYS)
def test_every_day_lies_in_exactly_one_column(today, day):
	spans = [span for span in month_columns(today) if span.key != UNDATED]
	inside = [span for span in spans if (span.first or day) <= day <= (span.last or day)]
	assert len(inside) == 1


@given(DAYS, st.none() | DAYS, st.integers(0, MONTHS_AHEAD - 1))
def test_a_postponed_deal_lies_in_the_column_into_which_it_was_put(today, day, place):
	span = [span for span in month_columns(today) if span.is_month][place]
	found = postponed(day, span.key, today)
	assert span.first <= found <= span.last
	assert found >= today
	if day and found not in (span.first, span.last):
		assert found.day == day.day


@pytest.mark.parametrize(
	("day", "column", "expected"),
	[
		(date(2026, 12, 15), "2027-02", date(2027, 2, 15)),
		(date(2026, 12, 31), "2027-02", date(2027, 2, 28)),
		(date(2026, 10, 5), "2026-11", TODAY),
		(date(2026, 10, 28), "2026-11", date(2026, 11, 28)),
		(None, "2027-04", date(2027, 4, 30)),
		(date(2026, 12, 15), UNDATED, None),
	],
)
def test_the_day_of_the_month_stays_if_it_can(day, column, expected):
	assert postponed(day, column, TODAY) == expected


@pytest.mark.parametrize("column", [OVERDUE, LATER, "2026-10", "2028-01", "", "2026-13", "later; drop"])
def test_nothing_is_put_where_no_month_is(column):
	with pytest.raises(BoardPeriodError):
		postponed(TODAY, column, TODAY)


def test_empty_months_at_the_end_are_left_out():
	def keys(filled):
		return [span.key for span in shown_spans(month_columns(TODAY), filled)]

	first = ["overdue", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"]
	assert keys(set()) == [*first, UNDATED]
	assert len(first) == 1 + ALWAYS_SHOWN
	assert keys({"2027-06"}) == [*first, "2027-05", "2027-06", UNDATED]
	assert keys({LATER})[-3:] == ["2027-10", LATER, UNDATED]


@pytest.mark.parametrize(
	("period", "expected"),
	[
		("", (None, None)),
		("overdue", (None, TODAY - timedelta(days=1))),
		("this_month", (date(2026, 11, 1), date(2026, 11, 30))),
		("next_month", (date(2026, 12, 1), date(2026, 12, 31))),
		("this_quarter", (date(2026, 10, 1), date(2026, 12, 31))),
		("next_quarter", (date(2027, 1, 1), date(2027, 3, 31))),
		("this_year", (date(2026, 1, 1), date(2026, 12, 31))),
		("2026-01-01..2026-03-31", (date(2026, 1, 1), date(2026, 3, 31))),
		("..2026-03-31", (None, date(2026, 3, 31))),
		("2026-01-01..", (date(2026, 1, 1), None)),
	],
)
def test_periods(period, expected):
	assert bounds(period, TODAY) == expected


@pytest.mark.parametrize(
	"period", ["..", "yesterday", "this_week", "2026-03-31..2026-01-01", "2026-02-30..", "1.1.2026"]
)
def test_what_is_no_period_is_refused(period):
	with pytest.raises(BoardPeriodError):
		bounds(period, TODAY)

"""Months, quarters and years are real dates, and years do not run into each other."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.periods import (
	MONTHS,
	end_of,
	next_start,
	period_text,
	start_of,
	starts_between,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
kinds = st.sampled_from(list(MONTHS))


@pytest.mark.parametrize(
	("kind", "start", "end", "label", "german"),
	[
		("Month", date(2026, 8, 1), date(2026, 8, 31), "Aug 2026", "Aug. 2026"),
		("Quarter", date(2026, 7, 1), date(2026, 9, 30), "Q3 2026", "Q3 2026"),
		("Year", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
	],
)
def test_a_day_in_august(kind, start, end, label, german):
	assert start_of(date(2026, 8, 17), kind) == start
	assert end_of(start, kind) == end
	assert period_text(start, kind, "en") == label
	assert period_text(start, kind, "de") == german


def test_the_same_month_of_two_years_is_two_periods():
	assert period_text(start_of(date(2025, 3, 1), "Month"), "Month", "de") == "März 2025"
	assert period_text(start_of(date(2026, 3, 1), "Month"), "Month", "de") == "März 2026"


def test_february_of_a_leap_year_has_29_days():
	assert end_of(date(2028, 2, 1), "Month") == date(2028, 2, 29)


@given(days, kinds)
def test_each_day_lies_in_exactly_one_period(day, kind):
	start = start_of(day, kind)
	assert start <= day <= end_of(start, kind)
	assert next_start(start, kind) == end_of(start, kind) + timedelta(days=1)
	assert start_of(next_start(start, kind), kind) == next_start(start, kind)


@given(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5), kinds)
def test_the_periods_between_have_no_gaps(some_days, kind):
	starts = starts_between(some_days, kind)
	assert all(next_start(one, kind) == other for one, other in pairwise(starts))
	assert {start_of(day, kind) for day in some_days} <= set(starts)


def test_a_mistyped_century_does_not_fill_the_list():
	found = [date(2026, 1, 5), date(2026, 3, 5), date(9999, 12, 31)]
	starts = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(9999, 12, 1)]
	assert starts_between(found, "Month") == starts
	assert end_of(starts[-1], "Month") == date(9999, 12, 31)


@given(days, days, kinds, st.sampled_from(["en", "de", "fr", "de-AT", "unknown"]))
def test_each_period_has_a_label_of_its_own(one, other, kind, language):
	starts = {start_of(day, kind) for day in (one, other)}
	assert len({period_text(start, kind, language) for start in starts}) == len(starts)

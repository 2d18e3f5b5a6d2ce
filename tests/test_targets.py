"""Targets of a year: spread without loss, laid into its periods, and compared with what was won."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.targets import (
	NAMES,
	Standing,
	balance_year_and_rows,
	by_kind,
	days_to_come,
	last_years_days,
	months_of_year,
	parts_in_periods,
	spread_over_months,
	spread_over_year,
	starts_of_year,
)

places = st.sampled_from((0, 2, 3))
kinds = st.sampled_from(tuple(NAMES))


def amounts(places: int):
	return st.integers(0, 10**9).map(lambda units: Decimal(units).scaleb(-places))


@given(st.data(), places, st.sampled_from((4, 12)))
def test_nothing_is_gained_or_lost_by_spreading(data, places, count):
	total = data.draw(amounts(places))
	weights = data.draw(st.lists(amounts(places), min_size=count, max_size=count))
	found = spread_over_year(total, weights, places)
	assert len(found) == count and sum(found) == total and min(found) >= 0
	even = spread_over_year(total, [Decimal(0)] * count, places)
	assert sum(even) == total and max(even) - min(even) <= Decimal(1).scaleb(-places)


@given(
	places.flatmap(lambda places: st.tuples(st.just(places), amounts(places))),
	st.dictionaries(st.sampled_from(NAMES["Month"]), st.decimals(-10, 100, places=3)),
	st.dates(date(2000, 1, 1), date(2040, 12, 31)),
	st.integers(0, 400),
)
def test_nothing_is_gained_or_lost_in_a_year_of_business(figure, parts, first, days):
	digits, total = figure
	found = spread_over_months(total, parts, first, first + timedelta(days=days), digits)
	assert sum(found.values()) == total and min(found.values()) >= 0
	assert list(found) == sorted(found) and {month.day for month in found} == {1}


@pytest.mark.parametrize(
	("first", "last", "expected"),
	[
		((2026, 1, 1), (2026, 12, 31), ["2026-01", "2026-12", 12]),
		((2026, 4, 1), (2027, 3, 31), ["2026-04", "2027-03", 12]),
		((2026, 4, 6), (2027, 4, 5), ["2026-04", "2027-03", 12]),
		((2026, 7, 1), (2026, 12, 31), ["2026-07", "2026-12", 6]),
		((2026, 7, 1), (2026, 7, 20), ["2026-07", "2026-07", 1]),
	],
)
def test_a_year_of_business_has_its_months(first, last, expected):
	months = months_of_year(date(*first), date(*last))
	assert [f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}", len(months)] == expected


def test_a_year_of_business_has_the_months_that_its_parts_say():
	parts = {"April": Decimal(50), "January": Decimal("33.333"), "March": Decimal("16.667")}
	found = spread_over_months(Decimal("100.01"), parts, date(2026, 4, 1), date(2027, 3, 31), 2)
	assert {month: amount for month, amount in found.items() if amount} == {
		date(2026, 4, 1): Decimal("50.00"),
		date(2027, 1, 1): Decimal("33.34"),
		date(2027, 3, 1): Decimal("16.67"),
	}


@given(st.data(), places, kinds, kinds)
def test_months_and_quarters_have_the_same_sum(data, places, former, wanted):
	values = {name: data.draw(amounts(places)) for name in NAMES[former]}
	found = by_kind(values, wanted, places)
	assert tuple(found) == NAMES[wanted] and sum(found.values()) == sum(values.values())
	if wanted == "Month":
		assert by_kind(found, former, places) == values


def test_ten_euros_a_quarter_are_three_and_a_third_a_month():
	found = parts_in_periods(date(2026, 4, 1), Decimal(10), "Quarter", "Month", 2)
	assert found == [
		(date(2026, 4, 1), Decimal("3.34")),
		(date(2026, 5, 1), Decimal("3.33")),
		(date(2026, 6, 1), Decimal("3.33")),
	]


@pytest.mark.parametrize(
	("total", "former", "rows", "expected"),
	[
		(1200, 0, [0, 0, 0, 0], (1200, [300, 300, 300, 300])),  # the year alone was entered
		(1200, 1000, [100, 200, 300, 400], (1200, [120, 240, 360, 480])),  # it was raised, the rows follow
		(1000, 1000, [100, 200, 300, 500], (1100, [100, 200, 300, 500])),  # a row was raised
		(0, 0, [100, 200, 300, 400], (1000, [100, 200, 300, 400])),  # rows alone were entered
		(0, 1000, [100, 200, 300, 400], (0, [0, 0, 0, 0])),  # the target was given up
	],
)
def test_what_was_changed_last_counts(total, former, rows, expected):
	found = balance_year_and_rows(Decimal(total), Decimal(former), list(map(Decimal, rows)), 2)
	assert found == (expected[0], expected[1])


def test_what_is_left_and_what_covers_it():
	standing = Standing(
		target=Decimal(1000),
		won=Decimal(400),
		open=Decimal(900),
		weighted=Decimal(350),
		last_year=Decimal(500),
	)
	assert (standing.left, standing.gap, standing.coverage) == (600, 250, 1.5)
	assert (standing.reached, standing.pace) == (40, 80)


def test_of_what_is_reached_nothing_is_left_to_cover():
	standing = Standing(target=Decimal(1000), won=Decimal(1200), open=Decimal(900))
	assert (standing.left, standing.gap, standing.coverage) == (-200, -200, None)


def test_without_a_target_or_a_last_year_nothing_is_compared():
	standing = Standing(won=Decimal(400), last_year=Decimal(0))
	assert {standing.left, standing.gap, standing.coverage, standing.reached, standing.pace} == {None}


def test_several_together_have_what_is_known_of_them():
	whole = Standing.together(
		[Standing(target=Decimal(5)), Standing(won=Decimal(3)), Standing(won=Decimal(1))]
	)
	assert (whole.target, whole.won, whole.last_year) == (5, 4, None)


def test_nobody_comes_closer_to_a_target_by_what_those_without_one_win():
	with_target = Standing(target=Decimal(100), won=Decimal(20), open=Decimal(40), weighted=Decimal(10))
	without = Standing(won=Decimal(120), open=Decimal(300), weighted=Decimal(30))
	whole = Standing.together([with_target, without])
	assert (whole.won, whole.open, whole.weighted) == (140, 340, 40)
	assert (whole.left, whole.gap, whole.coverage, whole.reached) == (80, 70, 0.5, 20)
	assert Standing.together([without]).left is None


@pytest.mark.parametrize(
	("start", "kind", "today", "expected"),
	[
		((2026, 1, 1), "Month", (2026, 3, 15), ((2025, 1, 1), (2025, 1, 31))),
		(
			(2025, 2, 1),
			"Month",
			(2026, 3, 15),
			((2024, 2, 1), (2024, 2, 29)),
		),  # it is over: all of a leap year's
		((2026, 1, 1), "Quarter", (2026, 3, 15), ((2025, 1, 1), (2025, 3, 15))),
		((2028, 1, 1), "Year", (2028, 2, 29), ((2027, 1, 1), (2027, 2, 28))),
		((2026, 4, 1), "Quarter", (2026, 3, 31), None),
	],
)
def test_a_period_compares_with_the_same_days_of_last_year(start, kind, today, expected):
	found = last_years_days(date(*start), kind, date(*today))
	assert found == (expected and tuple(date(*day) for day in expected))


def test_what_is_open_can_come_from_today_on():
	start = date(2026, 1, 1)
	assert days_to_come(start, "Quarter", date(2025, 6, 1)) == (start, date(2026, 3, 31))
	assert days_to_come(start, "Quarter", date(2026, 3, 31)) == (date(2026, 3, 31), date(2026, 3, 31))
	assert days_to_come(start, "Quarter", date(2026, 4, 1)) is None


def test_a_year_has_its_periods():
	assert [len(starts_of_year(2026, kind)) for kind in ("Month", "Quarter", "Year")] == [12, 4, 1]

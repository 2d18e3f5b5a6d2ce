"""How good forecasts were: the measures on figures that one can follow by hand, and what always holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sales_opportunity.analysis.accuracy import (
	Deals,
	Outcome,
	bias,
	brier,
	complete_periods,
	constant_rate,
	mape,
	reliability,
	wape,
	with_rate,
)
from sales_opportunity.analysis.past_forecasts import Closings, DayOfClosings


def outcomes(*pairs) -> list[Outcome]:
	return [Outcome(Decimal(forecast), Decimal(actual)) for forecast, actual in pairs]


def deals(*groups) -> list[Deals]:
	return [Deals(Decimal(probability), won, lost) for probability, won, lost in groups]


MONTHS = outcomes((120, 100), (150, 200), (90, 0))


def test_bias_keeps_the_sign():
	assert bias(MONTHS) == 20


def test_mape_leaves_out_periods_in_which_nothing_came():
	assert mape(MONTHS) == Decimal("22.5")


def test_wape_weighs_all_errors_by_all_that_came():
	assert round(wape(MONTHS), 4) == Decimal("53.3333")


def test_without_anything_to_measure_there_is_no_figure():
	assert (bias([]), mape([]), wape([]), brier([])) == (None,) * 4
	assert (mape(outcomes((5, 0))), wape(outcomes((5, 0)))) == (None, None)
	assert reliability([]) == []


def test_brier_is_the_mean_squared_distance():
	assert brier(deals((75, 3, 1), (50, 1, 1))) == Decimal("1.25") / 6


def test_certainty_that_was_right_scores_0_and_wrong_scores_1():
	assert brier(deals((100, 4, 0), (0, 0, 7))) == 0
	assert brier(deals((100, 0, 4), (0, 7, 0))) == 1


def test_the_reliability_table_joins_probabilities_of_one_range():
	low, high = reliability(deals((20, 1, 3), (25, 0, 4), (100, 2, 0)))
	assert (low.lower, low.upper, low.count, low.predicted, low.observed) == (
		20,
		30,
		8,
		Decimal("22.5"),
		Decimal("12.5"),
	)
	assert (high.lower, high.upper, high.count, high.observed) == (90, 100, 2, 100)


def test_the_constant_rate_knows_nothing_at_first():
	assert constant_rate(0, 0) == 50
	assert constant_rate(8, 0) == 90


amounts = st.decimals("0", "999999.99", places=2)
pairs = st.lists(st.builds(Outcome, amounts, amounts), min_size=1)
groups = st.lists(
	st.builds(Deals, st.decimals("0", "100", places=1), st.integers(0, 50), st.integers(0, 50)), min_size=1
)


@given(pairs)
def test_a_perfect_forecast_has_no_error(measured):
	perfect = [Outcome(outcome.actual, outcome.actual) for outcome in measured]
	assert bias(perfect) == 0
	assert not mape(perfect) and not wape(perfect)


@given(pairs)
def test_the_bias_is_never_larger_than_the_mean_absolute_error(measured):
	assume(any(outcome.actual for outcome in measured))
	actual = sum(outcome.actual for outcome in measured)
	assert abs(bias(measured)) * len(measured) <= wape(measured) * actual / 100 + Decimal("0.0001")


@given(groups)
def test_brier_lies_between_0_and_1_and_the_true_rate_is_the_best_constant_one(judged):
	count, won = sum(group.count for group in judged), sum(group.won for group in judged)
	assume(count)
	assert 0 <= brier(judged) <= 1
	best = brier(with_rate(judged, Decimal(100) * won / count))
	for rate in (0, 25, 50, 75, 100):
		assert best <= brier(with_rate(judged, Decimal(rate))) + Decimal("1e-20")


@given(groups)
def test_every_deal_is_in_one_line_of_the_reliability_table(judged):
	table = reliability(judged)
	assert sum(line.count for line in table) == sum(group.count for group in judged)
	for line in table:
		assert line.lower <= round(line.predicted, 10) <= line.upper
		assert 0 <= line.observed <= 100


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_constant_rate_is_never_certain(won, lost):
	assert 0 < constant_rate(won, lost) < 100


@pytest.mark.parametrize("probability", [0, 10, 95, 100])
def test_the_limits_of_the_ranges_belong_to_the_range_above(probability):
	(line,) = reliability(deals((probability, 1, 0)))
	assert line.lower == min(probability // 10 * 10, 90)


def test_periods_are_over_and_begin_with_the_calendars():
	assert complete_periods(date(2026, 3, 31), 2, 1) == [
		(date(2026, 1, 1), date(2026, 2, 1)),
		(date(2026, 2, 1), date(2026, 3, 1)),
	]
	assert complete_periods(date(2026, 4, 1), 1, 3) == [(date(2026, 1, 1), date(2026, 4, 1))]
	assert complete_periods(date(2026, 12, 31), 1, 12) == [(date(2025, 1, 1), date(2026, 1, 1))]


closed_days = st.lists(
	st.builds(
		DayOfClosings,
		st.dates(date(2026, 1, 1), date(2026, 3, 1)),
		st.integers(0, 9),
		st.integers(0, 9),
		amounts,
	),
	unique_by=lambda closed: closed.day,
)


@given(closed_days, st.dates(date(2025, 12, 1), date(2026, 4, 1)), st.integers(0, 60))
def test_closings_of_a_time_are_the_sum_of_its_days(days, start, length):
	end = start + timedelta(days=length)
	found = Closings(days)
	assert found.won_between(start, end) == sum(day.amount for day in days if start <= day.day < end)
	before = [day for day in days if day.day < start]
	won, lost = sum(day.won for day in before), sum(day.lost for day in before)
	assert found.rate_before(start) == constant_rate(won, lost)

"""The percentiles of independent deals, against all outcomes counted one by one."""

import random
from itertools import product
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis import distribution
from sales_opportunity.analysis.distribution import TOLERANCE, Deal, percentiles

deals = st.builds(
	Deal,
	amount=st.integers(-50_000, 2_000_000_00),
	probability=st.integers(0, 100).map(lambda percent: percent / 100),
)


def by_counting(some_deals: list[Deal], share: float) -> int:
	"""Return the percentile by going through all outcomes."""
	outcomes = []
	for wins in product((False, True), repeat=len(some_deals)):
		weight, value = 1.0, 0
		for deal, won in zip(some_deals, wins, strict=True):
			weight *= deal.probability if won else 1 - deal.probability
			value += deal.amount if won else 0
		if weight:
			outcomes.append((value, weight))
	cumulated = 0.0
	for value, weight in sorted(outcomes):
		cumulated += weight
		if cumulated >= share - TOLERANCE:
			return value
	return max(outcomes)[0]


def test_one_deal_at_75_percent():
	assert percentiles([Deal(100_000_00, 0.75)]) == [0, 100_000_00, 100_000_00]


def test_two_deals_by_hand():
	"""Nothing 12 %, 100 alone 28 %, 300 alone 18 %, both 42 %."""
	assert percentiles([Deal(100, 0.7), Deal(300, 0.6)]) == [0, 300, 400]


def test_nothing_is_certain_without_deals():
	assert percentiles([]) == [0, 0, 0]


def test_certain_deals_are_certain():
	assert percentiles([Deal(500, 1), Deal(700, 0)]) == [500, 500, 500]


@given(st.lists(deals, max_size=9), st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_percentiles_equal_those_of_all_outcomes(some_deals, share):
	assert percentiles(some_deals, (share,)) == [by_counting(some_deals, share)]


@given(st.lists(deals, max_size=30))
def test_percentiles_lie_in_order_within_what_is_possible(some_deals):
	low, middle, high = percentiles(some_deals)
	assert sum(min(deal.amount, 0) for deal in some_deals) <= low <= middle <= high
	assert high <= sum(max(deal.amount, 0) for deal in some_deals)


@pytest.mark.parametrize(("count", "probability"), [(18, 0.9), (20, 0.99), (30, 0.99)])
def test_nearly_certain_deals_bring_no_more_than_all_of_them(count, probability):
	numbers = random.Random(count)
	many = [Deal(numbers.randint(5_000_00, 50_000_00), probability) for _ in range(count)]
	assert percentiles(many)[-1] <= sum(deal.amount for deal in many)


@given(
	st.lists(deals.filter(lambda deal: 0 < deal.probability < 1 and deal.amount > 0), min_size=1, max_size=9)
)
def test_the_grid_is_less_than_a_step_per_deal_away(some_deals):
	step = -(-sum(deal.amount for deal in some_deals) // distribution.GRID_STEPS)
	(found,) = distribution.approximate(some_deals, (0.5,))
	assert abs(found - by_counting(some_deals, 0.5)) <= step * len(some_deals)


@pytest.mark.parametrize("count", [500, 5_000])
def test_many_deals_come_close_to_the_normal_distribution(count):
	numbers = random.Random(7)
	many = [Deal(numbers.randint(100_00, 50_000_00), numbers.uniform(0.05, 0.9)) for _ in range(count)]
	mean = sum(deal.amount * deal.probability for deal in many)
	deviation = sqrt(sum(deal.variance for deal in many))
	low, middle, high = percentiles(many)
	assert low == pytest.approx(mean - 1.2816 * deviation, abs=0.05 * deviation)
	assert middle == pytest.approx(mean, abs=0.05 * deviation)
	assert high == pytest.approx(mean + 1.2816 * deviation, abs=0.05 * deviation)

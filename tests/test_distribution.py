"""The percentiles of independent deals, against all their sums one by one."""

import random
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_distribution import slow_percentile

from sales_opportunity.analysis import distribution
from sales_opportunity.analysis.distribution import (
	Deal,
	Moments,
	convolved,
	moments_of,
	percentiles,
	percentiles_with_rest,
	step_for,
)

SHARES = (0.1, 0.5, 0.9)

percents = st.integers(0, 100).map(lambda percent: percent / 100)
deals = st.builds(Deal, amount=st.integers(-50_000, 2_000_000_00), probability=percents)
open_deals = deals.filter(lambda deal: 0 < deal.probability < 1 and deal.amount > 0)
round_deals = st.builds(
	Deal, amount=st.integers(-5, 60).map(lambda hundreds: hundreds * 100_00), probability=percents
)
rare_deals = st.builds(
	Deal, amount=st.integers(-500, 10**15), probability=st.sampled_from([0.0, 0.0001, 0.5, 0.9999, 1.0])
)


def in_hundreds(count: int, most: int = 500) -> list[Deal]:
	"""Ordinary deals: up to so many hundreds, 50,000 if not told, and the probabilities of stages."""
	numbers = random.Random(1)
	return [
		Deal(numbers.randint(1, most) * 100_00, numbers.choice((0.05, 0.1, 0.25, 0.5, 0.75, 0.9)))
		for _number in range(count)
	]


def test_one_deal_at_75_percent():
	assert percentiles([Deal(100_000_00, 0.75)]) == [0, 100_000_00, 100_000_00]


def test_two_deals_by_hand():
	"""Nothing 12 %, 100 alone 28 %, 300 alone 18 %, both 42 %."""
	assert percentiles([Deal(100, 0.7), Deal(300, 0.6)]) == [0, 300, 400]


def test_nothing_is_certain_without_deals():
	assert percentiles([]) == [0, 0, 0]


def test_certain_deals_are_certain():
	assert percentiles([Deal(500, 1), Deal(700, 0)]) == [500, 500, 500]


@given(st.lists(deals, max_size=9))
def test_percentiles_of_few_deals_are_exact(some_deals):
	assert percentiles(some_deals) == [slow_percentile(some_deals, share) for share in SHARES]


@given(st.lists(round_deals, max_size=40))
def test_percentiles_of_round_amounts_are_exact(some_deals):
	assert percentiles(some_deals) == [slow_percentile(some_deals, share) for share in SHARES]


@pytest.mark.parametrize(("count", "most"), [(17, 500), (50, 500), (120, 60)])
def test_percentiles_of_ordinary_deals_are_exact(count, most):
	ordinary = in_hundreds(count, most)
	assert percentiles(ordinary) == [slow_percentile(ordinary, share) for share in SHARES]


@given(st.lists(round_deals, max_size=40), st.randoms())
def test_the_order_of_deals_does_not_matter(some_deals, chance):
	shuffled = chance.sample(some_deals, len(some_deals))
	assert percentiles(shuffled) == percentiles(some_deals)


@given(st.lists(deals | rare_deals, max_size=40))
def test_percentiles_lie_in_order_within_what_is_possible(some_deals):
	low, middle, high = percentiles(some_deals)
	assert sum(min(deal.amount, 0) for deal in some_deals) <= low <= middle <= high
	assert high <= sum(max(deal.amount, 0) for deal in some_deals)


@pytest.mark.parametrize("count", [1_001, 1_100, 3_000])
@pytest.mark.parametrize("probability", [0.0001, 0.01, 0.99, 0.9999])
@pytest.mark.parametrize("amount", [1, 10_000, 123_456_78])
def test_more_than_a_thousand_equal_deals_stay_within_what_is_possible(count, probability, amount):
	low, middle, high = percentiles([Deal(amount, probability)] * count)
	assert 0 <= low <= middle <= high <= count * amount
	assert not any(found % amount for found in (low, middle, high))


@pytest.mark.parametrize("count", [1_001, 3_000])
def test_of_many_unlikely_deals_some_come_or_none_does(count):
	"""Of 1,001 deals at 0.01 %, none comes in nine of ten cases; of 3,000, one or none."""
	smallest, largest = 1_000_00, 1_500_00
	many = [Deal(smallest + number * 7_919 % (largest - smallest), 0.0001) for number in range(count)]
	low, middle, high = percentiles(many)
	assert (low, middle) == (0, 0)
	assert high == 0 if count == 1_001 else smallest <= high <= largest


@pytest.mark.parametrize(("count", "probability"), [(18, 0.9), (20, 0.99), (30, 0.99)])
def test_nearly_certain_deals_bring_no_more_than_all_of_them(count, probability):
	numbers = random.Random(count)
	many = [Deal(numbers.randint(5_000_00, 50_000_00), probability) for _ in range(count)]
	assert percentiles(many)[-1] <= sum(deal.amount for deal in many)


@given(st.lists(open_deals, min_size=1, max_size=9))
def test_the_grid_is_less_than_a_step_per_deal_away(some_deals):
	some_deals.sort(key=lambda deal: deal.amount)
	step = step_for(some_deals)
	for found, share in zip(convolved(some_deals, SHARES), SHARES, strict=True):
		assert abs(found - slow_percentile(some_deals, share)) <= step * len(some_deals)


@pytest.mark.parametrize("amount", [7, 10**6, 10**12, 10**18])
def test_sums_of_any_size_can_be_found(amount):
	"""Of 21 deals at 50 %, ten or eleven come in half of the cases, seven or fewer in a tenth."""
	assert percentiles([Deal(amount, 0.5)] * 21) == [8 * amount, 10 * amount, 13 * amount]


@pytest.mark.parametrize(
	"many",
	[
		in_hundreds(300),
		in_hundreds(1_000),
		[Deal(deal.amount + number, deal.probability) for number, deal in enumerate(in_hundreds(300))],
		[Deal(10 ** (number % 15), 0.3) for number in range(300)],
		[Deal(10**15 + number, 0.0001) for number in range(1_000)],
	],
)
def test_the_work_is_bounded_whatever_the_amounts(many):
	many = sorted(many, key=lambda deal: deal.amount)
	step = step_for(many)
	start, weights = distribution.on_grid(many, step)
	assert len(weights) * len(many) <= 5 * distribution.WORK
	assert start * step <= sum(deal.amount for deal in many)


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


def mixed(count: int, seed: int) -> list[Deal]:
	"""Deals of which a few are a hundred times as large as most: as sales have them."""
	numbers = random.Random(seed)
	return [
		Deal(round(numbers.paretovariate(1.2) * 100_000), numbers.choice((0.05, 0.1, 0.25, 0.5, 0.75, 0.9)))
		for _number in range(count)
	]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("many", [lambda seed: mixed(3_000, seed), lambda seed: in_hundreds(2_000 + seed)])
def test_deals_that_were_added_up_have_the_percentiles_of_each_by_itself(many, seed):
	"""To a hundredth of what the sum varies by: those that matter are known by themselves, the others by their sums."""
	some = many(seed)
	whole = Moments.together(map(moments_of, some))
	known = [deal for deal in some if deal.amount >= whole.single_deal_threshold]
	rest = Moments.together([whole, *(Moments.less(deal.amount, deal.probability) for deal in known)])
	assert len(known) < len(some) / 10
	found = percentiles_with_rest(known, rest)
	for one_by_one, added_up in zip(percentiles(some), found, strict=True):
		assert abs(one_by_one - added_up) <= 0.01 * sqrt(whole.variance)


def test_of_few_deals_each_matters():
	few = Moments.together(map(moments_of, in_hundreds(1_000)))
	assert few.single_deal_threshold == 0 and not few.is_enough
	assert Moments.together(map(moments_of, in_hundreds(1_001))).single_deal_threshold > 0


def test_a_rest_that_does_not_vary_is_certain():
	certain = Moments.of_powers(1.0, 2_000, 500.0, 2_000 * 500.0, 2_000 * 500.0**2, 2_000 * 500.0**3)
	assert percentiles_with_rest([Deal(300, 0.5)], certain) == [1_000_000, 1_000_000, 1_000_300]


def test_moments_are_those_of_the_deals_in_any_unit():
	deals = in_hundreds(50)
	whole = Moments.together(map(moments_of, deals))
	in_euros = Moments.together(moments_of(Deal(deal.amount // 100, deal.probability)) for deal in deals)
	assert in_euros.times(100).variance == pytest.approx(whole.variance)
	assert in_euros.times(100).third == pytest.approx(whole.third)
	assert whole.mean == pytest.approx(sum(deal.amount * deal.probability for deal in deals))

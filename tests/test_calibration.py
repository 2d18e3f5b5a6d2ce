"""Calibrated probabilities: known values of the beta distribution, and that the truth is found."""

import random
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.calibration import beta_quantile, beta_share, calibrate

shares = st.floats(0.001, 0.999)
weights = st.floats(0.05, 500)


@pytest.mark.parametrize(
	("share", "a", "b", "expected"),
	[
		(0.5, 1, 1, 0.5),
		(0.05, 1, 1, 0.05),
		(0.5, 2, 2, 0.5),
		(0.95, 1, 2, 1 - 0.05**0.5),
		(0.05, 3, 1, 0.05 ** (1 / 3)),
		(0.05, 2, 3, 0.0976114629),
		(0.95, 2, 3, 0.7513953743),
		(0.5, 0.5, 0.5, 0.5),
		(0.25, 0.5, 0.5, 0.1464466),
	],
)
def test_quantiles_of_textbooks(share, a, b, expected):
	assert isclose(beta_quantile(share, a, b), expected, abs_tol=1e-7)


@given(st.integers(1, 60), st.integers(1, 60), shares)
def test_whole_numbers_agree_with_the_binomial_distribution(a, b, x):
	n = a + b - 1
	expected = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
	assert isclose(beta_share(x, a, b), expected, abs_tol=1e-12)


@given(shares, weights, weights)
def test_the_quantile_undoes_the_share(share, a, b):
	x = beta_quantile(share, a, b)
	assert 0 <= x <= 1
	if 1e-12 < x < 1 - 1e-6:
		assert isclose(beta_share(x, a, b), share, abs_tol=1e-6)


@given(shares, weights, weights)
def test_won_and_lost_are_mirror_images(x, a, b):
	assert isclose(beta_share(x, a, b), 1 - beta_share(1 - x, b, a), abs_tol=1e-9)


@pytest.mark.parametrize(
	("configured", "won", "lost", "exact", "calibrated"),
	[
		(25, 0, 10, 12.5, 13),
		(25, 10, 0, 62.5, 63),
		(45, 0, 10, 22.5, 23),
		(40, 2, 4, 37.5, 38),
		(29, 0, 10, 14.5, 15),
	],
)
def test_halves_are_rounded_up_as_money_is(configured, won, lost, exact, calibrated):
	found = calibrate(configured, won, lost, strength=10)
	assert isclose(100 * (configured / 10 + won) / (10 + won + lost), exact)
	assert found.calibrated == calibrated


def test_the_example_of_the_manual():
	found = calibrate(75, won=23, lost=18, strength=10)
	assert (found.count, round(found.measured)) == (41, 56)
	assert found.calibrated == 60
	assert (round(found.lower), round(found.upper)) == (48, 71)
	assert found.is_off


def test_adopting_it_again_and_again_counts_no_deal_twice():
	first = calibrate(75, won=23, lost=18, strength=10)
	again = calibrate(first.calibrated, won=23, lost=18, strength=10, prior=75)
	assert (again.calibrated, again.lower, again.upper) == (first.calibrated, first.lower, first.upper)
	assert not again.is_off


def test_without_closed_deals_the_configured_probability_stays():
	found = calibrate(40, won=0, lost=0, strength=10)
	assert (found.measured, found.calibrated, found.is_off) == (None, 40, False)


def test_a_strength_of_0_is_refused():
	with pytest.raises(ValueError, match="greater than 0"):
		calibrate(40, won=1, lost=1, strength=0)


@given(st.floats(0, 100), st.integers(0, 2000), st.integers(0, 2000), st.floats(0.1, 100))
def test_calibrated_is_never_certain_and_lies_between_configured_and_measured(
	configured, won, lost, strength
):
	found = calibrate(configured, won, lost, strength)
	assert 1 <= found.calibrated <= 99
	assert 0 <= found.lower <= found.upper <= 100
	if found.count:
		low, high = sorted((configured, found.measured))
		assert low - 1 <= found.calibrated <= high + 1


@given(st.integers(5, 95), st.integers(0, 10_000))
def test_a_true_rate_is_found_however_wrong_the_configured_one_is(truth, seed):
	source = random.Random(seed)
	won = sum(source.random() * 100 < truth for _deal in range(4000))
	found = calibrate(100 - truth, won, 4000 - won, strength=10)
	assert abs(found.calibrated - truth) <= 4


def test_the_interval_holds_the_true_rate_as_often_as_it_says():
	"""A rate drawn from the prior and deals drawn by that rate: nine of ten intervals must hold it."""
	source = random.Random(20261123)
	held = 0
	for _world in range(1500):
		truth = source.betavariate(10 * 0.6, 10 * 0.4)
		won = sum(source.random() < truth for _deal in range(30))
		found = calibrate(60, won, 30 - won, strength=10)
		held += found.lower <= 100 * truth <= found.upper
	assert 0.88 <= held / 1500 <= 0.92


def test_more_deals_make_the_interval_narrower():
	widths = [
		(lambda found: found.upper - found.lower)(calibrate(50, n // 2, n // 2, 10)) for n in (10, 100, 1000)
	]
	assert widths == sorted(widths, reverse=True)

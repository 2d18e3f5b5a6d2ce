"""How closed deals came out: rates of nothing are unknown, and not 0."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.medians import median
from sales_opportunity.analysis.win_loss import SECONDS_A_DAY, ClosedDeals, median_in_days

THREE = ClosedDeals(won=1, lost=2, won_amount=Decimal(300), lost_amount=Decimal(100))


def test_measures_of_three_deals():
	assert (THREE.win_rate, THREE.value_rate, THREE.price_gap) == (33.3, 75.0, None)


def test_what_cannot_be_measured_is_not_known():
	nothing = ClosedDeals()
	assert (nothing.win_rate, nothing.value_rate, nothing.price_gap, median_in_days([])) == (None,) * 4


def test_deals_without_value_have_no_rate_by_value():
	assert ClosedDeals(won=1).value_rate is None


def test_only_known_prices_of_competitors_are_compared():
	"""110 beside 100, and 110 beside 220."""
	assert ClosedDeals(won=2, lost=2, priced=2, gaps=0.1 - 0.5).price_gap == -20.0


def test_parts_come_to_the_whole():
	assert ClosedDeals.together([THREE, ClosedDeals(), THREE]) == ClosedDeals(
		won=2, lost=4, won_amount=Decimal(600), lost_amount=Decimal(200)
	)


@pytest.mark.parametrize(("seconds", "days"), [([86_400], 1.0), ([86_400, 2 * 86_400], 1.5), ([8_640], 0.1)])
def test_days_in_the_middle(seconds, days):
	assert median_in_days(seconds) == days


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=40))
def test_the_one_or_two_in_the_middle_are_the_median(lengths):
	number = len(lengths)
	middles = [
		length for position, length in enumerate(sorted(lengths), 1) if number <= 2 * position <= number + 2
	]
	assert median_in_days(middles) == round(median(length / SECONDS_A_DAY for length in lengths), 1)

"""How closed deals came out: rates of nothing are unknown, and not 0."""

from datetime import datetime
from decimal import Decimal

import pytest

from sales_opportunity.analysis.win_loss import (
	ClosedDeal,
	base_total,
	lost_of,
	median_days,
	price_gap,
	value_rate,
	win_rate,
	won_of,
)


def deal(won: bool, base: str = "100", *, price: float | None = None, days: int | None = 10) -> ClosedDeal:
	began_on = datetime(2026, 1, 1)
	closed_on = None if days is None else datetime(2026, 1, 1 + days)
	return ClosedDeal("SO", won, began_on, closed_on, 110.0, price, Decimal(base), None)


THREE = [deal(True, "300", days=4), deal(False, "50", days=2), deal(False, "50", days=20)]


@pytest.mark.parametrize(
	("measure", "expected"),
	[(win_rate, 33.3), (value_rate, 75.0), (median_days, 4.0), (base_total, 400), (price_gap, None)],
)
def test_measures_of_three_deals(measure, expected):
	assert measure(THREE) == expected


@pytest.mark.parametrize("measure", [win_rate, value_rate, median_days, price_gap])
def test_what_cannot_be_measured_is_not_known(measure):
	assert measure([]) is None


def test_won_and_lost_are_all():
	assert [*won_of(THREE), *lost_of(THREE)] == THREE


def test_deals_without_value_have_no_rate_by_value():
	assert value_rate([deal(True, "0")]) is None


def test_deals_without_a_moment_of_closing_have_no_length():
	assert median_days([deal(True, days=None)]) is None
	assert median_days([deal(True, days=None), deal(True, days=6)]) == 6.0


def test_only_known_prices_of_competitors_are_compared():
	assert (
		price_gap([deal(True, price=100.0), deal(False, price=220.0), deal(False), deal(False, price=0)])
		== -20.0
	)

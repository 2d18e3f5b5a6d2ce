"""Small decisions of the reports: bands, what is needed, the numbers of what stands against a forecast."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.demand import Stock, due_date, net_needs, order_date
from sales_opportunity.analysis.obstacles import AT_MOST_ONE, BITS, OBSTACLES, obstacles_of
from sales_opportunity.tests.bands_by_hand import discount_band, effective_discount, size_band

TODAY = date(2026, 6, 15)
TOMORROW = date(2026, 6, 16)
quantities = st.decimals("0", "1000", places=2)


@pytest.mark.parametrize(("amount", "band"), [(0, 0), ("999.99", 0), (1000, 1), (60_000, 4), (500_000, 6)])
def test_bands_of_size(amount, band):
	assert size_band(amount) == band


@pytest.mark.parametrize(("percentage", "band"), [(0, 0), ("0.5", 1), (5, 1), ("5.01", 2), (20, 3), (50, 4)])
def test_bands_of_discount(percentage, band):
	assert discount_band(percentage) == band


def test_the_discount_is_that_on_the_list_value():
	assert effective_discount([(2, 1000, 10), (1, 1000, 0)]).quantize(Decimal("0.01")) == Decimal("6.67")
	assert effective_discount([(3, "333.33", 10)]) == 10
	assert effective_discount([]) == 0


def test_a_line_is_due_on_its_delivery_date_else_after_the_close_date():
	assert due_date(TOMORROW, TODAY, 30) == TOMORROW
	assert due_date(None, TODAY, 30) == date(2026, 7, 15)
	assert due_date(None, TODAY, None) == TODAY
	assert due_date(None, None, 30) is None


def test_it_has_to_be_ordered_the_lead_time_before():
	assert order_date(date(2026, 7, 15), 30) == TODAY
	assert order_date(TODAY, None) == TODAY
	assert order_date(None, 30) is None


def test_stock_serves_the_earliest_demand_first():
	assert net_needs([Decimal(5), Decimal(5), Decimal(5)], Stock(6, 2, 1).available) == [0, 3, 5]


def test_what_was_promised_beyond_the_stock_is_needed_first():
	assert net_needs([Decimal(5), Decimal(5)], Decimal(-2)) == [7, 5]


@given(st.lists(quantities, min_size=1), quantities)
def test_needs_and_stock_together_are_the_demand(demands, available):
	needs = net_needs(demands, available)
	assert sum(needs) == max(sum(demands) - available, 0)
	assert all(0 <= need <= demand for need, demand in zip(needs, demands, strict=True))


def test_the_number_of_several_obstacles_tells_each_of_them():
	assert obstacles_of(0) == []
	for one, other in combinations(OBSTACLES, 2):
		assert obstacles_of(BITS[one] + BITS[other]) == [one, other]
	assert [name for names in AT_MOST_ONE for name in names] == list(OBSTACLES)

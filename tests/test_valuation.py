"""What an opportunity is worth, in the words and figures of a salesperson."""

from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.deal.stage_rules import (
	StageFacts,
	is_probability_allowed,
	missing_requirements,
)
from sales_opportunity.pricing.money import allocate, round_money, to_decimal
from sales_opportunity.pricing.valuation import (
	converted,
	exact_sum,
	exchanged,
	line_amount,
	weighted,
)

amounts = st.decimals("0", "99999999.99", places=2)
percentages = st.decimals("0", "100", places=2)
quantities = st.decimals("0", "10000", places=3)


def test_100000_at_5_percent_enter_the_forecast_with_5000():
	assert weighted(100_000, 5) == Decimal("5000.00")


def test_the_same_100000_in_the_quoting_stage_at_75_percent_are_75000():
	assert weighted(100_000, 75) == Decimal("75000.00")


def test_won_counts_in_full_and_lost_not_at_all():
	assert weighted(100_000, 100) == 100_000
	assert weighted(100_000, 0) == 0


def test_a_foreign_amount_is_weighted_and_converted_with_one_rounding():
	assert weighted("0.05", 50, "0.5") == Decimal("0.01")
	assert weighted("100.10", "33.33", "1.0712") == Decimal("35.74")


def test_a_line_is_quantity_times_rate_less_discount():
	assert line_amount(3, "19.99", 10) == Decimal("53.97")
	assert line_amount("0.1", "0.3") == Decimal("0.03")


def test_half_a_cent_is_rounded_up_commercially():
	assert round_money(Decimal("2.675")) == Decimal("2.68")
	assert line_amount(1, 2.675) == Decimal("2.68")


def test_a_discount_of_what_the_line_is_shown_to_come_to_leaves_nothing():
	assert line_amount(3, "0.335") == Decimal("1.01")
	assert [line_amount(3, "0.335", 0, 2, discount) for discount in ("1.00", "1.01")] == [Decimal("0.01"), 0]
	assert line_amount(3, "0.335", 0, 2, "1.02") < 0


def test_yen_have_no_decimals():
	assert line_amount(3, "33.4", 0, places=0) == Decimal(100)


def test_empty_values_count_as_nothing():
	assert to_decimal(None) == to_decimal("") == 0
	assert line_amount(None, 5) == 0


@given(amounts, percentages)
def test_the_weighted_amount_lies_between_nothing_and_the_amount(amount, probability):
	assert 0 <= weighted(amount, probability) <= amount


@given(amounts, percentages, percentages)
def test_a_higher_probability_never_gives_a_lower_value(amount, one, other):
	low, high = sorted((one, other))
	assert weighted(amount, low) <= weighted(amount, high)


@given(quantities, amounts, percentages)
def test_a_line_is_off_by_at_most_half_a_cent_from_the_exact_value(quantity, rate, discount):
	exact = quantity * rate * (100 - discount) / 100
	assert abs(line_amount(quantity, rate, discount) - exact) <= Decimal("0.005")


@given(amounts)
def test_an_amount_in_the_companys_currency_converts_to_itself(amount):
	assert converted(amount, 1) == amount


def test_a_price_in_the_companys_currency_becomes_one_in_the_deals():
	assert exchanged(1000, 1, "1.05") == Decimal("952.38")
	assert exchanged("952.38", "1.05", 1) == Decimal("1000.00")
	assert exchanged(1000, 1, "0.0061", places=0) == Decimal(163934)


@given(amounts, st.decimals("0.01", "100", places=4))
def test_there_and_back_is_off_by_no_more_than_the_rounding(amount, rate):
	there = exchanged(amount, 1, rate, places=6)
	assert abs(exchanged(there, rate, 1) - amount) <= Decimal("0.01")


@given(st.lists(amounts, max_size=50))
def test_the_sum_of_lines_is_exact(parts):
	assert exact_sum(map(float, parts)) == sum(parts)


@given(amounts, st.lists(amounts, min_size=1, max_size=8))
def test_what_is_spread_adds_up_and_nobody_is_off_by_a_cent(total, weights):
	shares = allocate(total, weights)
	assert sum(shares) == total
	if sum(weights):
		for share, weight in zip(shares, weights, strict=True):
			assert abs(share - total * weight / sum(weights)) <= Decimal("0.01")


@pytest.mark.parametrize(
	("total", "weights", "shares"),
	[
		("0.25", (1, 1), ("0.13", "0.12")),
		("100", (1, 1, 1), ("33.34", "33.33", "33.33")),
		("-0.01", (1, 3), ("0.00", "-0.01")),
		("7", (7,), ("7.00",)),
		("7", (), ()),
	],
)
def test_the_cents_left_over_go_to_the_largest_remainders(total, weights, shares):
	assert allocate(Decimal(total), [Decimal(weight) for weight in weights]) == [
		Decimal(share) for share in shares
	]


@pytest.mark.parametrize(
	("stage_type", "probability", "allowed"),
	[
		("Won", 100, True),
		("Won", 99.9, False),
		("Lost", 0, True),
		("Lost", 1, False),
		("Open", 0, True),
		("Open", 100, True),
		("Open", -1, False),
		("Open", 100.1, False),
	],
)
def test_won_is_always_100_and_lost_always_0(stage_type, probability, allowed):
	assert is_probability_allowed(stage_type, probability) is allowed


def test_a_stage_names_everything_that_is_missing_in_a_fixed_order():
	nothing, everything = (StageFacts(*[has] * len(fields(StageFacts))) for has in (False, True))
	assert missing_requirements(everything, nothing) == [
		"items",
		"expected_close_date",
		"issued_quote",
		"next_activity",
		"source",
	]
	assert missing_requirements(nothing, nothing) == []
	assert missing_requirements(everything, everything) == []

"""What recurring lines are worth over their term, per month and per year: nothing gained, nothing lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.deal_value import DealLine, deal_value
from sales_opportunity.pricing.money import round_money
from sales_opportunity.pricing.recurrence import (
	MONTHS,
	RecurringSums,
	TermShare,
	charged_periods,
	recurring_sums,
	sums_by_recurrence,
	usual_periods,
)
from sales_opportunity.pricing.valuation import line_amount

PLACES = st.sampled_from((0, 2, 3))
"""Yen, euro, dinar."""
RECURRENCES = st.sampled_from(("", *MONTHS))


@st.composite
def deals(draw):
	"""A deal in any currency: lines of all kinds, with discounts, and freight."""
	places = draw(PLACES)
	amounts = st.decimals(0, 100_000, places=places)
	lines = draw(st.lists(st.tuples(amounts, RECURRENCES, st.integers(1, 60)), min_size=1, max_size=6))
	return places, [TermShare(*line) for line in lines], draw(amounts)


def test_a_price_per_month_counts_as_often_as_it_is_charged():
	assert line_amount(3, "49.90", 0, periods=12) == Decimal("1796.40")
	assert line_amount(3, "49.90", 10, periods=12) == Decimal("1616.76")


def test_an_amount_is_rounded_once_and_not_per_period():
	assert line_amount(1, "0.333333", 0, periods=12) == Decimal("4.00")


@given(st.decimals(0, 1000, places=3), st.decimals(0, 10_000, places=6), st.integers(0, 100), PLACES)
def test_what_is_sold_once_is_worth_what_it_was(quantity, rate, discount, places):
	assert line_amount(
		quantity, rate, discount, places, periods=charged_periods(TermShare(Decimal(0)))
	) == line_amount(quantity, rate, discount, places)


@pytest.mark.parametrize(
	("recurrence", "months", "periods"),
	[("Monthly", 12, 12), ("Quarterly", 12, 4), ("Yearly", 12, 1), ("Yearly", 6, 1), ("Quarterly", 13, 5)],
)
def test_a_usual_term_has_whole_periods(recurrence, months, periods):
	assert usual_periods(recurrence, months) == periods


def test_each_recurrence_counts_per_month_and_per_year():
	sums = recurring_sums(
		[
			TermShare(Decimal("1000.00")),
			TermShare(Decimal("1200.00"), "Monthly", 24),  # 50 a month
			TermShare(Decimal("300.00"), "Quarterly", 4),  # 75 a quarter, 25 a month
			TermShare(Decimal("100.00"), "Yearly", 1),  # 8.333 a month
		],
		Decimal("11.90"),
	)
	assert sums == RecurringSums(
		one_off=Decimal("1011.90"),
		monthly=Decimal("83.33"),
		yearly=Decimal("1000.00"),
		contract_value=Decimal("2611.90"),
	)


@given(deals())
def test_once_and_terms_are_the_contract_value_to_the_last_decimal(deal):
	places, shares, freight = deal
	sums = recurring_sums(shares, freight, places)
	recurring = [share for share in shares if share.recurrence]
	if not recurring:
		assert sums == RecurringSums()
		return
	assert sums.contract_value == sum((share.amount for share in shares), freight)
	assert sums.one_off + sum(share.amount for share in recurring) == sums.contract_value


@given(deals())
def test_a_year_is_twelve_months_but_for_the_rounding(deal):
	places, shares, freight = deal
	sums = recurring_sums(shares, freight, places)
	cent = Decimal(1).scaleb(-places)
	assert abs(sums.yearly - 12 * sums.monthly) <= 6 * cent + cent / 2


@given(deals())
def test_the_paper_s_sums_per_period_make_the_month(deal):
	places, shares, freight = deal
	found = sums_by_recurrence(shares, places)
	assert set(found) == {share.recurrence for share in shares if share.recurrence}
	exact = sum((amount / MONTHS[recurrence] for recurrence, amount in found.items()), Decimal(0))
	cent = Decimal(1).scaleb(-places)
	assert abs(recurring_sums(shares, freight, places).monthly - exact) <= cent * len(found)


@given(
	st.lists(
		st.tuples(
			st.integers(1, 20), st.decimals(0, 5_000, places=2), st.integers(0, 100), st.integers(1, 60)
		),
		min_size=1,
		max_size=5,
	),
	st.integers(0, 100),
	PLACES,
)
def test_shares_of_a_deal_with_recurring_lines_are_its_net(lines, discount, places):
	value = deal_value(
		[DealLine(*line[:3], name=str(index), periods=line[3]) for index, line in enumerate(lines)],
		discount,
		places=places,
	)
	assert sum(value.lines) == value.net
	assert all(share == round_money(share, places) for share in value.lines)

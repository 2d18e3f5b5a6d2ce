"""Open and won deals by period and group: nothing is lost, nothing is counted twice."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.periods import OVERDUE, UNDATED
from sales_opportunity.analysis.revenue import Revenue, RevenueShare, by_group, by_period, names_of, split

TODAY = date(2026, 3, 15)


def value(name: str = "A", *, won: bool = False, day: date | None = TODAY, group: str | None = None, **more):
	figures = {"probability": Decimal(50), "amount": Decimal(100), "weighted": Decimal(50), **more}
	return RevenueShare(name=name, is_won=won, day=day, group=group, **figures)


@pytest.mark.parametrize(
	("won", "day", "start"),
	[
		(False, TODAY, date(2026, 3, 1)),
		(False, date(2026, 3, 14), OVERDUE),
		(True, date(2026, 3, 14), date(2026, 3, 1)),
		(False, None, UNDATED),
		(True, None, UNDATED),
		(False, date(2027, 12, 31), date(2027, 12, 1)),
	],
)
def test_each_deal_lies_in_its_period(won, day, start):
	assert list(by_period([value(won=won, day=day)], "Month", TODAY)) == [start]


def test_periods_come_in_order_and_without_gaps_where_wanted():
	values = [
		value(day=date(2026, 6, 1)),
		value(day=None),
		value(day=date(2026, 4, 1)),
		value(day=date(2025, 1, 1)),
	]
	starts = [OVERDUE, date(2026, 4, 1), date(2026, 6, 1), UNDATED]
	assert list(by_period(values, "Month", TODAY)) == starts
	with_gap = by_period(values, "Month", TODAY, without_gaps=True)
	assert list(with_gap) == [*starts[:2], date(2026, 5, 1), *starts[2:]]
	assert with_gap[date(2026, 5, 1)] == []


def test_where_nothing_lies_there_is_one_group_without_a_name():
	assert by_group([]) == {None: []}
	first, second = value("A", group="X"), value("B")
	assert by_group([first, second]) == {"X": [first], None: [second]}


@given(
	st.decimals("0", "100000", places=2),
	st.decimals("0", "100000", places=2),
	st.dictionaries(
		st.text(min_size=1, max_size=2), st.decimals("0", "1000", places=2), min_size=1, max_size=5
	),
)
def test_a_deal_is_split_to_the_cent(amount, weighted, shares):
	whole = value(amount=amount, weighted=weighted)
	parts = split(whole, shares, 2)
	assert [part.group for part in parts] == list(shares)
	assert sum(part.amount for part in parts) == amount
	assert sum(part.weighted for part in parts) == weighted


def test_won_and_open_deals_are_told_apart():
	values = [value("B"), value("A", won=True, amount=Decimal(30)), value("B", group="X")]
	revenue = Revenue.of(values)
	assert (revenue.nominal, revenue.weighted, revenue.earned) == (200, 100, 30)
	assert (revenue.deals, revenue.won_deals) == (1, 1)
	assert names_of(values) == {"open": ["B"], "won": ["A"], "both": ["A", "B"]}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**9), st.integers(0, 100)), max_size=30))
def test_parts_come_to_the_same_as_all_deals_at_once(deals):
	values = [
		value(str(number), won=won, amount=Decimal(cents) / 100, probability=Decimal(percent))
		for number, (won, cents, percent) in enumerate(deals)
	]
	assert Revenue.together(Revenue.of([each]) for each in values) == Revenue.of(values)


def test_the_item_groups_of_a_deal_come_together_or_not_at_all():
	halves = [value("A", group=group, amount=Decimal(50)) for group in ("X", "Y")]
	assert Revenue.of(halves).percentiles(2) == Revenue.of([value("A")]).percentiles(2)


def test_what_is_won_is_certain():
	assert Revenue.of([value(won=True)]).percentiles(2) == [100, 100, 100]

"""The forecast over the service period: nothing gained, nothing lost, in any currency."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from sales_opportunity.analysis.revenue import Revenue, RevenueShare
from sales_opportunity.analysis.spreading import ChargedLine, charged_days, poured, spread
from sales_opportunity.pricing.recurrence import MONTHS

CLOSE = date(2026, 1, 31)


def deal(amount: str, weighted: str = "0", **values) -> RevenueShare:
	return RevenueShare(
		**{
			"name": "D1",
			"is_won": False,
			"day": CLOSE,
			"group": None,
			"probability": Decimal(50),
			"amount": Decimal(amount),
			"weighted": Decimal(weighted),
			**values,
		}
	)


def by_day(parts: list[RevenueShare]) -> dict[str, str]:
	return {str(part.day): str(part.amount) for part in parts}


def test_months_begin_on_the_day_of_the_deal_and_keep_within_their_month():
	line = ChargedLine(Decimal(400), "Monthly", 4)
	assert by_day(spread(deal("400.00", "200.00"), [line], (), 2)) == {
		"2026-01-31": "100.00",
		"2026-02-28": "100.00",
		"2026-03-31": "100.00",
		"2026-04-30": "100.00",
	}


def test_a_line_begins_when_it_says_so_but_not_before_an_open_deal_closes():
	line = ChargedLine(Decimal(200), "Quarterly", 2, date(2026, 3, 1))
	early = ChargedLine(Decimal(50), "Yearly", 1, date(2025, 1, 1))
	assert by_day(spread(deal("250.00"), [line, early], (), 2)) == {
		"2026-01-31": "50.00",
		"2026-03-01": "100.00",
		"2026-06-01": "100.00",
	}
	assert by_day(spread(deal("250.00", is_won=True), [line, early], (), 2)) == {
		"2025-01-01": "50.00",
		"2026-03-01": "100.00",
		"2026-06-01": "100.00",
	}


def test_what_is_sold_once_goes_by_its_plan_and_freight_with_it():
	plan = [(date(2026, 2, 15), Decimal(30)), (date(2026, 5, 15), Decimal(70))]
	lines = [ChargedLine(Decimal(900)), ChargedLine(Decimal(100)), ChargedLine(Decimal(120), "Monthly", 12)]
	parts = by_day(spread(deal("1120.00"), lines, plan, 2))
	assert (parts["2026-02-15"], parts["2026-05-15"]) == ("300.00", "700.00")
	assert parts["2026-01-31"] == parts["2026-12-31"] == "10.00"
	assert len(parts) == 14


def test_a_deal_without_lines_or_worth_counts_on_its_day():
	assert by_day(spread(deal("500.00"), [], (), 2)) == {"2026-01-31": "500.00"}
	assert by_day(spread(deal("500.00"), [ChargedLine(Decimal(0), "Monthly", 12)], (), 2)) == {
		"2026-01-31": "500.00"
	}
	undated = deal("500.00", day=None)
	assert spread(undated, [ChargedLine(Decimal(1), "Monthly", 12)], (), 2) == [undated]


def test_the_earliest_parts_are_billed_first():
	line = ChargedLine(Decimal(300), "Monthly", 3)
	won = deal("300.00", is_won=True, billed=Decimal("150.00"), open_orders=Decimal("100.00"))
	assert [(part.billed, part.open_orders) for part in spread(won, [line], (), 2)] == [
		(100, 0),
		(50, 50),
		(0, 50),
	]


@st.composite
def spread_deals(draw):
	"""A deal in any currency, with lines of all kinds, with a plan or without."""
	places = draw(st.sampled_from((0, 2, 3)))
	amounts = st.decimals(0, 1_000_000, places=places)
	days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
	lines = draw(
		st.lists(
			st.builds(
				ChargedLine,
				st.decimals(0, 10_000, places=places),
				st.sampled_from(("", *MONTHS)),
				st.integers(1, 40),
				st.none() | days,
			),
			max_size=3,
		)
	)
	plan = draw(st.lists(st.tuples(days, st.decimals("0.01", 100, places=2)), max_size=4))
	amount, is_won = draw(amounts), draw(st.booleans())
	billed = min(draw(amounts), amount)
	value = deal(
		str(amount),
		str(draw(amounts)),
		is_won=is_won,
		billed=billed,
		open_orders=min(draw(amounts), amount - billed),
	)
	return places, value, lines, plan


@given(spread_deals())
def test_nothing_is_gained_and_nothing_lost(found):
	places, value, lines, plan = found
	parts = spread(value, lines, plan, places)
	for name in ("amount", "weighted", "billed", "open_orders"):
		assert sum(getattr(part, name) for part in parts) == getattr(value, name), name
	assert all(part.amount == part.amount.quantize(Decimal(1).scaleb(-places)) for part in parts)
	assert all(part.amount >= part.billed + part.open_orders for part in parts)
	assert len({part.day for part in parts}) == len(parts)


@given(spread_deals())
def test_an_open_deal_brings_nothing_before_it_closes(found):
	_places, value, lines, plan = found
	days = charged_days(lines, plan, CLOSE, CLOSE)
	assert min(days) >= CLOSE
	assert value.is_won or min(part.day for part in spread(value, lines, plan, 2)) >= CLOSE


@settings(max_examples=25)
@given(st.lists(spread_deals(), min_size=1, max_size=3))
def test_the_total_and_its_percentiles_are_those_at_the_close_date(found):
	values = [
		RevenueShare(**{**vars(value), "name": f"D{index}", "amount": value.amount.quantize(Decimal("0.01"))})
		for index, (_places, value, _lines, _plan) in enumerate(found)
	]
	parts = [
		part
		for value, (_places, _value, lines, plan) in zip(values, found, strict=True)
		for part in spread(value, lines, plan, 2)
	]
	whole, spread_whole = Revenue.of(values), Revenue.of(parts)
	assert whole.percentiles(2) == spread_whole.percentiles(2)
	assert (whole.deals, whole.nominal, whole.earned) == (
		spread_whole.deals,
		spread_whole.nominal,
		spread_whole.earned,
	)


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=6), st.decimals(0, 1_000, places=2))
def test_what_is_poured_is_all_there(amounts, total):
	assert sum(poured(total, amounts)) == total

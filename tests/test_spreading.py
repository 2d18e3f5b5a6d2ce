"""The forecast over the service period: nothing gained, nothing lost, in any currency."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales_opportunity.analysis.revenue import Revenue, RevenueShare, split
from sales_opportunity.analysis.spreading import ChargedLine, charged_days, filled_parts, spread_over_days
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
	assert by_day(spread_over_days(deal("400.00", "200.00"), [line], (), 2)) == {
		"2026-01-31": "100.00",
		"2026-02-28": "100.00",
		"2026-03-31": "100.00",
		"2026-04-30": "100.00",
	}


def test_a_line_begins_when_it_says_so_but_not_before_an_open_deal_closes():
	line = ChargedLine(Decimal(200), "Quarterly", 2, date(2026, 3, 1))
	early = ChargedLine(Decimal(50), "Yearly", 1, date(2025, 1, 1))
	assert by_day(spread_over_days(deal("250.00"), [line, early], (), 2)) == {
		"2026-01-31": "50.00",
		"2026-03-01": "100.00",
		"2026-06-01": "100.00",
	}
	assert by_day(spread_over_days(deal("250.00", is_won=True), [line, early], (), 2)) == {
		"2025-01-01": "50.00",
		"2026-03-01": "100.00",
		"2026-06-01": "100.00",
	}


def test_what_is_sold_once_goes_by_its_plan_and_freight_with_it():
	plan = [(date(2026, 2, 15), Decimal(30)), (date(2026, 5, 15), Decimal(70))]
	lines = [ChargedLine(Decimal(900)), ChargedLine(Decimal(100)), ChargedLine(Decimal(120), "Monthly", 12)]
	parts = by_day(spread_over_days(deal("1120.00"), lines, plan, 2))
	assert (parts["2026-02-15"], parts["2026-05-15"]) == ("300.00", "700.00")
	assert parts["2026-01-31"] == parts["2026-12-31"] == "10.00"
	assert len(parts) == 14


def test_a_deal_without_lines_or_worth_counts_on_its_day():
	assert by_day(spread_over_days(deal("500.00"), [], (), 2)) == {"2026-01-31": "500.00"}
	assert by_day(spread_over_days(deal("500.00"), [ChargedLine(Decimal(0), "Monthly", 12)], (), 2)) == {
		"2026-01-31": "500.00"
	}
	undated = deal("500.00", day=None)
	assert spread_over_days(undated, [ChargedLine(Decimal(1), "Monthly", 12)], (), 2) == [undated]


def test_the_earliest_parts_are_billed_first():
	line = ChargedLine(Decimal(300), "Monthly", 3)
	won = deal("300.00", is_won=True, billed=Decimal("150.00"), open_orders=Decimal("100.00"))
	assert [(part.billed, part.open_orders) for part in spread_over_days(won, [line], (), 2)] == [
		(100, 0),
		(50, 50),
		(0, 50),
	]


LEASE = ChargedLine(Decimal(1200), "Monthly", 12)


def figures(parts: list[RevenueShare], name: str) -> list[str]:
	return [str(getattr(part, name)) for part in parts]


@pytest.mark.parametrize(
	("billed", "expected"),
	[
		("0", [0] * 12),
		("150.00", [0, 100, 50, *[0] * 9]),
		("200.00", [-900, *[100] * 11]),
		("-900.00", [-900, *[0] * 11]),
	],
)
def test_of_a_lease_with_a_trade_in_only_what_is_billed_counts_as_billed(billed, expected):
	won = deal("200.00", is_won=True, billed=Decimal(billed), open_orders=Decimal(200) - Decimal(billed))
	parts = spread_over_days(won, [LEASE, ChargedLine(Decimal(-1000))], (), 2)
	assert [part.amount for part in parts] == [-900, *[100] * 11]
	assert [part.billed for part in parts] == expected
	assert [part.billed + part.open_orders for part in parts] == [-900, *[100] * 11]


def test_a_typed_amount_on_lines_that_nearly_cancel_out_stays_what_it_is():
	parts = spread_over_days(deal("50000.00", "25000.00"), [LEASE, ChargedLine(Decimal(-1190))], (), 2)
	assert abs(parts[0].amount - (Decimal(51190) / 12 - 1190)) <= Decimal("0.01")
	assert all(-1190 <= part.amount <= 51190 for part in parts)
	assert all(abs(part.weighted * 2 - part.amount) <= Decimal("0.02") for part in parts)


def test_a_deal_that_comes_to_nothing_has_its_months_all_the_same():
	parts = spread_over_days(deal("0.00", "0.00"), [LEASE, ChargedLine(Decimal(-1200))], (), 2)
	assert figures(parts, "amount") == ["-1100.00", *["100.00"] * 11]
	assert figures(parts, "weighted") == ["-550.00", *["50.00"] * 11]


def test_groups_that_nearly_cancel_out_are_not_magnified():
	shares = {"Bikes": Decimal(30000), "Trade-Ins": Decimal("-29999.99")}
	parts = split(deal("0.01", "0.01"), shares, 2)
	assert figures(parts, "amount") == ["30000.00", "-29999.99"]
	assert figures(parts, "weighted") == ["15000.01", "-15000.00"]
	parts = split(deal("0.00", "0.00"), {"Bikes": Decimal(500), "Trade-Ins": Decimal(-500)}, 2)
	assert figures(parts, "amount") == ["500.00", "-500.00"]
	parts = split(deal("50000.00", "25000.00"), {"Bikes": Decimal(1200), "Trade-Ins": Decimal(-1190)}, 2)
	assert figures(parts, "amount") == ["51190.00", "-1190.00"]


def test_of_groups_with_a_trade_in_only_what_is_billed_counts_as_billed():
	shares = {"Bikes": Decimal(300), "Care": Decimal(100), "Trade-Ins": Decimal(-399)}
	won = deal("1.00", is_won=True, billed=Decimal("0.40"), open_orders=Decimal("0.60"))
	parts = split(won, shares, 2)
	assert figures(parts, "billed") == ["0.30", "0.10", "0.00"]
	assert [part.billed + part.open_orders for part in parts] == [300, 100, -399]


def sold_lines(places: int, days):
	"""Lines that are sold once or again and again, from a day on or from that of the deal."""
	return st.builds(
		ChargedLine,
		st.decimals(0, 10_000, places=places),
		st.sampled_from(("", *MONTHS)),
		st.integers(1, 40),
		st.none() | days,
	)


@st.composite
def spread_deals(draw):
	"""A deal in any currency, with lines of all kinds, with a plan or without."""
	places = draw(st.sampled_from((0, 2, 3)))
	amounts = st.decimals(0, 1_000_000, places=places)
	days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
	lines = draw(
		st.lists(
			sold_lines(places, days),
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
	parts = spread_over_days(value, lines, plan, places)
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
	assert value.is_won or min(part.day for part in spread_over_days(value, lines, plan, 2)) >= CLOSE


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
		for part in spread_over_days(value, lines, plan, 2)
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
	assert sum(filled_parts(total, amounts)) == total


@st.composite
def deals_with_deductions(draw):
	"""A deal whose lines may cancel out, worth what they are or what somebody typed, billed and ordered in any part."""
	places = draw(st.sampled_from((0, 2, 3)))
	unit = Decimal(1).scaleb(-places)
	days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
	sold = draw(
		st.lists(
			sold_lines(places, days),
			min_size=1,
			max_size=3,
		)
	)
	deducted = [
		ChargedLine(-value)
		for value in draw(st.lists(st.decimals(unit, 10_000, places=places), min_size=1, max_size=2))
	]
	lines = draw(st.permutations([*sold, *deducted]))
	plan = draw(st.lists(st.tuples(days, st.decimals("0.01", 100, places=2)), max_size=3))
	own = sum(line.amount for line in lines)
	amount = draw(st.one_of(st.just(own), st.decimals(0, 50_000, places=places)))
	probability = draw(st.sampled_from((0, 1, 50, 99, 100)))
	billed = draw(st.sampled_from((Decimal(0), amount, (amount / 3).quantize(unit))))
	value = deal(
		str(amount),
		str((amount * probability / 100).quantize(unit)),
		probability=Decimal(probability),
		is_won=draw(st.booleans()),
		billed=billed,
		open_orders=draw(st.sampled_from((Decimal(0), amount - billed))),
	)
	return places, value, lines, plan


NAMES = ("amount", "weighted", "billed", "open_orders")


@given(deals_with_deductions())
def test_with_deductions_nothing_is_gained_lost_or_magnified_by_day(found):
	places, value, lines, plan = found
	parts = spread_over_days(value, lines, plan, places)
	for name in NAMES:
		assert sum(getattr(part, name) for part in parts) == getattr(value, name), name
	sold = sum(max(line.amount, Decimal(0)) for line in lines)
	taken = sum(min(line.amount, Decimal(0)) for line in lines)
	slack = Decimal(len(parts)).scaleb(-places)
	for part in parts:
		assert taken - slack <= part.amount <= max(sold, value.amount - taken) + slack
		assert abs(part.weighted - part.amount * value.probability / 100) <= slack
		if sold and value.billed not in (value.amount, 0):
			assert part.billed * value.billed >= 0
	if value.amount == sold + taken and any(part.amount for part in parts):
		exact = charged_days(lines, plan, CLOSE, date.min if value.is_won else CLOSE)
		for part in parts:
			assert abs(part.amount - exact.get(part.day, 0)) <= Decimal(1).scaleb(-places)


@given(deals_with_deductions())
def test_with_deductions_nothing_is_gained_lost_or_magnified_by_group(found):
	places, value, lines, _plan = found
	shares = {f"G{index}": line.amount for index, line in enumerate(lines)}
	parts = split(value, shares, places)
	for name in NAMES:
		assert sum(getattr(part, name) for part in parts) == getattr(value, name), name
	if any(line.amount > 0 for line in lines):
		for part, line in zip(parts, lines, strict=True):
			if line.amount < 0:
				assert part.amount == line.amount
			elif value.amount == sum(shares.values()):
				assert part.amount == line.amount

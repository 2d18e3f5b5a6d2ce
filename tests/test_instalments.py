"""Plans of instalments divide what is paid once: nothing gained, nothing lost, in any currency."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.erpnext.orders.schedule import Payment, scheduled_payments
from sales_opportunity.pricing.instalments import are_alike, due_once, due_over_time
from sales_opportunity.pricing.money import allocate, to_decimal
from sales_opportunity.pricing.totals import TaxedAmount, compute_totals

PLACES = st.sampled_from((0, 2, 3))
"""Yen, euro, dinar."""
RATES = st.sampled_from(("0", "5.5", "7", "19"))


@st.composite
def quotes(draw):
	"""Decimals of the currency, whether prices include tax, and lines with their tax and whether they recur."""
	places = draw(PLACES)
	amounts = st.decimals(0, 100_000, places=places)
	lines = st.lists(st.tuples(amounts, RATES.map(Decimal), st.booleans()), min_size=1, max_size=6)
	return places, draw(st.booleans()), draw(lines)


@given(quotes(), st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_what_is_paid_once_and_what_recurs_is_all_and_the_instalments_are_what_is_paid_once(quote, weights):
	places, includes_tax, lines = quote

	def gross(recurs: bool) -> Decimal:
		kept = [TaxedAmount(amount, str(rate), rate) for amount, rate, is_one in lines if is_one == recurs]
		return compute_totals(kept, 0, None, includes_tax, places).gross

	total = gross(True) + gross(False)
	recurring = [(amount, rate) for amount, rate, recurs in lines if recurs]
	once = due_once(total, recurring, includes_tax, places)
	assert once == gross(False)
	instalments = allocate(once, [to_decimal(weight) for weight in weights], places)
	assert sum(instalments) == once
	unit = Decimal(1).scaleb(-places)
	for amount, weight in zip(instalments, weights, strict=True):
		assert amount == amount.quantize(unit)
		assert abs(amount - once * weight / sum(weights)) < unit


@given(
	PLACES,
	st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
	st.integers(0, 10**9),
)
def test_a_plan_that_was_fitted_to_another_total_is_the_same_plan(places, units, other_units):
	unit = Decimal(1).scaleb(-places)
	plan = [count * unit for count in units]
	fitted = allocate(other_units * unit, plan, places)
	assert are_alike(plan, fitted, places)
	assert are_alike(fitted, plan, places)


def test_other_parts_or_another_number_of_instalments_are_another_plan():
	plan = [Decimal(300), Decimal(700)]
	assert not are_alike(plan, [Decimal(400), Decimal(600)])
	assert not are_alike(plan, [Decimal(1000)])
	assert not are_alike([], plan)
	assert are_alike([], [])


def test_tax_of_what_recurs_is_rounded_once_per_rate():
	recurring = [(Decimal("0.50"), Decimal(19)), (Decimal("0.50"), Decimal(19)), (Decimal(1), Decimal(7))]
	assert due_once(Decimal("102.26"), recurring) == Decimal("100.00")


@given(
	PLACES,
	st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10**6)), max_size=12),
	st.integers(0, 10**9),
	st.integers(0, 40),
)
def test_an_order_is_paid_in_full_on_different_days_none_of_them_past(places, plan, units, passed):
	start, total = date(2027, 1, 1), units * Decimal(1).scaleb(-places)
	first_day = start + timedelta(days=passed)
	rows = [(start + timedelta(days=days), Decimal(weight), "") for days, weight in plan]
	found = scheduled_payments(rows, total, first_day, places)
	assert sum(payment.amount for payment in found) == (total if plan else 0)
	days = [payment.due_date for payment in found]
	assert days == sorted(set(days))
	assert all(day >= first_day for day in days)
	for payment in found:
		assert round(float(total) * float(payment.portion) / 100, places) == float(payment.amount)


def test_instalments_of_one_day_are_one_payment():
	plan = [
		(date(2027, 3, 1), Decimal(50), "On delivery"),
		(date(2026, 12, 1), Decimal(30), "On order"),
		(date(2027, 1, 1), Decimal(20), "At New Year"),
	]
	assert scheduled_payments(plan, Decimal("99.99"), date(2027, 1, 1)) == [
		Payment(date(2027, 1, 1), Decimal("50.00"), Decimal("50.005000500"), "On order, At New Year"),
		Payment(date(2027, 3, 1), Decimal("49.99"), Decimal("49.994999500"), "On delivery"),
	]
	assert scheduled_payments(plan, Decimal(0), date(2027, 1, 1)) == []


@given(
	PLACES,
	st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10**6)), min_size=1, max_size=6),
	st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 60)), min_size=1, max_size=4),
	st.integers(0, 10**9),
	st.integers(0, 10**9),
)
def test_what_is_due_over_time_is_all_of_the_total_and_each_period_as_much_as_the_other(
	places, plan, terms, units, once_units
):
	unit, start = Decimal(1).scaleb(-places), date(2027, 1, 1)
	once, total = once_units * unit, (once_units + units) * unit
	rows = [(start + timedelta(days=days), Decimal(weight), "") for days, weight in plan]
	lines = [
		(Decimal(weight), [(start + timedelta(days=31 * number), str(place)) for number in range(periods)])
		for place, (weight, periods) in enumerate(terms)
	]
	found = due_over_time(total, once, rows, lines, places)
	assert sum(amount for _day, amount, _text in found) == total
	assert sum(amount for _day, amount, _text in found[: len(plan)]) == once
	for place, (_weight, periods) in enumerate(lines):
		parts = [amount for _day, amount, text in found[len(plan) :] if text == str(place)]
		assert len(parts) == len(periods)
		assert max(parts) - min(parts) <= unit


def test_each_month_of_a_contract_is_due_with_its_tax_and_the_rest_at_once():
	months = [(date(2027, month, 1), f"Month {month}") for month in (1, 2, 3)]
	assert due_over_time(
		Decimal("476.00"),
		Decimal("119.00"),
		[(date(2026, 12, 1), Decimal(1), "Set-up")],
		[(Decimal(357), months)],
	) == [
		(date(2026, 12, 1), Decimal("119.00"), "Set-up"),
		(date(2027, 1, 1), Decimal("119.00"), "Month 1"),
		(date(2027, 2, 1), Decimal("119.00"), "Month 2"),
		(date(2027, 3, 1), Decimal("119.00"), "Month 3"),
	]


def test_there_is_no_schedule_where_trade_ins_are_more_than_what_is_sold_once():
	assert due_over_time(Decimal(100), Decimal(-1), [], [(Decimal(1), [(date(2027, 1, 1), "")])]) == []

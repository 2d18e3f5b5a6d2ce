"""What changed the pipeline between two days: each cause by itself, and that the bars always add up."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.waterfall import (
	CLOSING,
	MOVEMENTS,
	OPENING,
	Bridge,
	PipelineValue,
	Scope,
	State,
	movements,
	sum_of_values,
	value_in_company_currency,
)

ALL = Scope()
MARCH = Scope(close_from=date(2026, 3, 1), close_to=date(2026, 3, 31))


def state(amount="1000", probability="50", status="Open", rate="1", currency="EUR", **values) -> State:
	amount, probability, rate = Decimal(amount), Decimal(probability), Decimal(rate)
	value = value_in_company_currency(amount, probability, rate, 2)
	return State(
		status,
		values.pop("class_id", "A"),
		values.pop("owner", "anna"),
		currency=currency,
		rate=rate,
		amount=amount,
		probability=probability,
		base_amount=value.nominal,
		base_weighted_amount=value.weighted,
		**values,
	)


def bars(before: State | None, after: State | None, scope: Scope = ALL) -> dict[str, tuple]:
	"""Return the bars that move, each with its nominal and weighted value as text."""
	return {
		bar: (f"{value.nominal:f}", f"{value.weighted:f}")
		for bar, value in movements(before, after, scope)
		if value
	}


def test_an_opportunity_that_is_created_brings_its_value():
	assert bars(None, state()) == {"new": ("1000.00", "500.00")}


def test_a_higher_amount_is_weighed_with_the_former_probability():
	assert bars(state("1000", "50"), state("1200", "75")) == {
		"amount": ("200.00", "100.00"),
		"probability": ("0.00", "300.00"),
	}


def test_a_rate_of_exchange_comes_before_the_amount():
	assert bars(state(rate="1.05", currency="CHF"), state("2000", rate="1.10", currency="CHF")) == {
		"currency": ("50.00", "25.00"),
		"amount": ("1100.00", "550.00"),
	}


def test_amounts_in_two_currencies_do_not_compare():
	assert bars(state("1000"), state("950", rate="1.05", currency="CHF")) == {"currency": ("-2.50", "-1.25")}


def test_what_is_won_leaves_with_the_final_amount_and_the_weight_that_it_had():
	assert bars(state("1000", "50"), state("1200", "100", "Won")) == {
		"amount": ("200.00", "100.00"),
		"won": ("-1200.00", "-600.00"),
	}


def test_what_is_lost_leaves_and_comes_back_when_reopened():
	assert bars(state(), state("1000", "0", "Lost")) == {"lost": ("-1000.00", "-500.00")}
	assert bars(state("1000", "0", "Lost"), state()) == {"reopened": ("1000.00", "500.00")}


def test_a_close_date_moves_into_the_period_and_out_of_it():
	march, april = state(expected_close_date=date(2026, 3, 31)), state(expected_close_date=date(2026, 4, 1))
	assert bars(april, march, MARCH) == {"date_in": ("1000.00", "500.00")}
	assert bars(march, april, MARCH) == {"date_out": ("-1000.00", "-500.00")}
	assert bars(march, state(), MARCH) == {"date_out": ("-1000.00", "-500.00")}
	assert bars(march, april) == {}


def test_another_class_or_responsible_hands_the_opportunity_over():
	mine = Scope(owner="anna")
	assert bars(state(), state(owner="ben"), mine) == {"handed_out": ("-1000.00", "-500.00")}
	assert bars(state(class_id="B"), state(), Scope(class_id="A")) == {"handed_in": ("1000.00", "500.00")}


def test_what_was_deleted_leaves_and_what_never_was_in_the_pipeline_does_not_count():
	assert bars(state(), None) == {"deleted": ("-1000.00", "-500.00")}
	assert bars(None, state(status="Won")) == {}
	assert bars(state(status="Lost"), None) == {}


states = st.builds(
	state,
	amount=st.decimals("0", "999999.99", places=2),
	probability=st.decimals("0", "100", places=1),
	status=st.sampled_from(("Open", "Open", "Open", "Won", "Lost")),
	rate=st.decimals("0.001", "50", places=4),
	currency=st.sampled_from(("EUR", "CHF")),
	class_id=st.sampled_from("AB"),
	owner=st.sampled_from(("anna", "ben", None)),
	expected_close_date=st.one_of(st.none(), st.dates(date(2026, 2, 1), date(2026, 4, 30))),
)
histories = st.lists(st.lists(st.one_of(st.none(), states), min_size=1, max_size=6), max_size=8)
scopes = st.builds(
	Scope,
	class_id=st.sampled_from((None, "A")),
	owner=st.sampled_from((None, "anna")),
	close_from=st.sampled_from((None, date(2026, 3, 1))),
	close_to=st.sampled_from((None, date(2026, 3, 31))),
)


@given(histories, scopes, st.sampled_from((0, 2, 3)))
def test_opening_and_all_movements_are_the_closing_to_the_cent(courses, scope, places):
	bridge = Bridge(places)
	for number, course in enumerate(courses):
		bridge.add(f"OPP-{number}", course, scope)
	moved = sum_of_values(bridge.total(bar) for bar in MOVEMENTS)
	assert bridge.total(OPENING) + moved == bridge.total(CLOSING)
	assert bridge.total(CLOSING) == sum_of_values(scope.value(course[-1]) for course in courses)


@given(st.one_of(st.none(), states), st.one_of(st.none(), states), scopes)
def test_each_step_adds_up_and_gives_at_most_one_reason_for_coming_or_leaving(before, after, scope):
	parts = movements(before, after, scope)
	assert sum_of_values(value for _bar, value in parts) == scope.value(after) - scope.value(before)
	reasons = [bar for bar, _value in parts if bar not in ("amount", "probability", "currency")]
	assert len(reasons) == (scope.counts(before) != scope.counts(after))


@given(states, scopes)
def test_where_nothing_changes_nothing_moves(same, scope):
	assert not any(value for _bar, value in movements(same, same, scope))


def test_the_parts_of_one_opportunity_are_joined_in_each_bar():
	bridge = Bridge()
	bridge.add("OPP-1", [state("100"), state("150"), state("120")], ALL)
	assert bridge.bars["amount"] == {"OPP-1": PipelineValue(Decimal("20.00"), Decimal("10.00"))}

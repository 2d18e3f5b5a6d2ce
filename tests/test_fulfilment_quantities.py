"""Requested parts of sold lines: never more than sold, and worth as much as the line, to the cent."""

from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.deal.request_status import TRANSITIONS, is_allowed
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.quantities import (
	is_available,
	open_quantity,
	part_amount,
	to_quantity,
)

quantities = st.decimals("-3", "50", places=2)
sold_quantities = st.decimals("0.01", "50", places=2)
amounts = st.decimals("0", "99999.99", places=2)
actions = st.lists(
	st.tuples(st.sampled_from(["request", "edit", "cancel", "rest"]), quantities, st.integers(0, 9)),
	max_size=30,
)


class Line:
	"""A sold line and its parts as (quantity, amount), changed as requests change them."""

	def __init__(self, sold: Decimal, amount: Decimal):
		self.sold, self.amount = sold, amount
		self.parts: list[tuple[Decimal, Decimal]] = []

	def others(self, without: int | None = None) -> tuple[Decimal, Decimal]:
		rest = [part for number, part in enumerate(self.parts) if number != without]
		return sum((part[0] for part in rest), Decimal(0)), sum((part[1] for part in rest), Decimal(0))

	def request(self, quantity: Decimal, without: int | None = None) -> bool:
		requested, requested_amount = self.others(without)
		if not is_available(quantity, self.sold, requested):
			return False
		worth = part_amount(self.amount, self.sold, requested, requested_amount, quantity)
		if without is None:
			self.parts.append((quantity, worth))
		else:
			self.parts[without] = (quantity, worth)
		return True

	def act(self, action: str, quantity: Decimal, number: int) -> bool:
		if action == "rest":
			return self.request(open_quantity(self.sold, self.others()[0]))
		if action == "request":
			return self.request(quantity)
		if number >= len(self.parts):
			return False
		if action == "edit":
			return self.request(quantity, without=number)
		del self.parts[number]
		return True


@given(sold_quantities, amounts, actions)
def test_any_sequence_of_requests_keeps_within_what_was_sold(sold, amount, sequence):
	line = Line(sold, amount)
	for action in sequence:
		before = list(line.parts)
		if not line.act(*action):
			assert line.parts == before
		requested, requested_amount = line.others()
		assert 0 <= requested <= sold
		assert 0 <= requested_amount <= amount
		assert all(quantity > 0 and worth >= 0 for quantity, worth in line.parts)


@given(sold_quantities, amounts, actions)
def test_the_parts_of_a_line_that_is_requested_in_full_add_up_to_it(sold, amount, sequence):
	line = Line(sold, amount)
	for action in sequence:
		line.act(*action)
		if line.others()[0] == sold:
			assert line.others()[1] == amount
	line.request(open_quantity(sold, line.others()[0]))
	assert line.others() == (sold, amount)


@given(st.integers(1, 60), amounts, st.sampled_from([0, 2, 3]))
def test_parts_that_follow_one_another_never_run_more_than_half_a_unit_away_from_their_share(
	count, amount, places
):
	amount = round(amount, places)
	unit = Decimal(1).scaleb(-places)
	taken = Decimal(0)
	for number in range(count):
		taken += part_amount(amount, count, number, taken, 1, places)
		assert abs(taken - amount * (number + 1) / count) <= unit / 2
	assert taken == amount


def test_a_third_three_times_is_the_whole_line():
	taken, parts = Decimal(0), []
	for number in range(3):
		parts.append(part_amount("100.00", 3, number, taken, 1))
		taken += parts[-1]
	assert parts == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]


def test_nothing_less_than_something_and_no_more_than_what_is_open_is_available():
	assert is_available(2, 5, 3)
	assert not is_available("2.000000001", 5, 3)
	assert not is_available(0, 5, 3)
	assert not is_available(-1, 5, 3)
	assert not is_available(1, 5, 5)
	assert open_quantity(5, 7) == 0


def test_floats_count_as_the_decimals_that_a_person_reads():
	assert open_quantity(0.3, 0.1 + 0.2) == 0
	assert is_available(0.1, 0.3, 0.2)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "many"])
def test_what_is_not_a_number_is_refused(value):
	with pytest.raises(InvalidOperation):
		to_quantity(value)


def test_only_open_requests_go_on():
	allowed = {(a, b) for a in TRANSITIONS for b in TRANSITIONS if is_allowed(a, b)}
	assert allowed == {("Open", "Done"), ("Open", "Cancelled")}


def test_a_done_request_is_cancelled_only_with_its_document():
	allowed = {(a, b) for a in TRANSITIONS for b in TRANSITIONS if is_allowed(a, b, document_ended=True)}
	assert allowed == {("Open", "Done"), ("Open", "Cancelled"), ("Done", "Cancelled")}

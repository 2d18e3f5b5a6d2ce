"""Which rows of an order stand for which lines of its deal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.erpnext.orders.rows import (
	AgreedRow,
	OpenRow,
	by_item,
	have_same_amounts,
	lines_for,
	parts_of,
)
from sales_opportunity.pricing.valuation import exact_sum

LINES = [
	OpenRow("a", "BIKE", Decimal(1)),
	OpenRow("b", "BOOK", Decimal(5)),
	OpenRow("c", "BIKE", Decimal(4)),
]


@pytest.mark.parametrize(
	("rows", "lines"),
	[
		([], []),
		([("BELL", 1)], [None]),
		([("BIKE", 1)], ["a"]),
		([("BIKE", 2)], ["c"]),
		([("BIKE", 9)], ["c"]),
		([("BIKE", 1), ("BIKE", 1), ("BOOK", 5), ("BOOK", 1)], ["a", "c", "b", "b"]),
	],
)
def test_a_row_added_by_hand_is_the_line_with_room_for_it(rows, lines):
	assert lines_for([(item, Decimal(quantity)) for item, quantity in rows], LINES) == lines


@pytest.mark.parametrize(
	("quantity", "parts", "rest"),
	[
		(1, {"a": 1}, 0),
		(3, {"a": 1, "b": 2}, 0),
		(10, {"a": 1, "b": 5, "c": 4}, 0),
		(11, {"a": 1, "b": 5, "c": 4}, 1),
	],
)
def test_the_first_rows_are_taken_first(quantity, parts, rest):
	assert parts_of(Decimal(quantity), LINES) == (parts, rest)


def test_a_row_without_anything_open_is_left_out():
	assert parts_of(Decimal(1), [OpenRow("a", "BIKE", Decimal(0)), LINES[1]]) == ({"b": 1}, 0)


def test_lines_are_the_same_but_for_the_cents_of_rounding():
	asked = {"a": Decimal("100"), "b": Decimal("50")}
	for found, expected in (
		({"a": Decimal("100"), "b": Decimal("50")}, True),
		({"a": Decimal("100.01"), "b": Decimal("49.99")}, True),
		({"a": Decimal("110"), "b": Decimal("40")}, False),
		({"a": Decimal("150")}, False),
	):
		assert have_same_amounts(asked, found, 2) is expected


AGREED = st.builds(
	AgreedRow,
	st.sampled_from(("BIKE", "BOOK", "BELL")),
	st.decimals("0.001", 9999, places=3),
	st.decimals(0, 9999, places=6),
)


@given(st.lists(AGREED, max_size=6))
def test_rows_of_one_item_are_one_with_as_much_at_the_mean_price(rows):
	found = by_item(rows)
	assert [row.item for row in found] == list(dict.fromkeys(row.item for row in rows))
	for row in found:
		parts = [part for part in rows if part.item == row.item]
		assert row.quantity == exact_sum(part.quantity for part in parts)
		assert min(part.rate for part in parts) <= row.rate <= max(part.rate for part in parts)
		worth = exact_sum(part.quantity * part.rate for part in parts)
		assert abs(row.quantity * row.rate - worth) <= row.quantity * Decimal("0.0000005")

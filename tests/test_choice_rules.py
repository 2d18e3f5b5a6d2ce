"""What a customer may choose on a quote, in plain numbers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.totals import TaxedAmount, compute_totals
from sales_opportunity.pricing.valuation import line_amount
from sales_opportunity.sales_opportunity.doctype.quote_item.choice_rules import (
	ImpossibleChoiceError,
	OfferedLine,
	as_offered,
	choosable,
	chosen_quantities,
	groups,
	read_choice,
	remaining_rows,
)

ONE = Decimal(1)


def rows(*kinds: str) -> list[OfferedLine]:
	return [OfferedLine(kind, ONE) for kind in kinds]


def test_an_alternative_belongs_to_the_line_before_it_in_its_section():
	lines = rows(
		"Priced", "Alternative", "Text", "Alternative", "Optional", "Heading", "Alternative", "Priced"
	)
	assert groups(lines) == [0, 0, None, 0, None, None, None, None]
	assert choosable(lines) == {0, 1, 3, 4}


@pytest.mark.parametrize(
	("choice", "counting"),
	[
		({}, {0, 3}),
		({0: None}, {0, 3}),
		({1: None}, {1, 3}),
		({1: None, 2: None}, {1, 2, 3}),
		({4: None}, {0, 3, 4}),
		({5: None}, {0, 3, 5}),
	],
)
def test_of_alternatives_one_counts_and_of_optional_ones_what_was_ticked(choice, counting):
	lines = rows("Priced", "Alternative", "Optional", "Priced", "Optional", "Alternative")
	assert set(chosen_quantities(lines, choice)) == counting


@pytest.mark.parametrize(
	"choice", [{0: None, 1: None}, {4: None, 5: None}, {3: None}, {9: None}, {0: ONE * 2}]
)
def test_two_of_one_group_fixed_lines_and_unknown_ones_are_refused(choice):
	lines = rows("Priced", "Alternative", "Optional", "Priced", "Optional", "Alternative")
	with pytest.raises(ImpossibleChoiceError):
		chosen_quantities(lines, choice)


@pytest.mark.parametrize(
	("line", "wished", "is_possible"),
	[
		(OfferedLine("Priced", Decimal(10), True, Decimal(5), Decimal(20)), "5", True),
		(OfferedLine("Priced", Decimal(10), True, Decimal(5), Decimal(20)), "20", True),
		(OfferedLine("Priced", Decimal(10), True, Decimal(5), Decimal(20)), "4", False),
		(OfferedLine("Priced", Decimal(10), True, Decimal(5), Decimal(20)), "21", False),
		(OfferedLine("Priced", Decimal(10), True, Decimal(5), Decimal(20)), "7.5", False),
		(OfferedLine("Priced", Decimal(30), True, Decimal(5), Decimal(20)), "30", True),
		(OfferedLine("Priced", Decimal("2.5"), True), "0.1", True),
		(OfferedLine("Priced", Decimal("2.5"), True), "0", False),
		(OfferedLine("Priced", Decimal("2.5"), True), "2.55", False),
		(OfferedLine("Priced", Decimal(10), True), "999999", True),
		(OfferedLine("Priced", Decimal(10), True), "1000000", False),
		(OfferedLine("Optional", Decimal(10)), "10", True),
		(OfferedLine("Optional", Decimal(10)), "9", False),
	],
)
def test_a_quantity_keeps_within_its_limits_and_decimals(line, wished, is_possible):
	if is_possible:
		assert chosen_quantities([line], {0: Decimal(wished)}) == {0: Decimal(wished)}
		return
	with pytest.raises(ImpossibleChoiceError):
		chosen_quantities([line], {0: Decimal(wished)})


@pytest.mark.parametrize(
	"sent",
	[
		{"1": "-1"},
		{"1": "NaN"},
		{"1": "Infinity"},
		{"1": "1e9"},
		{"1": "1" * 400},
		{"1": "٣"},
		{"1": ""},
		{"1": 2},
		{"1": True},
		{"1": ["1"]},
		{"1": {"quantity": 1}},
		{"0": None},
		{"-1": None},
		{"3": None},
		{"1 ": None},
		{"a1b2c3": None},
		{"1": None, "2": None, "3": None},
	],
)
def test_what_does_not_read_like_a_choice_is_refused(sent):
	with pytest.raises(ImpossibleChoiceError):
		read_choice(sent, 2)


def test_headings_and_subtotals_go_with_their_last_line():
	lines = rows(
		"Heading", "Priced", "Heading", "Optional", "Subtotal", "Heading", "Optional", "Subtotal", "Text"
	)
	assert remaining_rows(lines, {1: ONE}) == [0, 1, 4, 5, 8]
	assert remaining_rows(lines, {1: ONE, 3: ONE}) == [0, 1, 2, 3, 4, 5, 8]
	assert remaining_rows(lines[:-1], {1: ONE}) == [0, 1, 4]


QUANTITIES = st.integers(1, 40).map(Decimal)
KINDS = st.sampled_from(["Priced", "Optional", "Alternative", "Heading", "Text", "Subtotal"])
PRICES = st.decimals(0, 5000, places=2)
CONDITIONS = st.tuples(st.decimals(0, 100, places=1), st.decimals(0, 90, places=2), st.booleans())


@st.composite
def offers(draw):
	"""A quote's lines with prices and taxes, and a choice that it allows."""
	kinds = ["Priced", *draw(st.lists(KINDS, max_size=10))]
	lines = [
		OfferedLine(
			kind, draw(QUANTITIES), draw(st.booleans()) and kind not in ("Heading", "Text", "Subtotal")
		)
		for kind in kinds
	]
	members = groups(lines)
	wishes = {}
	for place in sorted(choosable(lines)):
		is_free = members[place] is None or all(members[other] != members[place] for other in wishes)
		if is_free and draw(st.booleans()):
			wishes[place] = draw(st.none() | QUANTITIES) if lines[place].is_quantity_open else None
	prices = [(draw(PRICES), draw(st.sampled_from(["19", "7"]))) for _line in lines]
	return lines, prices, wishes


@given(offers(), CONDITIONS)
def test_what_was_chosen_comes_to_what_a_quote_of_these_lines_made_by_hand_does(offer, conditions):
	lines, prices, wishes = offer
	percentage, freight, is_gross = conditions
	counting = chosen_quantities(lines, wishes)

	def totals(counted):
		amounts = [
			TaxedAmount(
				line_amount(quantity, prices[place][0]), prices[place][1], to_decimal(prices[place][1])
			)
			for place, quantity in counted
		]
		return compute_totals(amounts, percentage, TaxedAmount(freight), is_gross)

	by_hand = []
	for place, line in enumerate(lines):
		group = [other for other in wishes if groups(lines)[other] == groups(lines)[place] is not None]
		if place in wishes or (line.row_type == "Priced" and not group):
			by_hand.append((place, wishes.get(place) or line.quantity))
	assert totals(counting.items()) == totals(by_hand)
	rest = [replace(lines[place], row_type="Priced") for place in counting]
	assert list(as_offered(rest).values()) == [line.quantity for line in rest]
	assert {place for place in remaining_rows(lines, counting) if lines[place].row_type != "Text"} >= set(
		counting
	)

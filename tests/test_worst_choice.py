"""The worst of all that a customer may choose, against all of it tried one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.margin import Margin
from sales_opportunity.pricing.money import HUNDRED, round_money
from sales_opportunity.sales_opportunity.doctype.quote_item.choice_rules import (
	ImpossibleChoiceError,
	OfferedLine,
	choosable,
	chosen_quantities,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import (
	LOWEST_MARGIN,
	known_margin,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.worst_choice import (
	Possibility,
	highest_discount,
	largest_rise,
	lowest_margin,
	offered_places,
	possible_places,
)

NONE = Decimal(0)


@dataclass(frozen=True)
class Line:
	"""A line with its prices per unit: without discount, after that in %, its cost; and a fixed discount."""

	offered: OfferedLine
	full: Decimal
	price: Decimal
	cost: Decimal = NONE
	fixed: Decimal = NONE

	def at(self, quantity: Decimal) -> Possibility:
		asked = quantity * self.price - self.fixed
		return Possibility(quantity * self.full, asked, asked, quantity * self.cost if self.cost else None)


def line(kind, full, price, cost=0, fixed=0, quantity=1, limits=None) -> Line:
	quantities = map(Decimal, limits or (0, 0))
	offered = OfferedLine(kind, Decimal(quantity), bool(limits), *quantities)
	return Line(offered, Decimal(full), Decimal(price), Decimal(cost), Decimal(fixed))


def worst(lines: list[Line], fixed=0):
	"""Return the highest discount, the lowest margin, and by how much the net total can rise."""
	found = possible_places(
		[each.offered for each in lines], [each.fixed / each.price if each.price else NONE for each in lines]
	)
	slots = [[lines[place[0]].at(place[1]) if place else Possibility() for place in slot] for slot in found]
	fixed = Decimal(fixed)
	return highest_discount(slots, fixed), lowest_margin(slots, fixed, fixed), largest_rise(slots)


@pytest.mark.parametrize(
	("lines", "fixed", "expected"),
	[
		([line("Priced", 100, 100)], 0, "0"),
		([line("Priced", 100, 90), line("Priced", 100, 100)], 0, "5"),
		([line("Priced", 100, 90)], 9, "19"),
		([line("Priced", 3, 2)], 0, "33.33"),
		([line("Priced", 0, 0)], 0, "0"),
		([line("Priced", 100, 0)], 0, "100"),
		([line("Priced", 1000, 1000), line("Optional", 1000, 500)], 0, "25"),
		([line("Priced", 1000, 1000), line("Alternative", 1000, 500)], 0, "50"),
		([line("Priced", 1000, 1000), line("Alternative", 100, 100)], 50, "50"),
		([line("Priced", 100, 80), line("Optional", 100, 90)], 0, "20"),
		([line("Priced", 2490, 2490, fixed=2400, quantity=14, limits=(0, 0))], 0, "96.39"),
		([line("Priced", 100, 100, fixed=250, quantity=14, limits=(0, 0))], 0, "83.33"),
		([line("Priced", 100, 100), line("Priced", 100, 50, limits=(0, 9))], 0, "45"),
		([line("Priced", 100, 100, limits=(1, 1)), line("Alternative", 40, 40)], 50, "100"),
	],
)
def test_a_discount_is_the_highest_that_the_customer_may_choose(lines, fixed, expected):
	assert worst(lines, fixed)[0] == Decimal(expected)


def test_a_margin_is_the_lowest_that_the_customer_may_choose():
	assert worst([line("Priced", 100, 100)])[1] is None
	assert worst([line("Priced", 100, 100, 50), line("Optional", 100, 100, 90)])[1] == 30
	assert worst([line("Priced", 100, 100, 50), line("Alternative", 100, 100, 90)])[1] == 10
	assert worst([line("Priced", 100, 0, 50)])[1] == LOWEST_MARGIN
	# of 100 off, lines whose cost is not known carry at least a half
	assert worst([line("Priced", 1000, 1000, 800), line("Priced", 1000, 1000)], 100)[1] == Decimal("15.79")


def test_of_what_nobody_chooses_only_priced_lines_are_offered():
	lines = [line(kind, 1, 1).offered for kind in ("Priced", "Alternative", "Optional", "Text", "Priced")]
	assert offered_places(lines) == [[(0, 1)], [(4, 1)]]


@st.composite
def quotes(draw):
	lines = []
	kinds = st.sampled_from(["Priced", "Optional", "Alternative", "Heading"])
	for kind in ["Priced", *draw(st.lists(kinds, max_size=4))]:
		full = draw(st.integers(1, 9)) * 10
		price = full - draw(st.integers(0, 5))
		limits = draw(st.none() | st.sampled_from([(1, 3), (2, 4)]))
		quantity = draw(st.integers(2, 3))
		fixed, cost = draw(st.sampled_from([0, 0, 3, 15])), draw(st.sampled_from([0, 20, price]))
		lines.append(line(kind, full, price, cost, min(fixed, price * quantity), quantity, limits))
	return lines


def choices(lines: list[Line]) -> Iterator[list[Possibility]]:
	"""Yield what counts after each choice that the page accepts."""
	offers = [each.offered for each in lines]
	places = sorted(choosable(offers))
	ways = [
		("left", None, *(map(Decimal, range(1, 5)) if offers[place].is_quantity_open else ()))
		for place in places
	]
	for way in product(*ways):
		choice = {place: wished for place, wished in zip(places, way, strict=True) if wished != "left"}
		try:
			counting = chosen_quantities(offers, choice)
		except ImpossibleChoiceError:
			continue
		found = [lines[place].at(quantity) for place, quantity in counting.items()]
		if all(each.asked >= 0 for each in found):
			yield found


def margin(found: list[Possibility], fixed: Decimal) -> Decimal | None:
	known = [each for each in found if each.cost is not None]
	asked, of_known = (sum((each.asked for each in group), NONE) for group in (found, known))
	share = fixed * of_known / asked if asked else NONE
	return known_margin(Margin(of_known - share, sum((each.cost for each in known), NONE)))


@given(quotes(), st.sampled_from([0, 0, 5, 30]))
def test_nothing_that_the_page_accepts_is_worse_and_something_is_as_bad(lines, fixed):
	fixed = Decimal(fixed)
	discounts, margins, sums = [], [], []
	is_always_left = True
	for found in choices(lines):
		full, asked = sum((each.full for each in found), NONE), sum((each.asked for each in found), NONE)
		is_always_left = is_always_left and asked >= fixed
		if asked < fixed:
			continue
		discounts.append(round_money((full - asked + fixed) * HUNDRED / full))
		margins.append(margin(found, fixed))
		sums.append(asked)
	discount, lowest, rise = worst(lines, fixed)
	as_offered = offered_places([each.offered for each in lines])
	offered = sum((lines[place].at(quantity).asked for [(place, quantity)] in as_offered), NONE)
	known = [each for each in margins if each is not None]
	assert discount >= max(discounts, default=NONE)
	assert not known or (lowest is not None and lowest <= min(known))
	assert not sums or offered + rise == max(sums)
	if is_always_left:
		assert discount == max(discounts)
		if not fixed or all(each.cost for each in lines):
			assert lowest == min(known, default=None)


def test_the_gross_total_rises_with_the_tax_of_what_is_chosen():
	slots = [
		[
			Possibility(revenue=Decimal(100), gross=Decimal(119)),
			Possibility(revenue=Decimal(300), gross=Decimal(357)),
		],
		[Possibility(), Possibility(revenue=Decimal(50), gross=Decimal("53.50"))],
	]
	assert largest_rise(slots) == 250
	assert largest_rise(slots, with_tax=True) == Decimal("291.50")

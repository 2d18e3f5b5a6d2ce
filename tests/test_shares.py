"""Deals of several people: nothing is gained and nothing lost, whatever the shares, the parts and the currency."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.revenue import RevenueShare, divided_among
from sales_opportunity.analysis.spreading import ChargedLine, spread_over_days
from sales_opportunity.pricing.shares import divided, divided_parts, percentages

PLACES = st.sampled_from((0, 2, 3))


@st.composite
def people(draw):
	"""Everybody's percentages: the colleagues' are above 0 and 100 at most, together."""
	left = Decimal(100)
	colleagues = {}
	for name in "bcde"[: draw(st.integers(0, 4))]:
		share = draw(st.decimals("0.01", "100", places=2))
		if share > left:
			break
		colleagues[name] = share
		left -= share
	return percentages("a", colleagues)


@st.composite
def amounts(draw):
	places = draw(PLACES)
	return places, draw(st.lists(st.decimals("-100000", "100000", places=places), min_size=1, max_size=6))


def test_the_responsible_person_has_what_colleagues_leave():
	shares = percentages("anna", {"ben": Decimal("33.33"), "cleo": Decimal(40)})
	assert shares == {"anna": Decimal("26.67"), "ben": Decimal("33.33"), "cleo": Decimal(40)}
	parts = divided(Decimal("1000.01"), shares)
	assert parts == {"anna": Decimal("266.70"), "ben": Decimal("333.30"), "cleo": Decimal("400.01")}
	assert percentages(None, {"ben": Decimal(100)}) == {"": Decimal(0), "ben": Decimal(100)}


@given(amounts(), people())
def test_parts_come_to_the_whole_and_are_near_their_share(money, shares):
	places, (total, *_rest) = money
	parts = divided(total, shares, places)
	assert sum(parts.values()) == total
	unit = Decimal(1).scaleb(-places)
	for person, part in parts.items():
		assert part == part.quantize(unit)
		assert abs(part - total * shares[person] / 100) < unit


@given(amounts(), people())
def test_each_part_of_a_deal_and_everybodys_whole_are_right_at_once(money, shares):
	places, parts = money
	found = divided_parts(parts, shares, places)
	assert [sum(part.values()) for part in found] == parts
	whole = divided(sum(parts, Decimal(0)), shares, places)
	assert {person: sum(part[person] for part in found) for person in shares} == whole


@given(amounts(), people())
def test_all_figures_of_a_deal_are_divided(money, shares):
	places, parts = money
	values = [
		RevenueShare("D", True, None, None, Decimal(50), part, part / 2, part, Decimal(0)) for part in parts
	]
	of_people = divided_among(values, shares, places)
	for place, value in enumerate(values):
		for field in ("amount", "billed", "open_orders"):
			assert sum(getattr(of_people[person][place], field) for person in shares) == getattr(value, field)


@st.composite
def charged(draw):
	"""A deal with parts on several days and in several groups, in any order, and the places of its currency."""
	places = draw(PLACES)
	money = st.decimals("0", "100000", places=places)
	terms = draw(st.lists(st.tuples(money, st.integers(1, 24)), min_size=1, max_size=4))
	found = []
	for number, (amount, periods) in enumerate(terms):
		value = RevenueShare(
			"D", True, date(2026, 1, 31), f"G{number}", Decimal(50), amount, Decimal(0), amount / 2
		)
		found += spread_over_days(value, [ChargedLine(Decimal(1), "Monthly", periods)], (), places)
	return places, draw(st.permutations(found))


@given(charged(), people())
def test_what_a_person_has_of_a_day_hangs_on_no_order_and_no_group(deal, shares):
	places, values = deal
	of_people = divided_among(values, shares, places)
	days = sorted({value.day for value in values})
	of_days = divided_parts([of_day(values, day) for day in days], shares, places)
	for day, parts in zip(days, of_days, strict=True):
		assert {person: of_day(own, day) for person, own in of_people.items()} == parts
		assert sum(parts.values()) == of_day(values, day)


def of_day(values: list[RevenueShare], day: date) -> Decimal:
	return sum((value.amount for value in values if value.day == day), Decimal(0))

"""Deals of several people: nothing is gained and nothing lost, whatever the shares, the parts and the currency."""

from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

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


@st.composite
def small_amounts(draw, signs=(1, -1)):
	"""A deal's parts by day: of few units, where largest remainders fall often."""
	places, sign = draw(PLACES), draw(st.sampled_from(signs))
	units = st.sampled_from((0, 1, 1, 1, 2, 3, 5, 8, 40 * sign, sign, sign))
	days = draw(st.lists(st.lists(units, min_size=1, max_size=3), min_size=6, max_size=20))
	return places, [[Decimal(part).scaleb(-places) for part in day] for day in days]


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
	whole = divided(sum(parts, Decimal(0)), shares, places)
	for days in ([parts], [[part] for part in parts]):
		found = divided_parts(days, shares, places)
		assert [sum(of_people.values()) for of_people in found] == parts
		assert {person: sum(of_people[person] for of_people in found) for person in shares} == whole


@given(small_amounts(), people())
def test_nobody_has_less_than_nothing_of_a_part_nor_gains_of_what_is_taken_off(money, shares):
	places, days = money
	parts = [part for day in days for part in day]
	found = divided_parts(days, shares, places)
	assert [sum(of_people.values()) for of_people in found] == parts
	for part, of_people in zip(parts, found, strict=True):
		assert all(own * part >= 0 and abs(own) <= abs(part) for own in of_people.values())
		assert not any(own for person, own in of_people.items() if not shares[person])
	whole = divided(sum(parts, Decimal(0)), shares, places)
	assert {person: sum(of_people[person] for of_people in found) for person in shares} == whole


@given(small_amounts(signs=(1,)), people())
def test_parts_are_the_steps_of_what_is_divided_unless_one_goes_back(money, shares):
	places, days = money
	parts = [part for day in days for part in day]
	totals = [divided(total, shares, places) for total in accumulate(parts, initial=Decimal(0))]
	steps = [{person: now[person] - former[person] for person in shares} for former, now in pairwise(totals)]
	if all(own >= 0 for step in steps for own in step.values()):
		assert divided_parts(days, shares, places) == steps


def test_largest_remainders_that_fall_take_nothing_back():
	"""Of 11.97 somebody with 0.29 % has the cent of 0.0347; of 12.32, 0.0357, the others' remainders are larger."""
	shares = percentages("a", {"b": Decimal("0.29"), "c": Decimal("63.77")})
	parts = [Decimal(part) for part in ("2.97", "2.19", "2.08", "1.73", "3.00", "0.35")]
	assert [divided(total, shares)["b"] for total in (sum(parts[:5]), sum(parts))] == [
		Decimal("0.04"),
		Decimal("0.03"),
	]
	found = divided_parts([[part] for part in parts], shares)
	assert min(own for of_people in found for own in of_people.values()) == 0
	assert sum(of_people["b"] for of_people in found) == Decimal("0.03")


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
	of_days = divided_parts([[of_day(values, day)] for day in days], shares, places)
	for day, parts in zip(days, of_days, strict=True):
		assert {person: of_day(own, day) for person, own in of_people.items()} == parts
		assert sum(parts.values()) == of_day(values, day)


def of_day(values: list[RevenueShare], day: date) -> Decimal:
	return sum((value.amount for value in values if value.day == day), Decimal(0))

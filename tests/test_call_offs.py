"""Call-offs of a frame contract: what is left of which line, and cents that neither come nor go, whatever the split."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.call_offs import FrameLine, shared_discount, use_up
from sales_opportunity.pricing.valuation import line_amount

BIKE, MISC = ("Item", "BIKE"), ("Item", "MISC")


def line(quantity, name="", rate=0, discount=0, what=MISC) -> FrameLine:
	return FrameLine(what, (name, Decimal(rate)), Decimal(quantity), Decimal(str(discount)))


def left(frame: list[FrameLine], *called_off: FrameLine) -> list[tuple]:
	use_up(frame, called_off)
	return [(each.quantity, each.discount) for each in frame]


def parts_of(whole: Decimal, discount: Decimal, wanted: list[int]) -> list[tuple[Decimal, Decimal]]:
	"""Return quantity and discount of call-offs, one after the other: each as wanted, the last one of what is left."""
	parts = []
	for quantity in [*wanted, None]:
		frame = [line(whole, discount=discount)]
		((rest, rest_discount),) = left(frame, *[line(*part[:1], discount=part[1]) for part in parts])
		if not rest:
			break
		taken = rest if quantity is None else min(Decimal(quantity), rest)
		parts.append((taken, shared_discount(rest_discount, rest, taken)))
	return parts


def amounts_of(parts, rate, percentage=0, periods=1) -> list[Decimal]:
	return [
		line_amount(part, rate, percentage, discount_amount=discount, periods=periods)
		for part, discount in parts
	]


def test_one_by_one_they_come_to_what_the_frame_says():
	parts = parts_of(Decimal(3), Decimal(10), [1, 1])
	assert [str(each) for each in amounts_of(parts, 100)] == ["96.67", "96.66", "96.67"]


def test_called_off_whole_a_line_is_what_it_was():
	assert amounts_of(parts_of(Decimal(30_000), Decimal(10), []), 1) == [Decimal("29990.00")]


@given(
	st.integers(1, 50_000),
	st.integers(0, 100_000),
	st.sampled_from([0, 50, 100]),
	st.sampled_from([1, 12]),
	st.floats(0, 1),
	st.lists(st.integers(1, 20_000), max_size=12),
)
def test_whatever_the_split_the_call_offs_together_come_to_the_line(
	quantity, price, percentage, periods, share, wanted
):
	rate = Decimal(price * 2) / 100
	whole = line_amount(quantity, rate, percentage, periods=periods)
	discount = round(whole * Decimal(str(share)), 2)
	parts = parts_of(Decimal(quantity), discount, wanted)
	amounts = amounts_of(parts, rate, percentage, periods)
	assert sum(part for part, _discount in parts) == quantity
	assert sum(amounts) == line_amount(quantity, rate, percentage, discount_amount=discount, periods=periods)
	assert min(amounts) >= 0


def test_of_lines_of_one_item_the_one_that_is_meant_is_used_up():
	frame = [line(5, "Montage", 80), line(5, "Schulung", 120)]
	assert left(frame, line(5, "Schulung", 120)) == [(5, 0), (0, 0)]
	frame = [line(5, rate=80), line(5, rate=70)]
	assert left(frame, line(2, rate=70)) == [(5, 0), (3, 0)]


def test_what_has_other_terms_or_is_more_than_the_line_uses_up_the_others():
	frame = [line(3, rate=10), line(4, rate=8)]
	assert left(frame, line(1, rate=9), line(5, rate=10)) == [(0, 0), (1, 0)]
	assert left([line(3, what=BIKE)], line(5)) == [(3, 0)]
	assert left([line(3)], line(5)) == [(0, 0)]


def test_whoever_gives_more_or_less_of_the_discount_leaves_the_rest_to_the_others():
	assert left([line(10, discount=50)], line(4, discount=5)) == [(6, 45)]
	assert left([line(10, discount=50)], line(4, discount=60)) == [(6, 0)]


def test_a_discount_without_a_quantity_stays():
	assert shared_discount(10, 0, 5) == 10
	assert left([line(0, discount=10)], line(1)) == [(0, 10)]

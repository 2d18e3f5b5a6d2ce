"""The worst that a customer may make of a quote: the highest discount, the lowest margin, the largest net total. Free of the framework.

A quote is a list of slots, of each of which exactly one possibility comes true: a line in one of its quantities, one of its
alternatives, or nothing. What a line comes to grows evenly with its quantity, so that the worst of a ratio of sums is where
each line has its smallest or its largest quantity; which one, each slot says by itself once the ratio is known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from sales_opportunity.pricing.margin import Margin
from sales_opportunity.pricing.money import HUNDRED, round_money
from sales_opportunity.sales_opportunity.doctype.quote_item.choice_rules import OfferedLine, groups
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import known_margin

Place = tuple[int, Decimal]
"""The place of a line, and how many of it."""


@dataclass(frozen=True)
class Possibility:
	"""What one line brings, all after discounts in % and before a fixed one on the whole; all is 0 of what is not taken.

	`full` without any discount and what is `asked`, both 0 of what is deducted, and what it is with tax, `gross`, are in the
	quote's currency; the net `revenue` and its `cost`, None of a line that takes no part in margins, in the company's.
	"""

	full: Decimal = Decimal(0)
	asked: Decimal = Decimal(0)
	revenue: Decimal = Decimal(0)
	cost: Decimal | None = None
	gross: Decimal = Decimal(0)


Slots = Sequence[Sequence[Possibility]]


def possible_places(lines: Sequence[OfferedLine], discounted: Sequence[Decimal]) -> list[list[Place | None]]:
	"""Return by slot what can be taken, None for nothing; what is offered comes first.

	`discounted` says for each line from which quantity on its fixed discount is not larger than the line itself.
	"""
	members = groups(lines)
	slots: dict[int, list[Place | None]] = {}
	for place, line in enumerate(lines):
		base = members[place]
		if base is None and line.row_type not in ("Priced", "Optional"):
			continue
		first: list[Place | None] = [None] if line.row_type == "Optional" else []
		slots.setdefault(place if base is None else base, first).extend(
			(place, quantity) for quantity in extremes(line, discounted[place])
		)
	return list(slots.values())


def extremes(line: OfferedLine, discounted: Decimal) -> list[Decimal]:
	"""Return the quantity that is offered and, where it is open, the smallest and the largest possible one."""
	if not line.is_quantity_open:
		return [line.quantity]
	steps = (discounted / line.step).to_integral_value(ROUND_CEILING)
	return [line.quantity, min(max(line.lowest, steps * line.step), line.quantity), line.highest]


def offered_places(lines: Sequence[OfferedLine]) -> list[list[Place | None]]:
	"""Return by slot what is offered where the customer chooses nothing."""
	return [[(place, line.quantity)] for place, line in enumerate(lines) if line.row_type == "Priced"]


def highest_discount(slots: Slots, fixed: Decimal) -> Decimal:
	"""Return the highest discount on all lines together in %, to two decimals; `fixed` is the fixed one on the whole.

	Where that could come to more than what is left, it is 100.
	"""
	asked, full = lowest_ratio(slots, lambda line: (line.asked, line.full), fixed)
	if not full:
		return Decimal(0)
	return min(max(round_money((full - asked) * HUNDRED / full), Decimal(0)), HUNDRED)


def lowest_margin(slots: Slots, fixed: Decimal, net_fixed: Decimal) -> Decimal | None:
	"""Return the lowest margin in % of lines whose cost is known, None if there can be none.

	Of the fixed discount on the whole, `net_fixed` in the company's currency, they carry the largest part that they can have.
	"""
	if not fixed:
		part = Decimal(0)
	else:
		unknown, asked = lowest_ratio(
			slots, lambda line: (Decimal(0) if line.cost else line.asked, line.asked), Decimal(0)
		)
		part = 1 - unknown / asked if asked else Decimal(1)
	revenue, cost = lowest_ratio(
		slots,
		lambda line: (Decimal(0), Decimal(0)) if line.cost is None else (line.revenue, line.cost),
		net_fixed * part,
	)
	return known_margin(Margin(revenue, cost))


def largest_rise(slots: Slots, with_tax: bool = False) -> Decimal:
	"""Return by how much the net total in the company's currency can rise over that which is offered, or the gross one in the quote's."""
	amounts = [[line.gross if with_tax else line.revenue for line in slot] for slot in slots]
	return sum((max(slot) - slot[0] for slot in amounts), Decimal(0))


def lowest_ratio(
	slots: Slots, measure: Callable[[Possibility], tuple[Decimal, Decimal]], less: Decimal
) -> tuple[Decimal, Decimal]:
	"""Return the two sums of what each slot brings by `measure`, the first one `less` an amount, with the lowest ratio.

	The second of a measure is never negative; both sums are 0 if it is always 0.
	"""
	measured = [[measure(line) for line in slot] for slot in slots]
	found = sums_of_pairs([max(slot, key=lambda pair: pair[1]) for slot in measured], less)
	while found[1]:
		other = sums_of_pairs(lowest_pairs(measured, found[0] / found[1]), less)
		if other[0] / other[1] >= found[0] / found[1]:
			return found
		found = other
	return Decimal(0), Decimal(0)


def lowest_pairs(
	measured: list[list[tuple[Decimal, Decimal]]], ratio: Decimal
) -> list[tuple[Decimal, Decimal]]:
	"""Return of each slot that which lies lowest below a ratio; of at least one the second is not 0."""

	def height(pair: tuple[Decimal, Decimal]) -> Decimal:
		return pair[0] - ratio * pair[1]

	taken = [min(slot, key=height) for slot in measured]
	if not any(pair[1] for pair in taken):
		others = [
			(height(pair) - height(taken[index]), index, pair)
			for index, slot in enumerate(measured)
			for pair in slot
			if pair[1]
		]
		_rise, index, pair = min(others)
		taken[index] = pair
	return taken


def sums_of_pairs(pairs: Sequence[tuple[Decimal, Decimal]], less: Decimal) -> tuple[Decimal, Decimal]:
	"""Return the sums of the first and of the second numbers; the first ones `less` an amount."""
	firsts, seconds = (sum((pair[index] for pair in pairs), Decimal(0)) for index in (0, 1))
	return firsts - less, seconds

"""Plans of instalments of what is sold once, of which nothing is lost and nothing gained. Free of the framework."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, allocate, round_money


def due_once(
	gross: Decimal, recurring: Iterable[tuple[Decimal, Decimal]], includes_tax: bool = False, places: int = 2
) -> Decimal:
	"""Return what is to be paid once of the `gross` total of a quote: all that is not charged again and again.

	`recurring` are the amounts of the lines that recur over their terms, each with its tax in %: net ones, whose tax is
	rounded once per rate, or with `includes_tax` gross ones.
	"""
	sums: dict[Decimal, Decimal] = {}
	for amount, rate in recurring:
		sums[rate] = sums.get(rate, Decimal(0)) + amount
	for rate, amount in sums.items():
		gross -= amount if includes_tax else amount + round_money(amount * rate / HUNDRED, places)
	return gross


def are_alike(first: Sequence[Decimal], second: Sequence[Decimal], places: int = 2) -> bool:
	"""Return whether the amounts of two plans are the same parts of their totals, as far as these can be divided."""
	if len(first) != len(second):
		return False
	total, other_total = sum(first, Decimal(0)), sum(second, Decimal(0))
	return list(second) == allocate(other_total, first, places) or list(first) == allocate(
		total, second, places
	)


def due_over_time(
	total: Decimal,
	once: Decimal,
	plan: Sequence[tuple[date, Decimal, str]],
	terms: Sequence[tuple[Decimal, Sequence[tuple[date, str]]]],
	places: int = 2,
) -> list[tuple[date, Decimal, str]]:
	"""Return when which part of `total` is due, and its text: what is paid `once` by its plan, the rest as it is charged.

	A plan has day, weight and text of each instalment; `terms` have what a recurring line comes to beside the others, with the
	first day and the text of each period. The parts are exactly the total; none if less than nothing is to be paid once.
	"""
	if not 0 <= once <= total:
		return []
	shares = allocate(once, [weight for _day, weight, _text in plan], places)
	found = [(day, share, text) for (day, _weight, text), share in zip(plan, shares, strict=True)]
	lines = allocate(total - once, [amount for amount, _periods in terms], places)
	for (_amount, periods), line in zip(terms, lines, strict=True):
		parts = allocate(line, [Decimal(1)] * len(periods), places)
		found += [(day, part, text) for (day, text), part in zip(periods, parts, strict=True)]
	return found

"""Plans of instalments of what is sold once, of which nothing is lost and nothing gained. Free of the framework."""

from collections.abc import Iterable, Sequence
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

"""Which rows of orders stand for which lines of their deal, and how much of each is taken. Free of the framework."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sales_opportunity.pricing.valuation import exact_sum, unit_price


@dataclass(frozen=True)
class OpenRow:
	"""A line of a deal, or a row of an order: its item, and how much of it is open."""

	name: str
	item: str
	open: Decimal


def lines_for(rows: Sequence[tuple[str, Decimal]], lines: Sequence[OpenRow]) -> list[str | None]:
	"""Return for each row that was added by hand, an item and its quantity, the deal's line that it stands for.

	That is the first line of the item that has as much open, else the one that has most: what is too much shows there.
	None if the deal has no such item.
	"""
	left = {line.name: line.open for line in lines}
	found: list[str | None] = []
	for item, quantity in rows:
		names = [line.name for line in lines if line.item == item]
		fitting = [name for name in names if left[name] >= quantity]
		name = fitting[0] if fitting else max(names, key=left.__getitem__, default=None)
		if name:
			left[name] -= quantity
		found.append(name)
	return found


def parts_of(quantity: Decimal, rows: Iterable[OpenRow]) -> tuple[dict[str, Decimal], Decimal]:
	"""Return how much to take of each row, by its name, the first ones first, and what they do not have."""
	rest, found = quantity, {}
	for row in rows:
		part = min(rest, row.open)
		if part > 0:
			found[row.name] = part
			rest -= part
	return found, rest


def have_same_amounts(asked: Mapping[str, Decimal], found: Mapping[str, Decimal], places: int) -> bool:
	"""Return whether lines come to the same on an order; each may take what the rounding of the others has left."""
	most = Decimal(len(asked)).scaleb(-places)
	return asked.keys() == found.keys() and all(abs(asked[name] - found[name]) <= most for name in asked)


@dataclass(frozen=True)
class AgreedRow:
	"""How much of an item was agreed in its stock units, and the net price of one of these."""

	item: str
	quantity: Decimal
	rate: Decimal


def by_item(rows: Iterable[AgreedRow]) -> list[AgreedRow]:
	"""Return one row for each item, in the order in which they come first: with the sum of its quantities, at their mean price."""
	found: dict[str, list[AgreedRow]] = {}
	for row in rows:
		found.setdefault(row.item, []).append(row)
	return [merged_row(item, parts) for item, parts in found.items()]


def merged_row(item: str, parts: Sequence[AgreedRow]) -> AgreedRow:
	"""Return several rows of an item as one."""
	quantity = exact_sum(part.quantity for part in parts)
	rate = exact_sum(part.quantity * part.rate for part in parts) / quantity
	return AgreedRow(item, quantity, unit_price(rate))

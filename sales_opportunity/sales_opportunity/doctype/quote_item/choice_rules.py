"""What a customer may choose on a quote, and which lines follow from a choice. Free of the framework.

A choice names lines by their place in the quote, from 0 on, each with the quantity that is taken, or None for that which
was offered. It says nothing of prices: these are the quote's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED

Choice = Mapping[int, Decimal | None]

LINE_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
QUANTITY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
MOST = Decimal(999_999)
"""How many a customer may take of a line that says no end."""

UNKNOWN, ONE_OF, WRONG_QUANTITY = "unknown", "one of", "quantity"


class ImpossibleChoiceError(ValueError):
	"""A choice that the quote does not offer; `reason` says why, `line` is the place of the line, if it is one."""

	def __init__(self, reason: str, line: int | None = None) -> None:
		super().__init__(reason)
		self.reason, self.line = reason, line


@dataclass(frozen=True)
class OfferedLine:
	"""A row of a quote; of an open quantity 0 stands for no limit, and what is offered lies within the limits."""

	row_type: str
	quantity: Decimal = Decimal(0)
	is_quantity_open: bool = False
	min_quantity: Decimal = Decimal(0)
	max_quantity: Decimal = Decimal(0)

	@property
	def step(self) -> Decimal:
		"""By how much a quantity may differ: 1 for whole numbers, 0.1 where the offer has one decimal."""
		places = max(map(decimals, (self.quantity, self.min_quantity, self.max_quantity)))
		return Decimal(1).scaleb(-places)

	@property
	def lowest(self) -> Decimal:
		"""The smallest quantity that may be taken."""
		return min(self.min_quantity or self.step, self.quantity)

	@property
	def highest(self) -> Decimal:
		"""The largest quantity that may be taken."""
		return max(self.max_quantity or MOST, self.quantity)

	def quantity_for(self, wished: Decimal | None) -> Decimal | None:
		"""Return the quantity that is taken, None if the line does not allow what is wished."""
		if wished is None or wished == self.quantity:
			return self.quantity
		is_allowed = (
			self.is_quantity_open
			and self.lowest <= wished <= self.highest
			and decimals(wished) <= decimals(self.step)
		)
		return wished if is_allowed else None


def decimals(number: Decimal) -> int:
	"""Return how many decimals a number needs."""
	return max(-int(number.normalize().as_tuple().exponent), 0)


def read_choice(sent: Mapping, lines: int) -> dict[int, Decimal | None]:
	"""Return the choice that was sent as line numbers, from 1 on, with quantities as text or none.

	Raises `ImpossibleChoiceError` for anything that does not read like that, or is beyond the quote's `lines`.
	"""
	if len(sent) > lines:
		raise ImpossibleChoiceError(UNKNOWN)
	choice: dict[int, Decimal | None] = {}
	for number, quantity in sent.items():
		if not isinstance(number, str) or not LINE_NUMBER.fullmatch(number) or int(number) > lines:
			raise ImpossibleChoiceError(UNKNOWN)
		line = int(number) - 1
		if quantity is None:
			choice[line] = None
		elif isinstance(quantity, str) and QUANTITY.fullmatch(quantity):
			choice[line] = Decimal(quantity)
		else:
			raise ImpossibleChoiceError(WRONG_QUANTITY, line)
	return choice


def groups(lines: Sequence[OfferedLine]) -> list[int | None]:
	"""Return for each line the place of the one that it and its alternatives belong to, None where there are none.

	An alternative stands for the priced or optional line before it, up to the next heading. One that has no such line
	cannot be chosen: nobody knows what it would replace.
	"""
	found: list[int | None] = [None] * len(lines)
	base = None
	for place, line in enumerate(lines):
		if line.row_type == "Heading":
			base = None
		elif line.row_type in ("Priced", "Optional"):
			base = place
		elif line.row_type == "Alternative" and base is not None:
			found[base] = found[place] = base
	return found


def choosable(lines: Sequence[OfferedLine]) -> set[int]:
	"""Return the places of the lines that can be taken or left, or in another quantity."""
	members = groups(lines)
	return {
		place
		for place, line in enumerate(lines)
		if line.row_type == "Optional"
		or members[place] is not None
		or (line.row_type == "Priced" and line.is_quantity_open)
	}


def chosen_quantities(lines: Sequence[OfferedLine], choice: Choice) -> dict[int, Decimal]:
	"""Return the places of the lines that count after a choice, with their quantities.

	What is priced counts unless one of its alternatives was chosen. Raises `ImpossibleChoiceError`.
	"""
	if unknown := set(choice) - choosable(lines):
		raise ImpossibleChoiceError(UNKNOWN, min(unknown))
	members = groups(lines)
	chosen_of: dict[int, int] = {}
	for place in sorted(choice):
		base = members[place]
		if base is not None and chosen_of.setdefault(base, place) != place:
			raise ImpossibleChoiceError(ONE_OF, place)
	counting: dict[int, Decimal] = {}
	for place, line in enumerate(lines):
		base = members[place]
		stands = line.row_type == "Priced" and chosen_of.get(place, place) == place
		if not stands and place not in choice:
			continue
		quantity = line.quantity_for(choice.get(place))
		if quantity is None:
			raise ImpossibleChoiceError(WRONG_QUANTITY, place)
		counting[place] = quantity
	return counting


def as_offered(lines: Sequence[OfferedLine]) -> dict[int, Decimal]:
	"""Return what counts unless the customer chooses otherwise."""
	return chosen_quantities(lines, {})


def remaining_rows(lines: Sequence[OfferedLine], counting: Mapping[int, Decimal]) -> list[int]:
	"""Return the places of the rows that are left once all lines are gone that do not count.

	A heading goes with the last row below it, a subtotal if nothing is left that it sums; texts stay.
	"""
	left: list[int] = []
	for place, line in enumerate(lines):
		if line.row_type in NUMBERED:
			is_left = place in counting
		elif line.row_type == "Heading":
			section = section_of(lines, place)
			is_left = not section or any(row in counting or lines[row].row_type == "Text" for row in section)
		elif line.row_type == "Subtotal":
			summed = summed_by(lines, place)
			is_left = not summed or any(row in counting for row in summed)
		else:
			is_left = True
		if is_left:
			left.append(place)
	return left


def section_of(lines: Sequence[OfferedLine], heading: int) -> list[int]:
	"""Return the places of the rows below a heading, up to the next one."""
	rows = []
	for place in range(heading + 1, len(lines)):
		if lines[place].row_type == "Heading":
			break
		rows.append(place)
	return rows


def summed_by(lines: Sequence[OfferedLine], subtotal: int) -> list[int]:
	"""Return the places of the lines that a subtotal could sum, since the one before it."""
	rows = []
	for place in reversed(range(subtotal)):
		if lines[place].row_type == "Subtotal":
			break
		if lines[place].row_type in NUMBERED:
			rows.append(place)
	return rows

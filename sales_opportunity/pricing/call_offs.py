"""What is left of a frame contract's lines, and what of a fixed discount goes with a part of one. Free of the framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sales_opportunity.pricing.money import Number, round_money, to_decimal


@dataclass
class FrameLine:
	"""A line of a frame or of a call-off, with what of it is not used up yet.

	`what` is sold; of several lines that sell the same, `terms` (name and price, say) tell which one is meant.
	"""

	what: tuple[str, ...]
	terms: tuple[str | Decimal, ...]
	quantity: Decimal
	discount: Decimal = Decimal(0)

	def give_to(self, other: "FrameLine") -> None:
		"""Take from both lines the quantity that they have in common, and from the other one the discount that goes with it."""
		quantity = min(self.quantity, other.quantity)
		if not quantity:
			return
		discount = self.discount * quantity / self.quantity
		self.quantity -= quantity
		self.discount -= discount
		other.quantity -= quantity
		other.discount = max(other.discount - discount, Decimal(0))


def use_up(frame: Sequence[FrameLine], called_off: Sequence[FrameLine]) -> None:
	"""Leave of the frame's lines what is not called off: first of those with the same terms, then of others that sell the same.

	What was called off beyond the frame is left of the call-offs.
	"""
	for has_same_terms in (True, False):
		for part in called_off:
			for line in frame:
				if line.what == part.what and (line.terms == part.terms or not has_same_terms):
					part.give_to(line)


def shared_discount(discount: Number, quantity: Number, part: Number, places: int = 2) -> Decimal:
	"""Return what of the fixed discount of a line of `quantity` goes with a `part` of it, all of it where the line has none."""
	whole = to_decimal(quantity)
	if not whole:
		return to_decimal(discount)
	return round_money(to_decimal(discount) * to_decimal(part) / whole, places)

"""What of a forecast demand has to be procured. Free of the framework."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sales_opportunity.pricing.money import Number, to_decimal


@dataclass(frozen=True)
class Stock:
	"""What there is of an item, in its own unit: on the shelf, ordered from suppliers, promised to customers."""

	on_hand: Number = 0
	on_order: Number = 0
	reserved: Number = 0

	@property
	def available(self) -> Decimal:
		"""Return what is there or will come, less what is promised; below 0 if more is promised."""
		return to_decimal(self.on_hand) + to_decimal(self.on_order) - to_decimal(self.reserved)


@dataclass(frozen=True)
class Need:
	"""How much of an item is to be procured, in which unit, and by when; None if nobody knows."""

	item_type: str
	item: str
	unit: str
	quantity: Decimal
	needed_by: date | None


def due_date(delivery: date | None, closing: date | None, lead_time_days: int | None) -> date | None:
	"""Return when a line is needed: its delivery date, else the close date plus the item's lead time, else None."""
	if delivery:
		return delivery
	return closing + timedelta(days=lead_time_days or 0) if closing else None


def order_date(due: date | None, lead_time_days: int | None) -> date | None:
	"""Return when it has to be ordered at the latest, so that it is there when it is needed."""
	return due - timedelta(days=lead_time_days or 0) if due else None


def net_needs(demands: list[Decimal], available: Decimal) -> list[Decimal]:
	"""Return what each of the demands, in the order of their dates, lacks after the available quantity is used up.

	A negative available quantity (more was promised than there is) is needed with the first demand.
	"""
	needs = []
	for demand in demands:
		lacking = max(demand - available, Decimal(0))
		available -= demand - lacking
		needs.append(lacking)
	return needs

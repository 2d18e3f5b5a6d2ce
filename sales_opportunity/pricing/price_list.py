"""Which of an item's prices applies: by partner group, currency, quantity and day. Free of the framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class ListPrice:
	"""A price per unit from `minimum_quantity` on; without group, currency or day for all partners, the company's currency, always."""

	price: Decimal
	currency: str = ""
	group: str = ""
	minimum_quantity: Decimal = Decimal(0)
	valid_from: date | None = None
	valid_to: date | None = None
	includes_tax: bool = False

	def applies(self, quantity: Decimal, group: str, currencies: tuple[str, str], day: date) -> bool:
		"""Return whether it is a price for this quantity, group and day, in the first of the `currencies` or the second."""
		return (
			self.group in ("", group)
			and (self.currency or currencies[1]) in currencies
			and self.minimum_quantity <= quantity
			and (self.valid_from or date.min) <= day <= (self.valid_to or date.max)
		)


def best_price(
	prices: Iterable[ListPrice],
	quantity: Decimal,
	group: str,
	currency: str,
	company_currency: str,
	day: date,
) -> ListPrice | None:
	"""Return the price that is meant for the sale most of all, None if none applies.

	The partner's own group goes before all partners, the deal's currency before the company's, the larger quantity
	before the smaller one, the later beginning before the earlier one, and then the lower price.
	"""
	currencies = currency, company_currency

	def rank(price: ListPrice) -> tuple:
		return (
			bool(price.group),
			(price.currency or company_currency) == currency,
			price.minimum_quantity,
			price.valid_from or date.min,
			-price.price,
		)

	applying = [price for price in prices if price.applies(quantity, group, currencies, day)]
	return max(applying, key=rank, default=None)

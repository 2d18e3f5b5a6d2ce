"""What is earned: revenue less cost, of lines and of all together. Free of the framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, Number, round_money, to_decimal

TRADE_IN, CREDIT = "Trade-In", "Credit"


@dataclass(frozen=True)
class Margin:
	"""Net revenue and what it costs, in one currency; both are 0 where no cost is known."""

	revenue: Decimal = Decimal(0)
	cost: Decimal = Decimal(0)

	@property
	def amount(self) -> Decimal:
		"""Revenue less cost."""
		return self.revenue - self.cost

	@property
	def percentage(self) -> Decimal:
		"""The amount in % of the revenue, to two decimals; 0 without revenue."""
		return round_money(self.amount * HUNDRED / self.revenue) if self.revenue else Decimal(0)

	@staticmethod
	def together(margins: "Iterable[Margin]") -> "Margin":
		"""Return the margin of several lines."""
		revenue = cost = Decimal(0)
		for margin in margins:
			revenue, cost = revenue + margin.revenue, cost + margin.cost
		return Margin(revenue, cost)


def line_margin(
	revenue: Number, quantity: Number, unit_cost: Number, deduction: str | None = None, places: int = 2
) -> Margin:
	"""Return the margin of a line with a net revenue, after all discounts; its cost is rounded once to `places` decimals.

	A line whose unit cost is not known has none, so that it does not look like profit. A trade-in is worth what is given
	for it, so that it changes no margin; a credit costs nothing and takes its whole amount off the margin.
	"""
	if deduction == CREDIT:
		return Margin(to_decimal(revenue))
	if deduction or not to_decimal(unit_cost):
		return Margin()
	return Margin(to_decimal(revenue), round_money(to_decimal(quantity) * to_decimal(unit_cost), places))

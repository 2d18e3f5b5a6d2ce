"""How closed deals came out: rates, lengths and prices beside those of competitors. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sales_opportunity.analysis.medians import median

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class ClosedDeal:
	"""A deal that was won or lost; `amount` and `competitor_price` in its own currency, `base_amount` in the company's."""

	name: str
	is_won: bool
	began_on: datetime
	closed_on: datetime | None
	amount: float
	competitor_price: float | None
	base_amount: Decimal
	group: str | int | None


def won_of(deals: Iterable[ClosedDeal]) -> list[ClosedDeal]:
	return [deal for deal in deals if deal.is_won]


def lost_of(deals: Iterable[ClosedDeal]) -> list[ClosedDeal]:
	return [deal for deal in deals if not deal.is_won]


def base_total(deals: Iterable[ClosedDeal]) -> Decimal:
	"""Return the sum of the amounts in the company's currency."""
	return sum((deal.base_amount for deal in deals), Decimal(0))


def win_rate(deals: Sequence[ClosedDeal]) -> float | None:
	"""Return how many of the deals were won in %, None without any."""
	return round(100 * len(won_of(deals)) / len(deals), 1) if deals else None


def value_rate(deals: Sequence[ClosedDeal]) -> float | None:
	"""Return how much of the deals' value was won in %, None if they have none."""
	whole = base_total(deals)
	return round(float(100 * base_total(won_of(deals)) / whole), 1) if whole else None


def median_days(deals: Iterable[ClosedDeal]) -> float | None:
	"""Return the median time from creation to closing in days, None if no moment is known."""
	found = median(
		(deal.closed_on - deal.began_on).total_seconds() / SECONDS_A_DAY for deal in deals if deal.closed_on
	)
	return None if found is None else round(found, 1)


def price_gap(deals: Iterable[ClosedDeal]) -> float | None:
	"""Return by how many percent our amounts were above the known prices of competitors, on average of the deals."""
	gaps = [
		100 * (deal.amount - deal.competitor_price) / deal.competitor_price
		for deal in deals
		if deal.competitor_price
	]
	return round(sum(gaps) / len(gaps), 1) if gaps else None

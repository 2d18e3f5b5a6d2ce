"""How closed deals came out: rates, lengths and prices beside those of competitors. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class ClosedDeals:
	"""What closed deals come to: numbers, amounts in the company's currency, and how they compare with competitors.

	`gaps` is the sum of (amount − competitor's price) ÷ competitor's price over the `priced` deals, of which that
	price is known.
	"""

	won: int = 0
	lost: int = 0
	won_amount: Decimal = Decimal(0)
	lost_amount: Decimal = Decimal(0)
	priced: int = 0
	gaps: float = 0.0

	@classmethod
	def together(cls, parts: Iterable["ClosedDeals"]) -> "ClosedDeals":
		"""Return what different deals come to."""
		parts = list(parts)
		return cls(
			won=sum(part.won for part in parts),
			lost=sum(part.lost for part in parts),
			won_amount=sum((part.won_amount for part in parts), Decimal(0)),
			lost_amount=sum((part.lost_amount for part in parts), Decimal(0)),
			priced=sum(part.priced for part in parts),
			gaps=sum(part.gaps for part in parts),
		)

	@property
	def closed(self) -> int:
		"""Return how many deals were closed."""
		return self.won + self.lost

	@property
	def win_rate(self) -> float | None:
		"""How many of the deals were won in %, None without any."""
		return round(100 * self.won / self.closed, 1) if self.closed else None

	@property
	def average_won(self) -> Decimal | None:
		"""What a won deal brought on average, not rounded; None without any."""
		return self.won_amount / self.won if self.won else None

	@property
	def value_rate(self) -> float | None:
		"""How much of the deals' value was won in %, None if they have none."""
		whole = self.won_amount + self.lost_amount
		return round(float(100 * self.won_amount / whole), 1) if whole else None

	@property
	def price_gap(self) -> float | None:
		"""By how many percent our amounts were above the known prices of competitors, on average of the deals."""
		return round(100 * self.gaps / self.priced, 1) if self.priced else None


def median_in_days(seconds: Sequence[float]) -> float | None:
	"""Return the median in days of lengths of which the one or the two in the middle are given; None without any."""
	return round(sum(seconds) / len(seconds) / SECONDS_A_DAY, 1) if seconds else None

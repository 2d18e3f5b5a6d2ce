"""How much a set of independent deals will bring: percentiles of their sum. Free of the framework.

Each deal brings its amount with its probability, else nothing, and none depends on another. The sum's distribution
is found by convolution, deal by deal: exact while it has at most `EXACT_SUMS` different sums. Beyond that, sums lie
on a grid of `GRID_STEPS` steps; an amount between two steps is split between them so that the mean stays exact, and
each deal moves a percentile by less than one step, and none exceeds what all deals bring. Beyond the `CONVOLVED_DEALS` deals of the greatest variance, the
rest is taken as one normally distributed sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import erf, sqrt

EXACT_SUMS = 100_000
GRID_STEPS = 10_000
CONVOLVED_DEALS = 1_000
TOLERANCE = 1e-9
"""A percentile is reached where the probability comes this close to it: less than floats can tell apart."""
NEGLIGIBLE = TOLERANCE / GRID_STEPS / 10
"""Sums at both ends of the grid that are less probable than this are left out: together they change no percentile."""


@dataclass(frozen=True)
class Deal:
	"""An amount in the smallest unit of its currency (cents), and the probability (0 to 1) that it comes."""

	amount: int
	probability: float

	@property
	def variance(self) -> float:
		return self.amount**2 * self.probability * (1 - self.probability)


def percentiles(deals: Iterable[Deal], shares: tuple[float, ...] = (0.1, 0.5, 0.9)) -> list[int]:
	"""Return for each share (0 to 1) the smallest sum that is not exceeded with at least this probability, in cents.

	With 0.1 it is P10: the sum stays at or below it in one of ten cases.
	"""
	certain = 0
	open_deals = []
	for deal in deals:
		if deal.amount < 0:
			certain += deal.amount
			deal = Deal(-deal.amount, 1 - deal.probability)
		if deal.probability >= 1:
			certain += deal.amount
		elif deal.probability > 0 and deal.amount:
			open_deals.append(deal)
	open_deals.sort(key=lambda deal: -deal.variance)
	sums = exact_sums(open_deals) if len(open_deals) <= CONVOLVED_DEALS else None
	if sums is not None:
		found = [quantile(sums, share) for share in shares]
	else:
		possible = sum(deal.amount for deal in open_deals)
		found = [min(value, possible) for value in approximate(open_deals, shares)]
	return [certain + value for value in found]


def exact_sums(deals: list[Deal]) -> dict[int, float] | None:
	"""Return each possible sum with its probability, or None if there are more than `EXACT_SUMS`."""
	sums = {0: 1.0}
	for deal in deals:
		sums = with_deal(sums, deal)
		if len(sums) > EXACT_SUMS:
			return None
	return sums


def with_deal(sums: dict[int, float], deal: Deal) -> dict[int, float]:
	"""Return the distribution of a sum after one more deal."""
	result = {value: weight * (1 - deal.probability) for value, weight in sums.items()}
	for value, weight in sums.items():
		result[value + deal.amount] = result.get(value + deal.amount, 0.0) + weight * deal.probability
	return result


def quantile(sums: dict[int, float], share: float) -> int:
	"""Return the smallest sum whose cumulated probability reaches `share`."""
	cumulated = 0.0
	for value in sorted(sums):
		cumulated += sums[value]
		if cumulated >= share - TOLERANCE:
			return value
	return max(sums)


def approximate(deals: list[Deal], shares: tuple[float, ...]) -> list[int]:
	"""Return percentiles of many deals, sorted by falling variance: the first on a grid, the rest as one normal sum."""
	first, rest = deals[:CONVOLVED_DEALS], deals[CONVOLVED_DEALS:]
	step = max(1, -(-sum(deal.amount for deal in first) // GRID_STEPS))
	start, weights = 0, [1.0]
	for deal in first:
		start, weights = trimmed(start, on_grid(weights, deal, step))
	grid = {(start + index) * step: weight for index, weight in enumerate(weights)}
	if not rest:
		return [quantile(grid, share) for share in shares]
	mean = sum(deal.amount * deal.probability for deal in rest)
	deviation = sqrt(sum(deal.variance for deal in rest))
	return [quantile_with_normal(grid, mean, deviation, share) for share in shares]


def on_grid(weights: list[float], deal: Deal, step: int) -> list[float]:
	"""Return the probabilities of all sums on the grid after one more deal."""
	steps, remainder = divmod(deal.amount, step)
	upper = deal.probability * remainder / step
	lower = deal.probability - upper
	nothing = [0.0] * steps
	return [
		without * (1 - deal.probability) + at_lower * lower + at_upper * upper
		for without, at_lower, at_upper in zip(
			[*weights, *nothing, 0.0], [*nothing, *weights, 0.0], [0.0, *nothing, *weights], strict=True
		)
	]


def trimmed(start: int, weights: list[float]) -> tuple[int, list[float]]:
	"""Return the grid's first step and its probabilities without the negligible ones at both ends."""
	first, last = 0, len(weights)
	while weights[first] < NEGLIGIBLE:
		first += 1
	while weights[last - 1] < NEGLIGIBLE:
		last -= 1
	return start + first, weights[first:last]


def quantile_with_normal(grid: dict[int, float], mean: float, deviation: float, share: float) -> int:
	"""Return the percentile of a sum on a grid plus an independent, normally distributed one."""
	low, high = min(grid) + mean - 8 * deviation, max(grid) + mean + 8 * deviation
	while high - low > 1:
		middle = (low + high) / 2
		below = sum(
			weight * (1 + erf((middle - value - mean) / (deviation * sqrt(2)))) / 2
			for value, weight in grid.items()
		)
		low, high = (low, middle) if below >= share else (middle, high)
	return round(high)

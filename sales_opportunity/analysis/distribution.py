"""How much a set of independent deals will bring: percentiles of their sum. Free of the framework.

Each deal brings its amount with its probability, else nothing, and none depends on another. Of up to `COUNTED_DEALS`
all outcomes are counted. The sum of more is found by convolution, deal by deal, on a grid: exact if the greatest common
divisor of the amounts as its step needs no more than `WORK` additions. Else the step is the smallest that does, with
at most `GRID_STEPS` of them; an amount between two steps is split between them so that the mean stays exact, and each
deal moves a percentile by less than one step. Then, beyond the `CONVOLVED_DEALS` deals of the greatest variance, the rest is
taken as one normally distributed sum, if enough of it come. No percentile lies outside of what the deals can bring.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import erf, gcd, sqrt

import numpy as np

COUNTED_DEALS = 16
WORK = 6_000_000
GRID_STEPS = 100_000
CONVOLVED_DEALS = 1_000
NORMAL_FROM = 100
"""Variance of the number of deals that come, from which on their sum is taken as normally distributed."""
LARGEST = 2**62
"""Sums up to this fit into numpy's whole numbers."""
TOLERANCE = 1e-9
"""A percentile is reached where the probability comes this close to it: less than floats can tell apart."""
NEGLIGIBLE = 1e-17
"""Sums at both ends of the grid that are less probable than this are left out: together they change no percentile."""
TRIMMED_AFTER = 8
"""Deals after which the ends are looked at."""
REACH = 8
"""Standard deviations within which all of a normal distribution lies that floats can tell apart."""


@dataclass(frozen=True)
class Deal:
	"""An amount in the smallest unit of its currency (cents), and the probability (0 to 1) that it comes."""

	amount: int
	probability: float

	@property
	def count_variance(self) -> float:
		return self.probability * (1 - self.probability)

	@property
	def variance(self) -> float:
		return self.amount**2 * self.count_variance


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
	possible = sum(deal.amount for deal in open_deals)
	if len(open_deals) <= COUNTED_DEALS and possible < LARGEST:
		found = counted(open_deals, shares)
	else:
		found = convolved(open_deals, shares)
	return [certain + min(max(value, 0), possible) for value in found]


def counted(deals: list[Deal], shares: tuple[float, ...]) -> list[int]:
	"""Return percentiles of few deals by going through all outcomes."""
	sums, weights = np.zeros(1, dtype=np.int64), np.ones(1)
	for deal in deals:
		sums = np.concatenate([sums, sums + deal.amount])
		weights = np.concatenate([weights * (1 - deal.probability), weights * deal.probability])
	order = np.argsort(sums, kind="stable")
	return [int(sums[order[index]]) for index in quantiles(weights[order], shares)]


def convolved(deals: list[Deal], shares: tuple[float, ...]) -> list[int]:
	"""Return percentiles of many deals: those of the greatest variance on a grid, the rest as one normal sum.

	There is no rest if too few of it would come for a normal sum, or all can be taken exactly.
	"""
	by_variance = sorted(deals, key=lambda deal: (-deal.variance, deal.amount))
	first, rest = in_rising_order(by_variance), by_variance[CONVOLVED_DEALS:]
	step = step_for(first)
	if step == divisor(first) or sum(deal.count_variance for deal in rest) < NORMAL_FROM:
		rest = []
	else:
		first = in_rising_order(by_variance[:CONVOLVED_DEALS])
		step = step_for(first)
	start, weights = on_grid(first, step)
	if not rest:
		return [(start + index) * step for index in quantiles(weights, shares)]
	mean = sum(deal.amount * deal.probability for deal in rest)
	deviation = sqrt(sum(deal.variance for deal in rest))
	return [round(start * step + mean + with_normal(weights, step, deviation, share)) for share in shares]


def in_rising_order(deals: list[Deal]) -> list[Deal]:
	return sorted(deals, key=lambda deal: (deal.amount, deal.probability))


def divisor(deals: list[Deal]) -> int:
	"""Return the greatest common divisor of the amounts: on this grid sums are exact."""
	return gcd(*(deal.amount for deal in deals))


def step_for(deals: list[Deal]) -> int:
	"""Return the step of the grid for deals of rising amounts.

	What is not negligible of a sum lies within some standard deviations, wider where few deals come.
	"""
	reaches = accumulate(deal.amount for deal in deals)
	variances = accumulate(deal.variance for deal in deals)
	lengths = (
		min(reach, 2 * REACH * sqrt(variance) + REACH * deal.amount)
		for deal, reach, variance in zip(deals, reaches, variances, strict=True)
	)
	work = int(sum(lengths))
	if work <= WORK * divisor(deals):
		return divisor(deals)
	return max(-(-work // WORK), -(-sum(deal.amount for deal in deals) // GRID_STEPS))


def on_grid(deals: list[Deal], step: int) -> tuple[int, np.ndarray]:
	"""Return the grid's first step that is not negligible, and the probabilities of the sums from there on."""
	start, weights = 0, np.ones(1)
	for number, deal in enumerate(deals, 1):
		steps, remainder = divmod(deal.amount, step)
		upper = deal.probability * remainder / step
		length = len(weights)
		sums = np.zeros(length + steps + bool(remainder))
		sums[:length] = weights * (1 - deal.probability)
		sums[steps : steps + length] += weights * (deal.probability - upper)
		if remainder:
			sums[steps + 1 :] += weights * upper
		weights = sums
		if number % TRIMMED_AFTER == 0:
			kept = np.flatnonzero(weights > NEGLIGIBLE)
			start, weights = start + int(kept[0]), weights[kept[0] : kept[-1] + 1]
	return start, weights


def quantiles(weights: np.ndarray, shares: tuple[float, ...]) -> list[int]:
	"""Return for each share the first index up to which the cumulated probability reaches it."""
	found = np.searchsorted(np.cumsum(weights), np.array(shares) - TOLERANCE)
	return [int(index) for index in np.minimum(found, len(weights) - 1)]


def with_normal(weights: np.ndarray, step: int, deviation: float, share: float) -> float:
	"""Return the percentile of a sum on a grid from 0 on plus an independent, normally distributed one around 0."""
	values = np.arange(len(weights)) * float(step)
	cumulated = np.concatenate([[0.0], np.cumsum(weights)])
	low, high = -REACH * deviation, values[-1] + REACH * deviation
	while high - low > 1:
		middle = (low + high) / 2
		if middle in (low, high):
			break
		begin, end = np.searchsorted(values, [middle - REACH * deviation, middle + REACH * deviation])
		below = cumulated[begin] + weights[begin:end] @ normal_share((middle - values[begin:end]) / deviation)
		low, high = (low, middle) if below >= share else (middle, high)
	return high


def normal_share(deviations: np.ndarray) -> np.ndarray:
	"""Return the shares of the normal distribution below these, to seven digits."""
	return np.interp(deviations, *_normal_table())


@cache
def _normal_table() -> tuple[np.ndarray, np.ndarray]:
	at = np.linspace(-REACH, REACH, 16_001)
	return at, np.array([(1 + erf(value / sqrt(2))) / 2 for value in at])

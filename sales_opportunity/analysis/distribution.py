"""How much a set of independent deals will bring: percentiles of their sum. Free of the framework.

Each deal brings its amount with its probability, else nothing, and none depends on another. Of up to
`COUNTED_DEALS` all outcomes are counted. The sum of more is found by convolution, deal by deal, on a grid: exact if
the greatest common divisor of the amounts as its step needs no more than `WORK` additions. Else the step is the
smallest that does, with at most `GRID_STEPS` of them, and where no deal stands out `FINEST` to the standard
deviation; an amount between two steps is split between them so that the mean stays exact, and each deal moves a
percentile by less than one step. Then, beyond the `CONVOLVED_DEALS` deals of the greatest variance, the rest is
taken as one normally distributed sum, if enough of it come. No percentile lies outside of what the deals can bring.

Of more deals than that, of which no single one matters, nothing but sums has to be known: `Moments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import erf, exp, fsum, gcd, pi, sqrt
from statistics import NormalDist

import numpy as np

COUNTED_DEALS = 16
WORK = 6_000_000
GRID_STEPS = 100_000
CONVOLVED_DEALS = 1_000
NORMAL_FROM = 100
"""Variance of the number of deals that come, from which on their sum is taken as normally distributed."""
SMALL = 10
"""By how much the standard deviation of a sum exceeds each of its amounts if no single one matters."""
NO_SPREAD = 1e-9
"""A part of a sum whose variance is so small a part of the whole one's does not vary."""
MOST_SKEWED = 0.5
FINE = 200
"""Into how many steps of a grid the standard deviation of what is added to it goes: more tell nothing."""
FINEST = 500
"""Into how many steps that of the whole sum goes at most, if no deal stands out."""
ORDINARY = 4
"""By how much the standard deviation exceeds each amount then: no percentile is much smaller than the deviation."""
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
		"""Return the variance of being won, counted as 0 or 1."""
		return self.probability * (1 - self.probability)

	@property
	def variance(self) -> float:
		"""Return the variance of what the deal brings, in the square of its currency."""
		return self.amount**2 * self.count_variance


@dataclass(frozen=True)
class Moments:
	"""What is known of a set of deals that was added up: their number, the largest amount, and sums over the deals.

	With an amount a that comes with probability p, `mean` is Σ a·p, `variance` Σ a²·p·(1 − p), and `third`, the third
	central moment, Σ a³·p·(1 − p)·(1 − 2p).
	"""

	count: int = 0
	largest: float = 0.0
	mean: float = 0.0
	variance: float = 0.0
	third: float = 0.0

	@classmethod
	def of_powers(
		cls, probability: float, count: int, largest: float, first: float, second: float, third: float
	) -> "Moments":
		"""Return those of deals of one probability, from the sums of their amounts, of the squares and of the cubes."""
		spread = probability * (1 - probability)
		return cls(
			count, largest, probability * first, spread * second, spread * (1 - 2 * probability) * third
		)

	@classmethod
	def together(cls, parts: Iterable["Moments"]) -> "Moments":
		"""Return those of different deals as one."""
		parts = list(parts)
		return cls(
			sum(part.count for part in parts),
			max((part.largest for part in parts), default=0.0),
			fsum(part.mean for part in parts),
			fsum(part.variance for part in parts),
			fsum(part.third for part in parts),
		)

	def times(self, unit: int) -> "Moments":
		"""Return those of the same deals in a smaller unit of the currency."""
		return Moments(
			self.count, self.largest * unit, self.mean * unit, self.variance * unit**2, self.third * unit**3
		)

	@classmethod
	def less(cls, amount: float, probability: float) -> "Moments":
		"""Return what takes a deal off the others: from then on it is known by itself."""
		of_it = cls.of_powers(probability, 1, 0.0, amount, amount**2, amount**3)
		return cls(-of_it.count, 0.0, -of_it.mean, -of_it.variance, -of_it.third)

	@property
	def single_deal_threshold(self) -> float:
		"""From which amount on a deal has to be known by itself: 0 where there are so few that each has to."""
		return sqrt(self.variance) / SMALL if self.count > CONVOLVED_DEALS else 0.0

	@property
	def is_enough(self) -> bool:
		"""Whether they tell the percentiles: of many deals, none of which matters by itself."""
		return self.largest <= self.single_deal_threshold


NO_DEALS = Moments()


def percentiles_with_rest(
	deals: Iterable[Deal], rest: Moments, shares: tuple[float, ...] = (0.1, 0.5, 0.9)
) -> list[int]:
	"""Return the percentiles of the sum of some deals and of many more that were added up, all in cents.

	The sum of the many is nearly normal, with its skewness as the first correction (Edgeworth; Cornish and Fisher).
	"""
	by_variance = sorted(deals, key=lambda deal: (-deal.variance, deal.amount))
	first, others = in_rising_order(by_variance[:CONVOLVED_DEALS]), by_variance[CONVOLVED_DEALS:]
	rest = Moments.together([rest, *map(moments_of, others)])
	if rest.variance <= NO_SPREAD * sum(deal.variance for deal in first):
		return [round(rest.mean + value) for value in percentiles(first, shares)]
	deviation = sqrt(rest.variance)
	skewness = min(max(rest.third / deviation**3, -MOST_SKEWED), MOST_SKEWED)
	if not first:
		return [round(rest.mean + deviation * skewed_quantile(share, skewness)) for share in shares]
	step = max(step_for(first), int(deviation / FINE))
	start, weights = on_grid(first, step)
	return [
		round(start * step + rest.mean + with_normal(weights, step, deviation, share, skewness))
		for share in shares
	]


def skewed_quantile(share: float, skewness: float) -> float:
	"""Return how many standard deviations a percentile of a slightly skewed normal distribution lies above the mean."""
	z = NormalDist().inv_cdf(share)
	return z + (z**2 - 1) * skewness / 6 - (2 * z**3 - 5 * z) * skewness**2 / 36


def moments_of(deal: Deal) -> Moments:
	"""Return the moments of what a deal brings: its amount with its probability, else nothing."""
	amount = float(deal.amount)
	return Moments.of_powers(deal.probability, 1, abs(amount), amount, amount**2, amount**3)


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
	"""Return the deals by amount, those of the same amount by probability."""
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
	deviation = sqrt(sum(deal.variance for deal in deals))
	finest = int(deviation / FINEST) if deals[-1].amount * ORDINARY <= deviation else 0
	return max(-(-work // WORK), -(-sum(deal.amount for deal in deals) // GRID_STEPS), finest)


def on_grid(deals: list[Deal], step: int) -> tuple[int, np.ndarray]:
	"""Return the grid's first step that is not negligible, and the probabilities of the sums from there on."""
	start, weights = 0, np.ones(1)
	for number, deal in enumerate(deals, 1):
		steps, remainder = divmod(deal.amount, step)
		upper = deal.probability * remainder / step
		length = len(weights)
		sums = np.empty(length + steps + bool(remainder))
		np.multiply(weights, 1 - deal.probability, out=sums[:length])
		sums[length:] = 0
		sums[steps : steps + length] += weights * (deal.probability - upper)
		if remainder:
			weights *= upper
			sums[steps + 1 :] += weights
		weights = sums
		if number % TRIMMED_AFTER == 0:
			kept = np.flatnonzero(weights > NEGLIGIBLE)
			start, weights = start + int(kept[0]), weights[kept[0] : kept[-1] + 1]
	return start, weights


def quantiles(weights: np.ndarray, shares: tuple[float, ...]) -> list[int]:
	"""Return for each share the first index up to which the cumulated probability reaches it."""
	found = np.searchsorted(np.cumsum(weights), np.array(shares) - TOLERANCE)
	return [int(index) for index in np.minimum(found, len(weights) - 1)]


def with_normal(
	weights: np.ndarray, step: int, deviation: float, share: float, skewness: float = 0.0
) -> float:
	"""Return the percentile of a sum on a grid from 0 on plus an independent, nearly normally distributed one around 0."""
	values = np.arange(len(weights)) * float(step)
	cumulated = np.concatenate([[0.0], np.cumsum(weights)])
	low, high = -REACH * deviation, values[-1] + REACH * deviation
	while high - low > 1:
		middle = (low + high) / 2
		if middle in (low, high):
			break
		begin, end = np.searchsorted(values, [middle - REACH * deviation, middle + REACH * deviation])
		shares = normal_share((middle - values[begin:end]) / deviation, skewness)
		below = cumulated[begin] + weights[begin:end] @ shares
		low, high = (low, middle) if below >= share else (middle, high)
	return high


def normal_share(deviations: np.ndarray, skewness: float = 0.0) -> np.ndarray:
	"""Return the shares of the normal distribution below these, to seven digits; of one that is slightly skewed."""
	at, shares, density = _normal_table()
	found = np.interp(deviations, at, shares)
	if not skewness:
		return found
	return found - skewness / 6 * (deviations**2 - 1) * np.interp(deviations, at, density)


@cache
def _normal_table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
	at = np.linspace(-REACH, REACH, 16_001)
	shares = np.array([(1 + erf(value / sqrt(2))) / 2 for value in at])
	return at, shares, np.array([exp(-(value**2) / 2) / sqrt(2 * pi) for value in at])

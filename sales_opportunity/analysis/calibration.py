"""What a stage's probability should be after what came of it: a win rate, shrunk to the configured one.

The configured probability p counts like `strength` deals seen before: the prior is Beta(s·p, s·(1 − p)). With w of n
closed deals won, the posterior is Beta(s·p + w, s·(1 − p) + n − w); its mean is the calibrated probability, its
quantiles give the credible interval. Free of the framework.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, lgamma, log, log1p

from sales_opportunity.pricing.money import round_money

LOWEST, HIGHEST = 1, 99
"""An open deal is never certain: calibrated probabilities stay within these, in %."""

TAIL = 0.05
"""What the credible interval leaves out on each side."""

DECIMALS = 9
TINY = 1e-300
PRECISION = 1e-14
ROUNDS = 10_000


@dataclass(frozen=True)
class Calibration:
	"""A calibrated probability. All shares are in %; `measured` is None without closed deals."""

	configured: float
	won: int
	lost: int
	calibrated: int
	lower: float
	upper: float

	@property
	def count(self) -> int:
		"""The sample size: how many closed deals had been in the stage."""
		return self.won + self.lost

	@property
	def measured(self) -> float | None:
		"""Return the share that was won, in %; None without a closed deal."""
		return 100 * self.won / self.count if self.count else None

	@property
	def is_off(self) -> bool:
		"""Whether the configured probability lies outside the interval."""
		return not self.lower <= self.configured <= self.upper


def calibrate(
	configured: float, won: int, lost: int, strength: float, prior: float | None = None
) -> Calibration:
	"""Return the calibrated probability in whole % with its 90 % credible interval.

	`configured` is in %, `strength` the number of deals that it is worth. `prior` takes its place in the reckoning
	if the configured one is itself calibrated, so that no deal counts twice. Raises `ValueError` for a strength of
	0 or less.
	"""
	if strength <= 0:
		raise ValueError("The strength of the prior must be greater than 0.")
	believed = min(max(configured if prior is None else prior, LOWEST), HIGHEST) / 100
	a, b = strength * believed + won, strength * (1 - believed) + lost
	return Calibration(
		configured=configured,
		won=won,
		lost=lost,
		calibrated=min(max(whole_percent(100 * a / (a + b)), LOWEST), HIGHEST),
		lower=100 * beta_quantile(TAIL, a, b),
		upper=100 * beta_quantile(1 - TAIL, a, b),
	)


def whole_percent(share: float) -> int:
	"""Return a share in % rounded as people round: 12.5 is 13. What floats add to it far behind the point is dropped."""
	return int(round_money(round_money(Decimal(share), DECIMALS), 0))


def beta_quantile(share: float, a: float, b: float) -> float:
	"""Return the x below which a value of Beta(a, b) lies with probability `share`, by bisection.

	The distribution function is monotonous, so halving the interval always ends, at the precision of a float.
	"""
	low, high = 0.0, 1.0
	while True:
		middle = (low + high) / 2
		if middle in (low, high):
			return middle
		if beta_share(middle, a, b) < share:
			low = middle
		else:
			high = middle


def beta_share(x: float, a: float, b: float) -> float:
	"""Return the probability that a value of Beta(a, b) lies below x: the regularized incomplete beta function.

	It is evaluated by its continued fraction, on the side of the mean where that converges fast, by the modified
	method of Lentz. Raises `ArithmeticError` if it does not converge.
	"""
	if x <= 0:
		return 0.0
	if x >= 1:
		return 1.0
	if x > (a + 1) / (a + b + 2):
		return 1 - beta_share(1 - x, b, a)
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
	return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
	numerator = 1.0
	denominator = 1 / _not_zero(1 - (a + b) * x / (a + 1))
	value = denominator
	for m in range(1, ROUNDS):
		for term in (
			m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
			-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
		):
			denominator = 1 / _not_zero(1 + term * denominator)
			numerator = _not_zero(1 + term / numerator)
			factor = numerator * denominator
			value *= factor
		if abs(factor - 1) < PRECISION:
			return value
	raise ArithmeticError(f"The incomplete beta function of {a}, {b} does not converge at {x}.")


def _not_zero(value: float) -> float:
	return value if abs(value) > TINY else TINY

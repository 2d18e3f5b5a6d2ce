"""The one way in which medians are taken: of lengths of time, some of which go on. Free of the framework."""

from collections.abc import Iterable

import numpy

HALF = 0.5
CLOSE = 1e-12
"""Shares that differ by less are the same: floats cannot tell thirds apart."""


def median(lengths: Iterable[float]) -> float | None:
	"""Return the median of lengths that are all known: the middle one, or the mean of the two in the middle.

	None without any.
	"""
	return censored_median(lengths, ())


def censored_median(ended: Iterable[float], lasting: Iterable[float]) -> float | None:
	"""Return the time after which half have ended (Kaplan-Meier), None if it is not reached.

	`ended` are the lengths of stays that are over, `lasting` those of stays that go on: they count as long as they have been
	observed. If exactly half have ended, it lies in the middle between that moment and the next one at which a stay ended.
	"""
	over = numpy.fromiter(ended, float)
	lengths = numpy.sort(numpy.concatenate([over, numpy.fromiter(lasting, float)]))
	moments, numbers = numpy.unique(over, return_counts=True)
	observed = len(lengths) - numpy.searchsorted(lengths, moments)
	surviving = numpy.cumprod(1 - numbers / observed)
	(half,) = numpy.nonzero(surviving <= HALF + CLOSE)
	if not len(half):
		return None
	first = half[0]
	is_half = surviving[first] >= HALF - CLOSE
	last = min(first + 1, len(moments) - 1) if is_half else first
	return float((moments[first] + moments[last]) / 2)

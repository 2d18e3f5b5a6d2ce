"""The one way in which medians are taken: of lengths of time, some of which go on. Free of the framework."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

HALF = 0.5
CLOSE = 1e-12
"""Shares that differ by less are the same: floats cannot tell thirds apart."""


def median(lengths: Iterable[float]) -> float | None:
	"""Return the median of lengths that are all known: the middle one, or the mean of the two in the middle.

	None without any.
	"""
	return censored_median([(length, True) for length in lengths])


def censored_median(stays: list[tuple[float, bool]]) -> float | None:
	"""Return the time after which half have ended (Kaplan-Meier), None if it is not reached.

	Each stay is its length and whether it has ended; one that goes on counts as long as it has been observed. If
	exactly half have ended, it lies in the middle between that moment and the next one at which a stay ended.
	"""
	ended = Counter(length for length, has_ended in stays if has_ended)
	lengths = sorted(length for length, _has_ended in stays)
	surviving, half_way = 1.0, None
	for length in sorted(ended):
		if half_way is not None:
			return (half_way + length) / 2
		surviving *= 1 - ended[length] / (len(lengths) - bisect_left(lengths, length))
		if surviving < HALF - CLOSE:
			return length
		if surviving <= HALF + CLOSE:
			half_way = length
	return half_way

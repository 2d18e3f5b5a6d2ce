"""How late deals close, compared with the date that the seller said (Kaplan-Meier). Free of the framework.

A deal's slip in a stage is the number of days from the date that was said there first to the day of closing. Of an
open deal it is only known that it is more than the days that have passed since the date said: it is censored.

	S(t) = Π over the days u ≤ t on which deals closed of (1 − closed(u) ÷ known to have slipped u days or more)

The adjusted date of an open deal is the date said plus the least t at which S(t) ≤ S(s) ÷ 2, where s is the number of
days that have passed since the date said: half of those deals that were as late as this one have closed by then. If S(t)
is just the half, it is the middle between this day and the next on which deals closed, as in all medians here. Parts of
a day are rounded up.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from sales_opportunity.analysis.medians import CLOSE, HALF

Slip = tuple[int, bool]
"""Days from the date said to that of closing, or to today, and whether the deal has closed."""


@dataclass(frozen=True)
class SlipCurve:
	"""S(t) at the days on which deals closed, and how many had closed."""

	days: tuple[int, ...]
	shares: tuple[float, ...]
	closed: int

	@classmethod
	def of(cls, slips: Mapping[Slip, int]) -> "SlipCurve":
		"""Return the curve of slips by how many deals have each."""
		share, known, closed, shares = 1.0, sum(slips.values()), 0, {}
		for day in sorted({days for days, _has_closed in slips}):
			ended = slips.get((day, True), 0)
			if ended:
				share *= 1 - ended / known
				shares[day] = share
			closed += ended
			known -= ended + slips.get((day, False), 0)
		return cls(tuple(shares), tuple(shares.values()), closed)

	def slip(self, passed: int) -> float | None:
		"""Return the days by which half of the deals have closed that were open `passed` days after the date said.

		Before that date `passed` is negative. None if fewer than half are known to have closed.
		"""
		first = bisect_right(self.days, passed)
		goal = (self.shares[first - 1] if first else 1.0) * HALF
		if goal <= CLOSE:
			return None
		for place in range(first, len(self.days)):
			if self.shares[place] > goal + CLOSE:
				continue
			if self.shares[place] >= goal - CLOSE and place + 1 < len(self.days):
				return (self.days[place] + self.days[place + 1]) / 2
			return self.days[place]
		return None


Group = tuple[str | None, str]
"""A class, None for all together, and a stage."""


@dataclass(frozen=True)
class Slips:
	"""The curves by class and stage, and of a stage over all classes, of which enough is known."""

	curves: dict[Group, SlipCurve]

	@classmethod
	def of(cls, observed: Iterable[tuple[str, str, Slip, int]], smallest: int) -> "Slips":
		"""Return the curves of deals' classes, stages and slips, each with how many deals there are.

		A curve of fewer closed deals than `smallest` says nothing.
		"""
		groups: dict[Group, Counter[Slip]] = {}
		for class_id, stage, slip, count in observed:
			for group in ((class_id, stage), (None, stage)):
				groups.setdefault(group, Counter())[slip] += count
		curves = {group: SlipCurve.of(slips) for group, slips in groups.items()}
		return cls({group: curve for group, curve in curves.items() if curve.closed >= smallest})

	def adjusted(self, class_id: str, stage: str, said: date, today: date) -> date:
		"""Return when a deal will probably close; the date that was said where nothing is known.

		The class's own curve counts, else that of all classes.
		"""
		passed = (today - said).days
		for group in ((class_id, stage), (None, stage)):
			curve = self.curves.get(group)
			days = curve.slip(passed) if curve else None
			if days is not None:
				return said + timedelta(days=ceil(days))
		return said

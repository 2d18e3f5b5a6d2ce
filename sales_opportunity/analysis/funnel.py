"""How opportunities pass through the stages. Free of the framework.

An opportunity that is open has not decided yet: it counts as reached, but neither for nor against a conversion, and
its time in the stage is known only from below (censored), which the median takes into account (Kaplan and Meier).

Courses are kept in columns, and all of them are followed at once: one by one, a hundred thousand would take seconds.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

import numpy as np

from sales_opportunity.analysis.medians import censored_median

NAMED = 500
"""Of so many opportunities of a kind the names are known; of all others only that there are some."""
STATUSES = ("Open", "Won", "Lost")
BEGIN = datetime(2000, 1, 1)
"""From where moments are counted in seconds: as numbers they are read ten times as fast as as text."""

Step = tuple[str, str, float, int, str, str]
"""The name of an opportunity, a stage that it entered, the moment in seconds from `BEGIN` on, a number that tells what comes first of two
entries of one moment, and the opportunity's status and class."""


@dataclass
class Group:
	"""How many opportunities there are of a kind, and the names of the first of them."""

	count: int = 0
	names: list[str] = field(default_factory=list)

	def add(self, names: Collection[str], count: int) -> None:
		"""Count more opportunities, of which these are the first."""
		self.count += count
		self.names += list(names)[: NAMED - len(self.names)]

	def __add__(self, other: "Group") -> "Group":
		return Group(self.count + other.count, [*self.names, *other.names][:NAMED])


@dataclass
class StageFigures:
	"""What happened in one stage."""

	stage: str
	is_final: bool = False
	entered: Group = field(default_factory=Group)
	skipped: Group = field(default_factory=Group)
	advanced: Group = field(default_factory=Group)
	undecided: Group = field(default_factory=Group)
	decided: Group = field(default_factory=Group)
	"""Those that reached the stage and either came further or were closed."""
	waiting: Group = field(default_factory=Group)
	lost: Group = field(default_factory=Group)
	back: Group = field(default_factory=Group)
	ended: array = field(default_factory=lambda: array("d"))
	"""Days of the stays in the stage that have ended."""
	lasting: array = field(default_factory=lambda: array("d"))
	"""Days so far of those that go on."""

	@property
	def reached(self) -> Group:
		"""Those that were in this stage or passed it by on their way to a later one."""
		return self.entered + self.skipped

	@property
	def conversion(self) -> float | None:
		"""The share (0 to 1) that came further, of those that reached the stage and decided.

		None without any, and for the final stages.
		"""
		if self.is_final or not self.decided.count:
			return None
		return self.advanced.count / self.decided.count

	@property
	def median_days(self) -> float | None:
		"""Return the median of the days in the stage, with stays that still last; None if it is not reached."""
		return censored_median(self.ended, self.lasting)


class StageHistories:
	"""The courses of some opportunities through the stages in `order`: all steps of each, in any order.

	`names`, `begins` (the first moment) and `ends` (the last one) have a value for each opportunity, by name; `deals`,
	`ranks`, `moments` and `is_last` one for each step, course by course. `kinds` says by kind which opportunities (rows) the
	figures of which stages (columns) count.
	"""

	def __init__(
		self,
		steps: Iterable[Step],
		order: list[str],
		final: Collection[str],
		stages_of: Callable[[str], Collection[str]],
	) -> None:
		names, stages, moments, positions, statuses, classes = zip(*steps, strict=True)
		self.names, self.order = sorted(set(names)), order
		moments = np.array(moments, float)
		deals = numbered(names, self.names)
		in_order = np.lexsort((positions, moments, deals))
		self.deals = deals[in_order]
		self.ranks = numbered(stages, order)[in_order]
		microseconds = np.rint(moments * 1e6)[in_order].astype("timedelta64[us]")
		self.moments = np.datetime64(BEGIN) + microseconds
		self.is_last = np.append(self.deals[1:] != self.deals[:-1], True)
		self.begins, self.ends = self.moments[np.roll(self.is_last, 1)], self.moments[self.is_last]
		self.statuses = np.empty(len(self.names), int)
		self.statuses[deals] = numbered(statuses, STATUSES)
		known = sorted(set(classes))
		class_of = np.empty(len(self.names), int)
		class_of[deals] = numbered(classes, known)
		available = [[stage in found for stage in order] for found in map(set, map(stages_of, known))]
		self.kinds = self._kinds(np.array(available, bool)[class_of], final)

	def having(self, status: str) -> np.ndarray:
		"""Return which opportunities have the status."""
		return self.statuses == STATUSES.index(status)

	def _kinds(self, available: np.ndarray, final: Collection[str]) -> dict[str, np.ndarray]:
		"""Return which stages each opportunity entered, skipped and left, and where it stands or was lost.

		One that was opened again after it was won has not come that far. Of several won stages none comes after another. It
		cannot skip what its class does not have.
		"""
		is_open, is_won, is_lost = (self.having(status)[:, None] for status in STATUSES)
		is_final, ranks = np.array([stage in final for stage in self.order], bool), np.arange(len(self.order))
		entered = self._pairs(self.deals, self.ranks) & (is_won | ~is_final)
		furthest = np.where(entered, ranks, -1).max(axis=1, initial=-1)[:, None]
		skipped = (ranks < furthest) & ~entered & ~is_final & available
		reached = entered | skipped
		undecided = reached & is_open & (ranks == furthest)
		everyone, is_known = np.arange(len(self.names)), self.ranks < len(self.order)
		last_known = np.full(len(self.names), len(self.order))
		last_known[self.deals[is_known]] = self.ranks[is_known]  # the last one stays
		goes_back = ~self.is_last & (np.roll(self.ranks, -1) < self.ranks) & is_known
		return {
			"entered": entered,
			"skipped": skipped,
			"advanced": reached & (ranks < furthest) & ~is_final,
			"undecided": undecided,
			"decided": reached & ~undecided,
			"waiting": self._pairs(everyone, self.ranks[self.is_last]) & is_open,
			"lost": self._pairs(everyone, last_known) & is_lost,
			"back": self._pairs(self.deals[goes_back], self.ranks[goes_back]),
		}

	def _pairs(self, deals: np.ndarray, ranks: np.ndarray) -> np.ndarray:
		"""Return a matrix that is true for these pairs of opportunity and stage, without stages of which `order` knows nothing."""
		found = np.zeros((len(self.names), len(self.order) + 1), bool)
		found[deals, ranks] = True
		return found[:, :-1]


class Funnel:
	"""The figures of the stages in `order`: the open ones by position, the `final` (won) ones last, no lost ones.

	Courses are added part by part and not kept, however many they are.
	"""

	def __init__(self, order: list[str], final: Collection[str], now: datetime) -> None:
		self.figures = [StageFigures(stage, stage in final) for stage in order]
		self.now = now

	def add(self, courses: StageHistories, included: np.ndarray) -> None:
		"""Count how those opportunities passed through the stages for which `included` is true."""
		numbers = np.flatnonzero(included)
		for kind, pairs in courses.kinds.items():
			for stage, is_in in zip(self.figures, pairs[numbers].T, strict=True):
				found = numbers[is_in]
				getattr(stage, kind).add([courses.names[number] for number in found[:NAMED]], len(found))
		self._add_stays(courses, included[courses.deals])

	def _add_stays(self, courses: StageHistories, included: np.ndarray) -> None:
		"""Note how long the opportunities were in each stage, and have been so far where they stand."""
		has_ended = included & ~courses.is_last
		goes_on = included & courses.is_last & courses.having("Open")[courses.deals]
		ended = as_days(np.roll(courses.moments, -1) - courses.moments)
		lasting = as_days(np.datetime64(self.now) - courses.moments)
		for rank, stage in enumerate(self.figures):
			is_here = courses.ranks == rank
			stage.ended.frombytes(ended[has_ended & is_here].tobytes())
			stage.lasting.frombytes(lasting[goes_on & is_here].tobytes())


def as_days(lengths: np.ndarray) -> np.ndarray:
	"""Return lengths of time in days."""
	return lengths / np.timedelta64(1, "D")


def numbered(values: Sequence[str], known: Sequence[str]) -> np.ndarray:
	"""Return for each value its place among the known ones, for others their number."""
	places = {value: place for place, value in enumerate(known)}
	return np.fromiter(map(places.get, values, repeat(len(places))), int, len(values))

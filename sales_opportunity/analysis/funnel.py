"""How opportunities pass through the stages. Free of the framework.

An opportunity that is open has not decided yet: it counts as reached, but neither for nor against a conversion, and
its time in the stage is known only from below (censored), which the median takes into account (Kaplan and Meier).
"""

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sales_opportunity.analysis.medians import censored_median

SECONDS_PER_DAY = 86_400
NAMED = 500
"""Of so many opportunities of a kind the names are known; of all others only that there are some."""


@dataclass
class Group:
	"""How many opportunities there are of a kind, and the names of the first of them."""

	count: int = 0
	names: list[str] = field(default_factory=list)

	def add(self, name: str) -> None:
		"""Count an opportunity."""
		self.count += 1
		if len(self.names) < NAMED:
			self.names.append(name)

	def __add__(self, other: "Group") -> "Group":
		return Group(self.count + other.count, [*self.names, *other.names][:NAMED])


@dataclass(frozen=True)
class Course:
	"""The stages that one opportunity entered, each with its moment, the earliest first, and how it stands now."""

	name: str
	steps: tuple[tuple[str, datetime], ...]
	status: str = "Open"
	available: frozenset[str] | None = None
	"""The stages that its class has; it cannot skip others. None: all."""


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
		return censored_median(self.ended, self.lasting)


class Funnel:
	"""The figures of the stages in `order`: the open ones by position, the `final` (won) ones last, no lost ones.

	Courses are added one by one and not kept, however many they are.
	"""

	def __init__(self, order: list[str], final: Collection[str], now: datetime) -> None:
		self.rank = {stage: index for index, stage in enumerate(order)}
		self.figures = [StageFigures(stage, stage in final) for stage in order]
		self.now = now

	def add(self, course: Course) -> None:
		"""Count how one opportunity passed through the stages."""
		ranks = {self.rank[stage] for stage, _moment in course.steps if stage in self.rank}
		if ranks:
			add_passage(self.figures, course, ranks, self.rank)
			add_stays(self.figures, course, self.rank, self.now)


def funnel(
	courses: Iterable[Course], order: list[str], final: Collection[str], now: datetime
) -> list[StageFigures]:
	"""Return the figures of all these courses, as `Funnel` has them."""
	found = Funnel(order, final, now)
	for course in courses:
		found.add(course)
	return found.figures


def add_passage(figures: list[StageFigures], course: Course, entered: set[int], rank: dict[str, int]) -> None:
	"""Note which stages the opportunity entered, skipped and left, and where it stands or was lost.

	One that was opened again after it was won has not come that far. Of several won stages none comes after another.
	"""
	if course.status != "Won":
		entered = {index for index in entered if not figures[index].is_final}
	furthest = max(entered, default=-1)
	for index in range(furthest + 1):
		stage = figures[index]
		if index not in entered and stage.is_final:
			continue
		if index not in entered and not (course.available is None or stage.stage in course.available):
			continue
		(stage.entered if index in entered else stage.skipped).add(course.name)
		if index < furthest and not stage.is_final:
			stage.advanced.add(course.name)
		is_undecided = course.status == "Open" and index == furthest
		(stage.undecided if is_undecided else stage.decided).add(course.name)
	present = course.steps[-1][0]
	if course.status == "Open" and present in rank:
		figures[rank[present]].waiting.add(course.name)
	if course.status == "Lost":
		last = next(rank[stage] for stage, _moment in reversed(course.steps) if stage in rank)
		figures[last].lost.add(course.name)


def add_stays(figures: list[StageFigures], course: Course, rank: dict[str, int], now: datetime) -> None:
	"""Note how long the opportunity was in each open stage, and from where it went back."""
	left_back = set()
	for (stage, entered), (following, left) in pairwise(course.steps):
		if stage in rank:
			figures[rank[stage]].ended.append(days_between(entered, left))
			if rank.get(following, len(rank)) < rank[stage]:
				left_back.add(rank[stage])
	for index in left_back:
		figures[index].back.add(course.name)
	stage, entered = course.steps[-1]
	if course.status == "Open" and stage in rank:
		figures[rank[stage]].lasting.append(days_between(entered, now))


def days_between(earlier: datetime, later: datetime) -> float:
	"""Return the time between two moments in days."""
	return (later - earlier).total_seconds() / SECONDS_PER_DAY

"""How opportunities pass through the stages. Free of the framework.

An opportunity that is open has not decided yet: it counts as reached, but neither for nor against a conversion, and
its time in the stage is known only from below (censored), which the median takes into account (Kaplan and Meier).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sales_opportunity.analysis.medians import censored_median

SECONDS_PER_DAY = 86_400


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
	"""What happened in one stage. The lists hold the names of the opportunities."""

	stage: str
	is_final: bool = False
	entered: list[str] = field(default_factory=list)
	skipped: list[str] = field(default_factory=list)
	advanced: list[str] = field(default_factory=list)
	undecided: list[str] = field(default_factory=list)
	waiting: list[str] = field(default_factory=list)
	lost: list[str] = field(default_factory=list)
	back: list[str] = field(default_factory=list)
	stays: list[tuple[float, bool]] = field(default_factory=list)
	"""Days in the stage, and whether the stay has ended."""

	@property
	def reached(self) -> list[str]:
		"""Those that were in this stage or passed it by on their way to a later one."""
		return [*self.entered, *self.skipped]

	@property
	def decided(self) -> list[str]:
		"""Those that reached the stage and either came further or were closed."""
		undecided = set(self.undecided)
		return [name for name in self.reached if name not in undecided]

	@property
	def conversion(self) -> float | None:
		"""The share (0 to 1) that came further, of those that reached the stage and decided.

		None without any, and for the final stages.
		"""
		if self.is_final:
			return None
		return len(self.advanced) / len(self.decided) if self.decided else None

	@property
	def median_days(self) -> float | None:
		return censored_median(self.stays)


def funnel(
	courses: list[Course], order: list[str], final: Collection[str], now: datetime
) -> list[StageFigures]:
	"""Return the figures of the stages in `order`: the open ones by position, the `final` (won) ones last, no lost ones."""
	rank = {stage: index for index, stage in enumerate(order)}
	figures = [StageFigures(stage, stage in final) for stage in order]
	for course in courses:
		ranks = [rank[stage] for stage, _moment in course.steps if stage in rank]
		if ranks:
			add_passage(figures, course, set(ranks), rank)
			add_stays(figures, course, rank, now)
	return figures


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
		(stage.entered if index in entered else stage.skipped).append(course.name)
		if index < furthest and not stage.is_final:
			stage.advanced.append(course.name)
	if course.status == "Open" and entered:
		figures[furthest].undecided.append(course.name)
	present = course.steps[-1][0]
	if course.status == "Open" and present in rank:
		figures[rank[present]].waiting.append(course.name)
	if course.status == "Lost":
		last = next(rank[stage] for stage, _moment in reversed(course.steps) if stage in rank)
		figures[last].lost.append(course.name)


def add_stays(figures: list[StageFigures], course: Course, rank: dict[str, int], now: datetime) -> None:
	"""Note how long the opportunity was in each open stage, and from where it went back."""
	for (stage, entered), (following, left) in pairwise(course.steps):
		if stage in rank:
			figures[rank[stage]].stays.append((days_between(entered, left), True))
			if rank.get(following, len(rank)) < rank[stage]:
				figures[rank[stage]].back.append(course.name)
	stage, entered = course.steps[-1]
	if course.status == "Open" and stage in rank:
		figures[rank[stage]].stays.append((days_between(entered, now), False))


def days_between(earlier: datetime, later: datetime) -> float:
	"""Return the time between two moments in days."""
	return (later - earlier).total_seconds() / SECONDS_PER_DAY

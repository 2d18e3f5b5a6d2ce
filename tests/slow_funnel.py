"""How opportunities pass through the stages, followed one by one: what the funnel in columns is held to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sales_opportunity.analysis.funnel import StageFigures

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Course:
	"""The stages that one opportunity entered, each with its moment, the earliest first, and how it stands now."""

	name: str
	steps: tuple[tuple[str, datetime], ...]
	status: str = "Open"
	available: frozenset[str] | None = None
	"""The stages that its class has; it cannot skip others. None: all."""


def funnel(
	courses: Iterable[Course], order: list[str], final: Collection[str], now: datetime
) -> list[StageFigures]:
	"""Return the figures of all these courses."""
	rank = {stage: index for index, stage in enumerate(order)}
	figures = [StageFigures(stage, stage in final) for stage in order]
	for course in courses:
		ranks = {rank[stage] for stage, _moment in course.steps if stage in rank}
		if ranks:
			add_passage(figures, course, ranks, rank)
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
		(stage.entered if index in entered else stage.skipped).add([course.name], 1)
		if index < furthest and not stage.is_final:
			stage.advanced.add([course.name], 1)
		is_undecided = course.status == "Open" and index == furthest
		(stage.undecided if is_undecided else stage.decided).add([course.name], 1)
	present = course.steps[-1][0]
	if course.status == "Open" and present in rank:
		figures[rank[present]].waiting.add([course.name], 1)
	if course.status == "Lost":
		last = next(rank[stage] for stage, _moment in reversed(course.steps) if stage in rank)
		figures[last].lost.add([course.name], 1)


def add_stays(figures: list[StageFigures], course: Course, rank: dict[str, int], now: datetime) -> None:
	"""Note how long the opportunity was in each open stage, and from where it went back."""
	left_back = set()
	for (stage, entered), (following, left) in pairwise(course.steps):
		if stage in rank:
			figures[rank[stage]].ended.append(days_between(entered, left))
			if rank.get(following, len(rank)) < rank[stage]:
				left_back.add(rank[stage])
	for index in left_back:
		figures[index].back.add([course.name], 1)
	stage, entered = course.steps[-1]
	if course.status == "Open" and stage in rank:
		figures[rank[stage]].lasting.append(days_between(entered, now))


def days_between(earlier: datetime, later: datetime) -> float:
	"""Return the time between two moments in days."""
	return (later - earlier).total_seconds() / SECONDS_PER_DAY

"""Which steps of a class's cadence an event calls for, when they are due, and what they say. Free of the framework."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

STAGE_ENTERED, QUOTE_SENT, QUOTE_OPENED = "Stage Entered", "Quote Sent", "Quote Opened"
EVENTS = (STAGE_ENTERED, QUOTE_SENT, QUOTE_OPENED)
LONGEST_WAIT = 365
"""Days."""
SATURDAY = 5
TASK = "Task"


def called_for(steps: Iterable[Any], event: str, stage: str | None, known: Iterable[str]) -> list[Any]:
	"""Return the steps of a cadence that an event calls for now, without those that are switched off or were proposed before."""
	return [
		step
		for step in steps
		if not step.disabled
		and step.event == event
		and (event != STAGE_ENTERED or step.stage == stage)
		and step.name not in known
	]


def due_day(day: date, days_after: int, skips_weekends: bool) -> date:
	"""Return the day so many days after another one; from a weekend it moves to Monday if weekends are skipped."""
	due = day + timedelta(days=days_after)
	if skips_weekends and due.weekday() >= SATURDAY:
		due += timedelta(days=7 - due.weekday())
	return due


def proposal_text(activity: str, label: str, subject: str) -> str:
	"""Return what is to be done, with what kind of activity it is in front: a task says that by itself."""
	return subject if activity == TASK else f"{label}: {subject}"

"""When a step of a cadence is due, what it says, and which steps an event calls for."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.activities.cadence_rules import (
	LONGEST_WAIT,
	QUOTE_OPENED,
	QUOTE_SENT,
	STAGE_ENTERED,
	called_for,
	due_day,
	proposal_text,
)

FRIDAY = date(2026, 11, 27)


@dataclass
class Step:
	name: str
	event: str = QUOTE_SENT
	stage: str | None = None
	disabled: int = 0


@pytest.mark.parametrize(
	("days_after", "skips_weekends", "due"),
	[
		(0, True, FRIDAY),
		(1, True, date(2026, 11, 30)),
		(2, True, date(2026, 11, 30)),
		(3, True, date(2026, 11, 30)),
		(1, False, date(2026, 11, 28)),
		(5, True, date(2026, 12, 2)),
	],
)
def test_a_weekend_moves_to_monday(days_after, skips_weekends, due):
	assert due_day(FRIDAY, days_after, skips_weekends) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, LONGEST_WAIT))
def test_skipping_weekends_never_comes_sooner_and_at_most_two_days_later(day, days_after):
	plain, moved = due_day(day, days_after, False), due_day(day, days_after, True)
	assert plain == day + timedelta(days=days_after)
	assert timedelta() <= moved - plain <= timedelta(days=2)
	assert moved.weekday() < 5


def test_the_kind_stands_in_front_but_for_a_task():
	assert proposal_text("Call", "Anruf", "Angebot angekommen?") == "Anruf: Angebot angekommen?"
	assert proposal_text("Task", "Aufgabe", "Muster zusammenstellen") == "Muster zusammenstellen"


def names(steps) -> list[str]:
	return [step.name for step in steps]


def test_an_event_calls_for_its_own_steps_of_the_stage_once_and_none_that_is_switched_off():
	steps = [
		Step("meet", STAGE_ENTERED, "First Meeting"),
		Step("propose", STAGE_ENTERED, "Proposal"),
		Step("call"),
		Step("off", disabled=1),
		Step("read", QUOTE_OPENED),
	]
	assert names(called_for(steps, STAGE_ENTERED, "Proposal", [])) == ["propose"]
	assert names(called_for(steps, QUOTE_SENT, "Proposal", [])) == ["call"]
	assert names(called_for(steps, QUOTE_SENT, "Proposal", ["call"])) == []
	assert names(called_for(steps, QUOTE_OPENED, None, ["call"])) == ["read"]

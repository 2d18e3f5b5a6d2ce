"""The state of the next activity, as list, form, board and My Day name it."""

from datetime import date, datetime

import pytest

from sales_opportunity.activities.activity_rules import activity_state

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
	("day", "state"),
	[
		(None, "none"),
		("", "none"),
		(date(2026, 3, 2), "planned"),
		(date(2027, 1, 1), "planned"),
		(date(2026, 3, 1), "due"),
		(datetime(2026, 3, 1, 23, 59), "due"),
		("2026-03-01", "due"),
		("2026-03-01 08:00:00", "due"),
		(date(2026, 2, 28), "overdue"),
		("2025-12-31", "overdue"),
	],
)
def test_the_state_follows_from_the_day(day, state):
	assert activity_state(day, TODAY) == state
	assert activity_state(day, "2026-03-01") == state

"""What the date of the next activity means today, and when a deal counts as stalled. Free of the framework."""

from datetime import date, datetime, timedelta


def activity_state(next_activity_date: date | str | None, today: date | str) -> str:
	"""Return `none`, `planned`, `due` (today) or `overdue`; days may also be given as text, as databases do."""
	day, this_day = as_day(next_activity_date), as_day(today)
	if not day or not this_day:
		return "none"
	return "overdue" if day < this_day else "due" if day == this_day else "planned"


def as_day(value: date | str | None) -> date | None:
	"""Return the day of a date, a moment or its text in ISO format. Raises `ValueError` for other text."""
	if not value:
		return None
	if isinstance(value, str):
		return date.fromisoformat(value[:10])
	return value.date() if isinstance(value, datetime) else value


def stalled_from(status: str, idle_since: date | str | None, stalled_after_days: int | None) -> date | None:
	"""Return the date from which an opportunity counts as stalled, None for closed ones and stages without limit."""
	day = as_day(idle_since)
	if status != "Open" or not stalled_after_days or not day:
		return None
	return day + timedelta(days=stalled_after_days)

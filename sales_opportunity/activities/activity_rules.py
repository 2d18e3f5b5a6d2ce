"""What the next activity's date means today. Free of the framework."""

from datetime import date, datetime


def activity_state(next_activity_date: date | str | None, today: date | str) -> str:
	"""Return `none`, `planned`, `due` (today) or `overdue`; days may also be given as text, as databases do."""
	day = as_day(next_activity_date)
	if not day:
		return "none"
	today = as_day(today)
	return "overdue" if day < today else "due" if day == today else "planned"


def as_day(value: date | str | None) -> date | None:
	"""Return the day of a date, a moment or its text in ISO format. Raises `ValueError` for other text."""
	if not value:
		return None
	if isinstance(value, str):
		return date.fromisoformat(value[:10])
	return value.date() if isinstance(value, datetime) else value

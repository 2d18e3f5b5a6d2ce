"""Days and times of the story: working days and office hours, counted from today."""

from datetime import date, datetime, time, timedelta

FIRST_MINUTE = 8 * 60
LAST_MINUTE = 17 * 60


def workday(today: date, days_ago: int) -> date:
	"""Return the day so many days ago (negative: ahead), or the Friday before (ahead: the Monday after)."""
	day = today - timedelta(days=days_ago)
	beyond_friday = max(day.weekday() - 4, 0)
	if not beyond_friday:
		return day
	return day - timedelta(days=beyond_friday) if days_ago >= 0 else day + timedelta(days=3 - beyond_friday)


def moment_on(day: date, seed: int, after: datetime | None = None) -> datetime:
	"""Return a time in office hours on a past day, the same for the same seed, and later than `after`."""
	minute = FIRST_MINUTE + seed * 47 % (LAST_MINUTE - FIRST_MINUTE)
	moment = datetime.combine(day, time(minute // 60, minute % 60))
	return max(moment, after + timedelta(minutes=13)) if after else moment

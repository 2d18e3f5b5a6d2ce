"""The day of the test sites and of browsers there: not always that of the machine, nor the one on which the run began."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/Berlin"


def site_date(offset: int = 0) -> date:
	"""Return today, or the day so many days later."""
	return datetime.now(ZoneInfo(TIME_ZONE)).date() + timedelta(offset)

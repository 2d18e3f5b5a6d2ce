"""The day of the site where a whole module of tests speaks of it: asked when it is needed, since a run may go on past midnight."""

from frappe.utils import add_days, nowdate


def site_day(offset: int = 0) -> str:
	"""Return today, or the day so many days later."""
	return add_days(nowdate(), offset)

"""The rows of snapshots behind a figure of the forecast accuracy, looked for when somebody asks for them."""

from collections.abc import Callable
from datetime import date

import frappe
from frappe.utils import cint, getdate

from sales_opportunity.access.permissions import require
from sales_opportunity.analysis.accuracy import complete_periods
from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.reporting.drill_down import LISTED_ROWS, drill_to_list
from sales_opportunity.reporting.filters import PERIODS, checked_filters
from sales_opportunity.reporting.forecasts import AskedForecast, Judged, asked_for
from sales_opportunity.reporting.snapshots import SNAPSHOT

VIEWS = ("Periods", "Measures", "Reliability")
MAX_PERIODS = 60


def filters_of(filters: dict | str | None) -> frappe._dict:
	"""Return the report's filters with their defaults."""
	return checked_filters(filters, {"view": VIEWS, "period": PERIODS}, view="Periods", period="Month")


def periods_of(filters: frappe._dict) -> list[tuple[date, date]]:
	"""Return first day and first day after it of the chosen periods that are over."""
	count = min(max(cint(filters.periods) or 12, 1), MAX_PERIODS)
	return complete_periods(min(getdate(filters.until or None), getdate()), count, MONTHS[filters.period])


def narrowing(filters: frappe._dict) -> dict:
	"""Return the filters that narrow snapshots and opportunities alike."""
	return {
		field: filters[field] for field in ("class_id", "opportunity_owner", "company") if filters.get(field)
	}


def judged_forecasts(filters: str | dict, is_asked: Callable[[AskedForecast], bool]) -> Judged | None:
	"""Return what was expected by the report's forecasts that are asked for, None if there is none."""
	require(SNAPSHOT)
	wanted = filters_of(filters)
	asked = [entry for entry in asked_for(periods_of(wanted)) if is_asked(entry)]
	return Judged(asked, narrowing(wanted)) if asked else None


def link_to_snapshots(names: list[str] | None) -> dict:
	"""Return the link to a list of these snapshots."""
	return drill_to_list(SNAPSHOT, {"name": ["in", names or []]})


@whitelist()
def rows_still_open(filters: str | dict, start: str, horizon: int) -> dict:
	"""Return the list of a forecast's rows whose opportunity has no outcome yet.

	Raises `frappe.PermissionError` for users who may not read snapshots.
	"""
	rows = judged_forecasts(filters, lambda entry: (entry.start, entry.horizon) == (getdate(start), horizon))
	return link_to_snapshots(rows and rows.names(rows.is_open(), LISTED_ROWS))


@whitelist()
def rows_in_range(filters: str | dict, lower: int, upper: int) -> dict:
	"""Return the list of the rows that were the first to name their opportunity, with a probability in the range.

	Raises `frappe.PermissionError` for users who may not read snapshots.
	"""
	rows = judged_forecasts(filters, lambda entry: True)
	return link_to_snapshots(rows and rows.names(rows.is_in_bin(lower, upper), LISTED_ROWS))

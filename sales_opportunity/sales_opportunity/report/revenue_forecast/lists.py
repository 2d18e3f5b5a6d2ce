"""The lists that the figures of the revenue forecast lead to: by filters where they say it, else by names."""

from datetime import date

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.periods import OVERDUE, UNDATED, end_of
from sales_opportunity.analysis.revenue import Revenue
from sales_opportunity.reporting.drill_down import (
	days,
	days_before,
	days_of,
	drill_by_names,
	drill_to_deals,
	drill_to_names,
	equal_to,
	only_in_forecast,
)
from sales_opportunity.reporting.groups import ITEM_GROUP
from sales_opportunity.reporting.query import as_date


def lists_of_period(filters: frappe._dict, start: date, group: str | None, revenue: Revenue) -> dict:
	"""Return the lists of `open` and `won` deals, and of `both`, of a period and group."""
	if filters.item_group or filters.group_by == ITEM_GROUP:
		return drill_by_names(revenue.names)
	grouped = {filters.group_by: equal_to(group)} if filters.group_by else {}
	forecast = {"status": "Open", **only_in_forecast(filters), **grouped}
	if start in (OVERDUE, UNDATED):
		day = equal_to(None) if start == UNDATED else days_before(getdate())
		is_open = drill_to_deals(filters, expected_close_date=day, **forecast)
		return {"open": is_open, "both": is_open}
	first, last = clipped(filters, start)
	first_open = max(first, getdate())
	is_won = drill_to_deals(filters, **{"status": "Won", "closed_on": days(first, last), **grouped})
	is_open = None
	if first_open <= last:
		is_open = drill_to_deals(filters, expected_close_date=days(first_open, last), **forecast)
	return {"open": is_open, "won": is_won, "both": list_of_both(revenue, is_open, is_won)}


def clipped(filters: frappe._dict, start: date) -> tuple[date, date]:
	"""Return the first and the last day of the period, as far as it lies within the report's dates."""
	first, last = start, end_of(start, filters.period)
	return max(first, as_date(filters.from_date) or first), min(last, as_date(filters.to_date) or last)


def list_of_both(revenue: Revenue, is_open: dict | None, is_won: dict) -> dict | None:
	"""Return the list of open and won deals; their dates are two fields, so those of both kinds go by name."""
	if revenue.open and revenue.won:
		return drill_to_names(revenue.names["both"])
	return is_won if revenue.won else is_open


def lists_of_total(filters: frappe._dict, revenue: Revenue) -> dict:
	"""Return the lists that the totals lead to."""
	by_names = drill_by_names(revenue.names)
	if filters.item_group:
		return by_names
	period = days_of(filters)
	is_won = drill_to_deals(filters, status="Won", **({"closed_on": period} if period else {}))
	if period:
		return {**by_names, "won": is_won}
	return {
		"open": drill_to_deals(filters, status="Open", **only_in_forecast(filters)),
		"won": is_won,
		"both": drill_to_deals(filters, status=["in", ["Open", "Won"]], **only_in_forecast(filters)),
	}

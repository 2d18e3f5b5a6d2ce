"""The way from a figure to its rows: the list that a click on it opens, by filters where they say it, else by names."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.framework.compat import FIRST_DAY
from sales_opportunity.reporting.query import EQUAL_FILTERS, OPPORTUNITY, as_date, is_set
from sales_opportunity.reporting.sharing import PERSON, listed_for

LISTED_ROWS = 500
"""How many documents a list is told to show by their names."""


def drill_to_list(doctype: str, filters: dict) -> dict:
	"""Return where a figure leads: the list of documents with these filters, each a value or an operator with one."""
	return {"doctype": doctype, "filters": filters}


def drill_to_deals(filters: dict, **more: Any) -> dict:
	"""Return where a figure leads: the list of opportunities with the report's filters and more of them.

	The filter on an item group has no counterpart on the list; pass the names then.
	"""
	wanted = {field: filters[field] for field in EQUAL_FILTERS if is_set(filters, field)}
	if filters.get("sharing") and wanted.get(PERSON):
		wanted |= listed_for(wanted.pop(PERSON))
	wanted |= only_recurring(filters) | without_frames()
	return drill_to_list(OPPORTUNITY, {**wanted, "company_currency": company_currency(), **more})


def drill_to_names(names: Iterable[str], doctype: str = OPPORTUNITY) -> dict | None:
	"""Return where a figure leads: the list of exactly these documents, None for none.

	Of very many the list has the first `LISTED_ROWS`; `count` says how many there are, and the desk tells the user.
	"""
	names = list(names)
	return drill_to_some(names, len(names), doctype)


def drill_to_some(names: list[str], count: int, doctype: str = OPPORTUNITY) -> dict | None:
	"""Return the same where the first names and the number of all are known."""
	if not names:
		return None
	return {**drill_to_list(doctype, {"name": ["in", names[:LISTED_ROWS]]}), "count": count}


def drill_by_asking(function: Callable, count: int, **arguments: Any) -> dict:
	"""Return where a figure leads whose rows are looked for when somebody clicks it: to what the function returns then.

	It is a whitelisted one, gets these arguments, and returns such a way itself; `count` is the number of all rows.
	"""
	return {"ask": f"{function.__module__}.{function.__name__}", "arguments": arguments, "count": count}


def bar_targets(rows: Iterable[dict], *keys: str) -> list[list[dict | None]]:
	"""Return where the bars of a chart lead that shows one bar per row for each of the keys of their `drill`."""
	rows = list(rows)
	return [[row["drill"].get(key) for row in rows] for key in keys]


def only_in_forecast(filters: dict) -> dict:
	"""Return the list filter that leaves out what forecasts do not count (see `query.in_forecast`)."""
	return {} if is_set(filters, "forecast_category") else {"forecast_category": ["!=", OMITTED]}


def only_recurring(filters: dict) -> dict:
	"""Return the list filter for deals or quotes with recurring lines, if the report is about these only."""
	return {"contract_value": [">", 0]} if filters.get("recurring") else {}


def without_frames() -> dict:
	"""Return the list filter that leaves out frame contracts, of which reports count the call-offs."""
	return {"is_counted": 1}


def equal_to(value: str | int | None) -> str | int | list:
	"""Return the list filter for a value of a field, also an empty one; dates have `compat.moment_filters`."""
	return value or ["is", "not set"]


def in_group(filters: dict, group_by: str, group: str | int | None) -> dict:
	"""Return the list filter for a group of a report; for a person, all in which that person takes part if deals are shared."""
	if group_by == PERSON and group and filters.get("sharing"):
		return listed_for(str(group))
	return {group_by: equal_to(group)}


def between_days(first: Any, last: Any) -> list:
	"""Return the list filter for a date or a moment from the first to the last day, both included."""
	return ["between", [str(first), str(last)]]


def days_before(day: date) -> list:
	"""Return the list filter for dates before the day; "before" alone would let in empty ones."""
	return between_days(FIRST_DAY, day - timedelta(days=1))


def days_of(filters: dict) -> list | None:
	"""Return the list filter for a moment within the report's dates, None if it has none."""
	first, last = as_date(filters.get("from_date")), as_date(filters.get("to_date"))
	if first and last:
		return between_days(first, last)
	if last:
		return ["<", str(last + timedelta(days=1))]
	return [">=", str(first)] if first else None

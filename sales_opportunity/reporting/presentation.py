"""What the report pages share: columns, summary cards, the note on other currencies, and the way to the rows."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import fmt_money

from sales_opportunity.analysis.periods import label_of
from sales_opportunity.currency import company_currency
from sales_opportunity.reporting.query import (
	EQUAL_FILTERS,
	OPPORTUNITY,
	as_date,
	count_in_other_currencies,
	is_set,
)

GREEN, BLUE, RED, ORANGE, GRAY = "#28a745", "#2490ef", "#e24c4c", "#ffa00a", "#98a1a9"

LISTED_ROWS = 500
"""How many documents a list is told to show by their names."""


def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 120, **more) -> dict:
	"""Return a column; `drill` names the entry of a row's `drill` that a click on the figure opens."""
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def money_column(fieldname: str, label: str, width: int = 140, **more) -> dict:
	"""Return a column of amounts in the company's currency, which the rows carry as `currency`."""
	return column(fieldname, label, "Currency", width, options="currency", **more)


def currency_column() -> dict:
	"""Return the last column of each report with amounts: in which currency they are.

	No link: the framework refuses reports with links to what the user may not read, and not all may read currencies.
	"""
	return column("currency", _("Currency"), width=90)


def period_name(start: date, kind: str) -> str:
	"""Return how a month, quarter or year that begins at `start` is written in the user's language."""
	return label_of(start, kind, frappe.local.lang)


def money_card(label: str, value, indicator: str = "Blue") -> dict:
	"""Return a summary card with an amount in the company's currency."""
	return {
		"label": label,
		"value": float(value),
		"datatype": "Currency",
		"currency": company_currency(),
		"indicator": indicator,
	}


def card(label: str, value, datatype: str = "Int", indicator: str = "Blue") -> dict:
	"""Return a summary card; a value that is not known is shown as a dash, a share or length with one decimal."""
	if value is None:
		value, datatype = "–", "Data"
	elif datatype in ("Float", "Percent"):
		number = fmt_money(value, precision=1)
		value, datatype = f"{number} %" if datatype == "Percent" else number, "Data"
	return {"label": label, "value": value, "datatype": datatype, "indicator": indicator}


def bar_chart(
	labels: list[str],
	datasets: dict[str, list],
	colors: tuple[str, ...] = (BLUE,),
	stacked: bool = False,
	money: bool = False,
	targets: list[list[dict | None]] | None = None,
) -> dict | None:
	"""Return a bar chart of the datasets (name and values) in these colors, None without labels.

	`targets` says for each dataset and label where a click on the bar leads, see `drill`.
	"""
	if not labels:
		return None
	currency = {"fieldtype": "Currency", "options": company_currency()} if money else {}
	return {
		"data": {
			"labels": labels,
			"datasets": [
				{"name": name, "values": list(map(float, values))} for name, values in datasets.items()
			],
		},
		"type": "bar",
		"colors": list(colors),
		"barOptions": {"stacked": int(stacked)},
		"targets": targets,
		**currency,
	}


def currency_note() -> str | None:
	"""Return a note if opportunities are left out because they were kept in another company currency."""
	count = count_in_other_currencies()
	if not count:
		return None
	return _(
		"{0} opportunities were kept in another company currency than {1} and are not part of this report."
	).format(count, company_currency())


def drill(filters: dict, **more) -> dict:
	"""Return where a figure leads: the list of opportunities with the report's filters and more of them.

	A value may be a pair of operator and value. The filter on an item group has no counterpart on the list; pass the
	names then.
	"""
	wanted = {field: filters[field] for field in EQUAL_FILTERS if is_set(filters, field)}
	only = {"company_currency": company_currency()}
	return {"doctype": OPPORTUNITY, "filters": {**wanted, **only, **more}}


def only_in_forecast(filters: dict) -> dict:
	"""Return the list filter that leaves out what forecasts do not count (see `query.in_forecast`)."""
	return {} if is_set(filters, "forecast_category") else {"forecast_category": ["!=", "Omitted"]}


def drill_to(names: list[str], doctype: str = OPPORTUNITY) -> dict | None:
	"""Return where a figure leads: the list of exactly these documents, None for none.

	Of very many the list has the first `LISTED_ROWS`; `count` says how many there are, and the desk tells the user.
	"""
	if not names:
		return None
	return {"doctype": doctype, "filters": {"name": ["in", names[:LISTED_ROWS]]}, "count": len(names)}


def days(first, last) -> list:
	"""Return the list filter for a date or a moment from the first to the last day, both included."""
	return ["between", [str(first), str(last)]]


def days_of(filters: dict) -> list | None:
	"""Return the list filter for a moment within the report's dates, None if it has none."""
	first, last = as_date(filters.get("from_date")), as_date(filters.get("to_date"))
	if first and last:
		return days(first, last)
	if last:
		return ["<", str(last + timedelta(days=1))]
	return [">=", str(first)] if first else None

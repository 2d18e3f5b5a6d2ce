"""What the report pages share: columns, periods, summary cards, charts, and the note on other currencies."""

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from sales_opportunity.analysis.periods import OVERDUE, UNDATED, period_text
from sales_opportunity.currency import company_currency
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.query import count_in_other_currencies

GREEN, BLUE, RED, ORANGE, GRAY = "#28a745", "#2490ef", "#e24c4c", "#ffa00a", "#98a1a9"

UNKNOWN = "–"
"""What a card shows in place of a figure that is not known."""


def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 120, **more: Any) -> dict:
	"""Return a column; `drill` names the entry of a row's `drill` that a click on the figure opens."""
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def money_column(fieldname: str, label: str, width: int = 140, **more: Any) -> dict:
	"""Return a column of amounts in the company's currency, which the rows carry as `currency`."""
	return column(fieldname, label, "Currency", width, options="currency", **more)


def currency_column() -> dict:
	"""Return the last column of each report with amounts: in which currency they are.

	No link: the framework refuses reports with links to what the user may not read, and not all may read currencies.
	"""
	return column("currency", _("Currency"), width=90)


def with_rest_and_total(
	rows: list[dict], number: int, sums: dict[str, Decimal], rest: dict, total: dict
) -> list[dict]:
	"""Return the rows of deals, what is left of `number` deals in one row, and the total; nothing without rows.

	`sums` is by column what all deals come to; `rest` and `total` are what their rows say beside the sums.
	"""
	if not rows:
		return []
	left = {name: whole - sum(to_decimal(row[name]) for row in rows) for name, whole in sums.items()}
	others = [{**sum_row(left), **rest}] if number > len(rows) else []
	return [*rows, *others, {**sum_row(sums), **total, "is_total": 1}]


def sum_row(sums: dict[str, Decimal]) -> dict:
	"""Return a row of several deals, which names none: the framework looks into that column."""
	values = {name: float(value) for name, value in sums.items()}
	return {"opportunity": None, **values, "currency": company_currency()}


def period_name(start: date, kind: str, undated: str = "") -> str:
	"""Return how a month, quarter or year that begins at `start` is written in the user's language.

	`undated` is what to call the rows without a date.
	"""
	if start == OVERDUE:
		return _("Overdue")
	return undated if start == UNDATED else period_text(start, kind, frappe.local.lang)


def rounded(value: Any, decimals: int) -> float | None:
	"""Return the value rounded for display; None, which is not known, stays empty."""
	return None if value is None else round(float(value), decimals)


def money_card(label: str, value: Any, indicator: str = "Blue") -> dict:
	"""Return a summary card with an amount in the company's currency."""
	return {
		"label": label,
		"value": float(value),
		"datatype": "Currency",
		"currency": company_currency(),
		"indicator": indicator,
	}


def card(label: str, value: Any, datatype: str = "Int", indicator: str = "Blue") -> dict:
	"""Return a summary card; a value that is not known is shown as a dash, a share or length with one decimal."""
	if value is None:
		value, datatype = UNKNOWN, "Data"
	elif datatype in ("Float", "Percent"):
		value, datatype = shown_number(value, datatype), "Data"
	return {"label": label, "value": value, "datatype": datatype, "indicator": indicator}


def shown_number(value: float, datatype: str) -> str:
	"""Return a share or length with one decimal, as the site writes numbers."""
	number = fmt_money(value, precision=1)
	return f"{number} %" if datatype == "Percent" else number


def bar_chart(
	labels: list[str],
	datasets: dict[str, list],
	colors: tuple[str, ...] = (BLUE,),
	stacked: bool = False,
	money: bool = False,
	targets: list[list[dict | None]] | None = None,
) -> dict | None:
	"""Return a bar chart of the datasets (name and values) in these colors, None without labels.

	`targets` says for each dataset and label where a click on the bar leads, see `drill_down`.
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


def sharing_note(filters: dict) -> str | None:
	"""Return a note where a report divides deals that colleagues share."""
	if not filters.get("sharing"):
		return None
	return _("Deals that colleagues share count for each of them, with their part, and once in all.")


def joined_notes(*texts: str | None) -> str | None:
	"""Return the notes of a report that there are, one below the other."""
	return "<br>".join(filter(None, texts)) or None


def currency_note() -> str | None:
	"""Return a note if opportunities are left out because they were kept in another company currency."""
	count = count_in_other_currencies()
	if not count:
		return None
	return _(
		"{0} opportunities were kept in another company currency than {1} and are not part of this report."
	).format(count, company_currency())

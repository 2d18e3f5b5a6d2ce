"""What changed the pipeline between two days, from the opening to the closing value, to the cent."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.analysis.waterfall import (
	CLOSING,
	MOVEMENTS,
	OPENING,
	Bar,
	PipelineValue,
	Scope,
)
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.movements import get_bars
from sales_opportunity.reporting.presentation import (
	BLUE,
	GREEN,
	RED,
	column,
	currency_column,
	money_card,
	money_column,
)

MEASURES = ("Weighted", "Nominal")
INVISIBLE = "hsla(0, 0%, 0%, 0)"


class PeriodError(frappe.ValidationError):
	pass


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary of the bridge between two days.

	Raises `PeriodError` if a day is missing or the last day lies before the first one.
	"""
	filters = checked_filters(filters, {"measure": MEASURES}, measure=MEASURES[0])
	bars = find_bars(filters)
	columns = explained("Pipeline Changes", get_columns())
	return columns, get_data(bars), None, get_chart(bars, filters), get_summary(bars, filters)


def get_columns() -> list[dict]:
	"""Return the columns; the rows of opportunities lie below that of their bar."""
	return [
		column("entry", _("Movement"), width=320),
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("count", _("Opportunities", context="Report"), "Int", 150),
		money_column("nominal", _("Nominal"), 170),
		money_column("weighted", _("Weighted"), 170),
		currency_column(),
	]


def find_bars(filters: frappe._dict) -> dict[str, Bar]:
	"""Return the bars of the opportunities that the user may read, class, responsible, company and close date applied."""
	first, last = period(filters)
	scope = Scope(
		class_id=filters.class_id or None,
		owner=filters.opportunity_owner or None,
		company=filters.company or None,
		close_from=getdate(filters.close_from) if filters.close_from else None,
		close_to=getdate(filters.close_to) if filters.close_to else None,
	)
	return get_bars(first, last, scope, decimal_places(company_currency()), LISTED_ROWS)


def period(filters: frappe._dict) -> tuple:
	"""Return the first and the last day of the movements."""
	if not filters.from_date or not filters.to_date:
		frappe.throw(_("Enter the first and the last day."), PeriodError)
	first, last = getdate(filters.from_date), getdate(filters.to_date)
	if first > last:
		frappe.throw(_("The last day lies before the first day."), PeriodError)
	return first, last


def get_data(bars: dict[str, Bar]) -> list[dict]:
	"""Return a row for each bar and, below it, one for each opportunity behind it, the largest first.

	Below a bar of very many, the last row adds up those that are not shown.
	"""
	currency = company_currency()
	titles = get_titles({name for bar in bars.values() for name, _value in bar.listed})
	data = []
	for name, label in bar_labels().items():
		bar = bars[name]
		data.append(bar_row(label, None, bar.count, bar.total, currency, indent=0))
		for opportunity, value in bar.listed:
			exists = opportunity in titles
			title = titles[opportunity] if exists else opportunity
			data.append(bar_row(title, opportunity if exists else None, None, value, currency, indent=1))
		count, others = bar.rest
		if count:
			data.append(bar_row(_("Smaller Ones, Not Listed"), None, count, others, currency, indent=1))
	return data


def bar_row(
	entry: str, opportunity: str | None, count: int | None, value: PipelineValue, currency: str, indent: int
) -> dict:
	"""Return the row of a bar, or of a deal in it."""
	return {
		"entry": entry,
		"opportunity": opportunity,
		"count": count,
		"nominal": float(value.nominal),
		"weighted": float(value.weighted),
		"currency": currency,
		"indent": indent,
	}


def get_titles(names: set[str]) -> dict[str, str]:
	"""Return the titles of the opportunities that exist, by name."""
	opportunity = frappe.qb.DocType("Sales Opportunity")
	query = frappe.qb.from_(opportunity).select(opportunity.name, opportunity.title)
	return dict(query.where(opportunity.name.isin(sorted(names))).run()) if names else {}


def get_chart(found: dict[str, Bar], filters: frappe._dict) -> dict:
	"""Return bars that hang where the one before ended, weighted or nominal."""
	bars = [bar for bar in bar_labels() if bar in (OPENING, CLOSING) or found[bar].total]
	heights = {bar: chart_value(found[bar].total, filters) for bar in bars}
	level = Decimal(0)
	hidden, totals, rises, falls = [], [], [], []
	for bar, height in heights.items():
		is_total = bar in (OPENING, CLOSING)
		start = Decimal(0) if is_total else level
		level = start + height
		hidden.append(float(min(start, level)))
		totals.append(float(height) if is_total else 0)
		rises.append(float(height) if height > 0 and not is_total else 0)
		falls.append(float(-height) if height < 0 and not is_total else 0)
	return {
		"type": "bar",
		"data": {
			"labels": [chart_labels().get(bar, bar_labels()[bar]) for bar in bars],
			"datasets": [
				{"name": "", "values": hidden},
				{"name": _("Pipeline"), "values": totals},
				{"name": _("Increase"), "values": rises},
				{"name": _("Decrease"), "values": falls},
			],
		},
		"colors": [INVISIBLE, BLUE, GREEN, RED],
		"barOptions": {"stacked": 1, "spaceRatio": 0.3},
		"axisOptions": {"xAxisMode": "tick", "shortenYAxisNumbers": 1},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": company_currency(),
	}


def get_summary(bars: dict[str, Bar], filters: frappe._dict) -> list[dict]:
	"""Return opening, closing, their difference, won and lost, as the chart shows them."""
	opening, closing = bars[OPENING].total, bars[CLOSING].total
	cards = [
		(_("Opening Pipeline"), opening, "Blue"),
		(_("Won"), PipelineValue() - bars["won"].total, "Green"),
		(_("Lost"), PipelineValue() - bars["lost"].total, "Red"),
		(_("Net Change"), closing - opening, "Grey"),
		(_("Closing Pipeline"), closing, "Blue"),
	]
	return [money_card(label, chart_value(value, filters), indicator) for label, value, indicator in cards]


def bar_labels() -> dict[str, str]:
	"""Return the bars in the order in which they are shown, with what they are called."""
	names = {
		"new": _("New"),
		"reopened": _("Reopened"),
		"amount": _("Amount Changed"),
		"probability": _("Probability Changed"),
		"date_in": _("Close Date Moved In"),
		"date_out": _("Close Date Moved Out"),
		"currency": _("Exchange Rate or Currency"),
		"handed_in": _("Taken Over"),
		"handed_out": _("Handed Over"),
		"won": _("Won"),
		"lost": _("Lost"),
		"deleted": _("Deleted or Merged"),
	}
	return {
		OPENING: _("Opening Pipeline"),
		**{bar: names[bar] for bar in MOVEMENTS},
		CLOSING: _("Closing Pipeline"),
	}


def chart_labels() -> dict[str, str]:
	"""Return shorter names for the narrow bars of the chart, which cuts what has more than about eight letters."""
	return {
		OPENING: _("Start", context="Chart"),
		"reopened": _("Reopened", context="Chart"),
		"amount": _("Amount"),
		"probability": _("Prob."),
		"date_in": _("Date In"),
		"date_out": _("Date Out"),
		"currency": _("Ex. Rate"),
		"handed_in": _("Taken", context="Chart"),
		"handed_out": _("Given", context="Chart"),
		"deleted": _("Deleted"),
		CLOSING: _("End", context="Chart"),
	}


def chart_value(value: PipelineValue, filters: frappe._dict) -> Decimal:
	"""Return the value that is charted: nominal or weighted."""
	return value.nominal if filters.measure == "Nominal" else value.weighted

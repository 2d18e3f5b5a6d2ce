"""What open opportunities will bring and won ones have brought, by period and group. See docs/metrics.md."""

from datetime import date

import frappe
from frappe import _

from sales_opportunity.analysis.periods import OVERDUE, UNDATED, starts_between
from sales_opportunity.analysis.revenue import Revenue
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.reporting.fulfilled import BILLING, ORDER, fulfilled_kinds
from sales_opportunity.reporting.groups import group_label, namer, sorted_groups
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	BLUE,
	GREEN,
	bar_chart,
	column,
	currency_column,
	currency_note,
	joined_notes,
	money_card,
	money_column,
	period_name,
	sharing_note,
)
from sales_opportunity.reporting.revenue import Cell, get_revenue, has_dates
from sales_opportunity.reporting.sharing import with_sharing
from sales_opportunity.sales_opportunity.report.revenue_forecast.deals_behind import filters_of
from sales_opportunity.sales_opportunity.report.revenue_forecast.lists import (
	Source,
	lists_of_bar,
	lists_of_cell,
	lists_of_dated,
	lists_of_total,
)


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = filters_of(filters)
	filters = with_sharing(filters, filters.group_by)
	source = get_revenue(filters)
	cells = with_all_periods(filters, source.cells())
	data = get_data(filters, cells, source)
	columns = explained("Revenue Forecast", get_columns(filters))
	return (
		columns,
		data,
		joined_notes(currency_note(), sharing_note(filters)),
		get_chart(filters, cells, source),
		get_summary(filters, data),
		True,
	)


def get_columns(filters: frappe._dict) -> list[dict]:
	grouping = [column("group", group_label(filters.group_by), width=180)] if filters.group_by else []
	return [
		column("period", _("Period"), width=170),
		*grouping,
		column("deals", _("Open Deals"), "Int", 160, drill="open"),
		money_column("nominal", _("Nominal"), 150, drill="open"),
		money_column("weighted", _("Weighted"), 150, drill="open"),
		money_column("won", _("Won"), 150, drill="won"),
		*fulfilled_columns(),
		money_column("expected", _("Won + Weighted"), 210, drill="both"),
		money_column("p10", _("At Least (90 % Certain)"), 230, drill="both"),
		money_column("p50", _("More or Less (50 %)"), 200, drill="both"),
		money_column("p90", _("At Most (90 % Certain)"), 230, drill="both"),
		currency_column(),
	]


def fulfilled_columns() -> list[dict]:
	"""Return how far what was won is, as far as apps tell."""
	told = fulfilled_kinds()
	billed = [money_column("billed", _("Billed", context="Report"), 150)] if BILLING in told else []
	if ORDER not in told:
		return billed
	return [
		*billed,
		money_column("open_orders", _("Open Orders"), 150),
		money_column("unordered", _("Won, Not Ordered"), 170),
	]


def with_all_periods(filters: frappe._dict, cells: dict[Cell, Revenue]) -> dict[Cell, Revenue]:
	"""Return the cells in the order of their periods; without groups, also the periods between in which nothing lies."""
	found = dict(cells)
	if not filters.group_by:
		for start in starts_between({start for start, _group in cells} - {OVERDUE, UNDATED}, filters.period):
			found.setdefault((start, None), Revenue())
	return dict(sorted(found.items(), key=lambda entry: entry[0][0]))


def get_data(filters: frappe._dict, cells: dict[Cell, Revenue], source: Source) -> list[dict]:
	"""Return one row per period and group: overdue ones, periods without gaps, those without a date; then the total.

	If the report is limited to dates, a subtotal of what they hold comes before the total.
	"""
	if not cells:
		return []
	name = namer(filters.group_by, filters)
	rows = [
		{
			"period": period_label(filters, start),
			"group": name(group) if filters.group_by else None,
			**revenue_figures(cells[start, group]),
			"drill": lists_of_cell(filters, start, group, cells[start, group], source),
		}
		for start, groups in by_start(cells).items()
		for group in sorted_groups(filters.group_by, groups)
	]
	whole = source.whole()
	total = {
		"period": _("Total"),
		"is_total": 1,
		**revenue_figures(whole),
		"drill": lists_of_total(filters, whole, source),
	}
	if not has_dates(filters):
		return [*rows, total]
	dated = source.dated()
	subtotal = {"period": _("In These Dates"), "is_total": 1, **revenue_figures(dated)}
	return [*rows, {**subtotal, "drill": lists_of_dated(filters, dated, source)}, total]


def by_start(cells: dict[Cell, Revenue]) -> dict[date, list[str | None]]:
	"""Return the groups of each period."""
	found: dict[date, list[str | None]] = {}
	for start, group in cells:
		found.setdefault(start, []).append(group)
	return found


def period_label(filters: frappe._dict, start: date) -> str:
	"""Return the name of the period that begins on a day."""
	return period_name(start, filters.period, undated=_("No Close Date"))


def revenue_figures(revenue: Revenue) -> dict:
	"""Return the amounts; the percentiles are those of won and open deals together."""
	p10, p50, p90 = map(float, revenue.percentiles(decimal_places(company_currency())))
	return {
		"deals": revenue.deals,
		"nominal": float(revenue.nominal),
		"weighted": float(revenue.weighted),
		"won": float(revenue.earned),
		"billed": float(revenue.billed),
		"open_orders": float(revenue.open_orders),
		"unordered": float(revenue.unordered),
		"expected": float(revenue.earned + revenue.weighted),
		"p10": p10,
		"p50": p50,
		"p90": p90,
		"currency": company_currency(),
	}


def get_chart(filters: frappe._dict, cells: dict[Cell, Revenue], source: Source) -> dict | None:
	"""Return won and weighted revenue by period, stacked; a bar leads to the deals of its period."""
	periods = {
		start: Revenue.together(cells[start, group] for group in groups)
		for start, groups in by_start(cells).items()
	}
	lists = [lists_of_bar(filters, start, revenue, source) for start, revenue in periods.items()]
	return bar_chart(
		[period_name(start, filters.period, undated=_("No Date")) for start in periods],
		{
			_("Won"): [revenue.earned for revenue in periods.values()],
			_("Weighted"): [revenue.weighted for revenue in periods.values()],
		},
		(GREEN, BLUE),
		stacked=True,
		money=True,
		targets=[[target.get(key) for target in lists] for key in ("won", "open")],
	)


def get_summary(filters: frappe._dict, data: list[dict]) -> list[dict] | None:
	"""Return the total's figures or, if the report is limited to dates, those of what they hold; the labels say so.

	What is certain to 90 % stands beside the sum that it is about: won and open deals together.
	"""
	if not data:
		return None
	labels = {
		"nominal": _("Open, Nominal"),
		"weighted": _("Open, Weighted"),
		"won": _("Won"),
		"expected": _("Won + Weighted"),
		"p10": _("With 90 % Certainty at Least"),
	}
	row = data[-1]
	if has_dates(filters):
		row = data[-2]
		labels = {key: _("{0} in These Dates").format(label) for key, label in labels.items()}
	colors = {"won": "Green", "p10": "Grey"}
	return [money_card(label, row[key], colors.get(key, "Blue")) for key, label in labels.items()]

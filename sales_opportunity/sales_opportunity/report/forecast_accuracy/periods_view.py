"""The forecast accuracy by period: one row for each period and horizon."""

from datetime import date, timedelta

import frappe
from frappe import _

from sales_opportunity.analysis.accuracy import mape
from sales_opportunity.analysis.past_forecasts import Forecast
from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.reporting.drill_down import between_days, drill_by_asking, drill_to_list
from sales_opportunity.reporting.forecasts import HORIZONS
from sales_opportunity.reporting.presentation import (
	BLUE,
	GRAY,
	GREEN,
	ORANGE,
	column,
	currency_column,
	money_column,
	period_name,
	rounded,
)
from sales_opportunity.reporting.query import OPPORTUNITY
from sales_opportunity.reporting.snapshots import SNAPSHOT
from sales_opportunity.sales_opportunity.report.forecast_accuracy.rows_behind import (
	narrowing,
	rows_still_open,
)


def get_columns() -> list[dict]:
	return [
		column("period", _("Period"), width=140),
		column("horizon", _("Days Ahead"), "Int"),
		column("day", _("Snapshot Date"), "Date"),
		money_column("forecast", _("Forecast"), 190, drill="forecast"),
		money_column("actual", _("Won"), 190, drill="actual"),
		money_column("error", _("Forecast Less Won"), 190),
		column("error_share", _("Error in %"), "Percent", 110),
		money_column("last_won", _("Last Period's Won"), 190, drill="last_won"),
		money_column("constant_rate", _("At the Constant Rate"), 190, drill="forecast"),
		column("still_open", _("Still Open"), "Int", 100, drill="still_open"),
		currency_column(),
	]


def get_data(found: list[Forecast], filters: frappe._dict) -> list[dict]:
	"""Return a row for each period and horizon; the filters narrow the lists behind the figures, too."""
	return [
		{
			"period": period_label(entry),
			"horizon": entry.horizon,
			"day": entry.day,
			"forecast": float(entry.outcome.forecast),
			"actual": float(entry.outcome.actual),
			"error": float(entry.outcome.error),
			"error_share": rounded(mape([entry.outcome]), 1),
			"last_won": float(entry.last_won),
			"constant_rate": rounded(entry.outcome_of_constant_rate.forecast, 2),
			"still_open": entry.still_open,
			"currency": company_currency(),
			"drill": lists_of_forecast(entry, filters),
		}
		for entry in found
	]


def period_label(entry: Forecast) -> str:
	"""Return what a period is called."""
	months = (entry.end.year - entry.start.year) * 12 + entry.end.month - entry.start.month
	return period_name(entry.start, {length: kind for kind, length in MONTHS.items()}[months])


def lists_of_forecast(entry: Forecast, filters: frappe._dict) -> dict:
	"""Return the lists that the figures lead to: rows of the snapshot, and what was won in both periods."""
	only = narrowing(filters)
	period = days_until(entry.start, entry.end)
	expected = {"snapshot_date": str(entry.day), "status": "Open", "expected_close_date": period}
	won = {**only, "status": OpportunityStatus.WON}
	last_period = days_until(entry.last_start, entry.last_end)
	return {
		"forecast": drill_to_list(SNAPSHOT, {**only, **expected}),
		"actual": drill_to_list(OPPORTUNITY, {**won, "closed_on": period}),
		"last_won": drill_to_list(OPPORTUNITY, {**won, "closed_on": last_period}),
		"still_open": drill_by_asking(
			rows_still_open, entry.still_open, filters=filters, start=str(entry.start), horizon=entry.horizon
		),
	}


def days_until(start: date, end: date) -> list:
	"""Return the list filter for the days of a period that ends before `end`."""
	return between_days(start, end - timedelta(days=1))


def get_chart(data: list[dict]) -> dict:
	"""Return what was won as bars and each horizon's forecast as a line."""
	periods: dict[str, dict[int, dict]] = {}
	for row in data:
		periods.setdefault(row["period"], {})[row["horizon"]] = row
	any_row = [next(iter(rows.values())) for rows in periods.values()]
	lines = [
		{
			"name": _("{0} Days Ahead").format(horizon),
			"chartType": "line",
			"values": [rows[horizon]["forecast"] if horizon in rows else 0 for rows in periods.values()],
		}
		for horizon in HORIZONS
	]
	bars = {"name": _("Won"), "chartType": "bar", "values": [row["actual"] for row in any_row]}
	return {
		"type": "axis-mixed",
		"data": {"labels": list(periods), "datasets": [bars, *lines]},
		"colors": [GREEN, BLUE, ORANGE, GRAY],
		"axisOptions": {"xAxisMode": "tick", "shortenYAxisNumbers": 1},
		"targets": [[row["drill"]["actual"] for row in any_row]],
		"fieldtype": "Currency",
		"currency": company_currency(),
	}

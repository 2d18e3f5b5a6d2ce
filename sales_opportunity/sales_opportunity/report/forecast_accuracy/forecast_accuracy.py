"""What was forecast 30, 60 and 90 days ahead against what came, and whether simple rules would have done better."""

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, cint, fmt_money, getdate

from sales_opportunity.analysis.accuracy import bias, brier, mape, reliability, wape, with_rate
from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.currency import company_currency
from sales_opportunity.reporting.forecasts import HORIZONS, Forecast, forecasts, rows_in_bin, rows_still_open
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	BLUE,
	GRAY,
	GREEN,
	ORANGE,
	bar_chart,
	card,
	column,
	currency_column,
	days,
	drill_to,
	money_card,
	money_column,
	period_name,
)
from sales_opportunity.reporting.query import OPPORTUNITY
from sales_opportunity.reporting.snapshots import SNAPSHOT

MAX_PERIODS = 60


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary of the chosen view: periods, measures or reliability."""
	filters = frappe._dict(filters or {})
	found = get_forecasts(filters)
	view = OTHER_VIEWS.get(filters.view)
	columns, data, chart = view(found) if view else periods_view(found, narrowing(filters))
	message = (
		None if found else _("There is no snapshot old enough yet to compare a forecast with what came.")
	)
	columns = explained("Forecast Accuracy", columns)
	return columns, data, message, chart if data else None, get_summary(found)


def narrowing(filters: dict) -> dict:
	"""Return the filters that narrow snapshots and opportunities alike."""
	return {field: filters[field] for field in ("class_id", "opportunity_owner") if filters.get(field)}


def get_forecasts(filters: dict) -> list[Forecast]:
	"""Return the forecasts of the chosen periods, class and responsible."""
	count = min(max(cint(filters.periods) or 12, 1), MAX_PERIODS)
	return forecasts(
		count,
		MONTHS.get(filters.period, 1),
		class_id=filters.class_id or None,
		owner=filters.opportunity_owner or None,
		today=min(getdate(filters.until or None), getdate()),
	)


def periods_view(found: list[Forecast], only: dict) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of one row for each period and horizon."""
	columns = [
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
	return columns, [period_row(entry, only) for entry in found], periods_chart(found, only)


def period_row(entry: Forecast, only: dict) -> dict:
	outcome = entry.outcome
	return {
		"period": label(entry),
		"horizon": entry.horizon,
		"day": entry.day,
		"forecast": float(outcome.forecast),
		"actual": float(outcome.actual),
		"error": float(outcome.error),
		"error_share": number(mape([outcome]), 1),
		"last_won": float(entry.last_won),
		"constant_rate": number(entry.outcome_of_constant_rate.forecast, 2),
		"still_open": entry.still_open,
		"currency": company_currency(),
		"drill": targets(entry, only),
	}


def targets(entry: Forecast, only: dict) -> dict:
	"""Return the lists that the figures lead to: rows of the snapshot, and what was won in both periods."""
	expected = {
		"snapshot_date": str(entry.day),
		"status": "Open",
		"expected_close_date": days(entry.start, add_days(entry.end, -1)),
	}
	still_open = rows_still_open(entry, only) if entry.still_open else []
	return {
		"forecast": {"doctype": SNAPSHOT, "filters": {**only, **expected}},
		"actual": won_in(days(entry.start, add_days(entry.end, -1)), only),
		"last_won": won_in(days(entry.last_start, add_days(entry.last_end, -1)), only),
		"still_open": drill_to(still_open, SNAPSHOT),
	}


def won_in(period: list, only: dict) -> dict:
	return {"doctype": OPPORTUNITY, "filters": {**only, "status": "Won", "closed_on": period}}


def periods_chart(found: list[Forecast], only: dict) -> dict:
	"""Return what was won as bars and each horizon's forecast as a line."""
	by_period: dict[str, dict[int, Forecast]] = {}
	for entry in found:
		by_period.setdefault(label(entry), {})[entry.horizon] = entry
	won = [float(next(iter(entries.values())).actual) for entries in by_period.values()]
	lines = [
		{
			"name": _("{0} Days Ahead").format(horizon),
			"chartType": "line",
			"values": [
				float(entries[horizon].weighted) if horizon in entries else 0
				for entries in by_period.values()
			],
		}
		for horizon in HORIZONS
	]
	return {
		"type": "axis-mixed",
		"data": {
			"labels": list(by_period),
			"datasets": [{"name": _("Won"), "chartType": "bar", "values": won}, *lines],
		},
		"colors": [GREEN, BLUE, ORANGE, GRAY],
		"axisOptions": {"xAxisMode": "tick", "shortenYAxisNumbers": 1},
		"targets": [
			[targets(next(iter(entries.values())), only)["actual"] for entries in by_period.values()]
		],
		"fieldtype": "Currency",
		"currency": company_currency(),
	}


def measures_view(found: list[Forecast]) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of the measures by horizon, beside those of the baselines.

	A figure leads to the periods that it sums up.
	"""
	columns = [
		column("horizon", _("Days Ahead"), "Int"),
		column("periods", _("Periods"), "Int", 90, drill="periods"),
		money_column("bias", _("Bias per Period"), 190, drill="periods"),
		column("mape", _("MAPE in %"), "Float", 110, precision=1, drill="periods"),
		column("wape", _("WAPE in %"), "Float", 110, precision=1, drill="periods"),
		column(
			"wape_last_period", _("WAPE of Last Period's Won"), "Float", 230, precision=1, drill="periods"
		),
		column(
			"wape_constant_rate", _("WAPE of the Constant Rate"), "Float", 230, precision=1, drill="periods"
		),
		column("deals", _("Sample"), "Int", 110, drill="reliability"),
		column("brier", _("Brier Score"), "Float", precision=3, drill="reliability"),
		column("brier_constant_rate", _("Brier Score of the Constant Rate"), "Float", 260, precision=3),
		currency_column(),
	]
	rows = [measures_row(horizon, of_horizon(found, horizon)) for horizon in HORIZONS]
	rows = [{**row, "drill": views()} for row in rows if row["periods"]]
	return columns, rows, measures_chart(rows)


def views() -> dict:
	"""Return the views of this report that figures lead to."""
	return {
		view.lower(): {"report": "Forecast Accuracy", "filters": {"view": view}}
		for view in ("Periods", "Reliability")
	}


def measures_row(horizon: int, entries: list[Forecast]) -> dict:
	outcomes = [entry.outcome for entry in entries]
	deals = [group for entry in entries for group in entry.deals]
	by_rate = [group for entry in entries for group in with_rate(entry.deals, entry.rate)]
	return {
		"horizon": horizon,
		"periods": len(entries),
		"bias": number(bias(outcomes), 2),
		"mape": number(mape(outcomes), 1),
		"wape": number(wape(outcomes), 1),
		"wape_last_period": number(wape([entry.outcome_of_last_period for entry in entries]), 1),
		"wape_constant_rate": number(wape([entry.outcome_of_constant_rate for entry in entries]), 1),
		"deals": sum(group.count for group in deals),
		"brier": number(brier(deals), 3),
		"brier_constant_rate": number(brier(by_rate), 3),
		"currency": company_currency(),
	}


def measures_chart(rows: list[dict]) -> dict | None:
	"""Return the WAPE of the forecast and of both baselines by horizon."""
	bars = {
		_("Forecast"): "wape",
		_("Last Period's Won"): "wape_last_period",
		_("Constant Rate"): "wape_constant_rate",
	}
	return bar_chart(
		[_("{0} Days Ahead").format(row["horizon"]) for row in rows],
		{name: [row[fieldname] or 0 for row in rows] for name, fieldname in bars.items()},
		(BLUE, ORANGE, GRAY),
	)


def reliability_view(found: list[Forecast]) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of what came of the deals in each range of probability, all horizons joined."""
	columns = [
		column("range", _("Probability"), width=160),
		column("count", _("Sample"), "Int", 110, drill="rows"),
		column("predicted", _("Forecast in %"), "Float", 160, precision=1, drill="rows"),
		column("observed", _("Won in the Period in %"), "Float", 160, precision=1, drill="rows"),
		column("difference", _("Difference in Points"), "Float", 180, precision=1, drill="rows"),
	]
	rows = [
		{
			"range": f"{line.lower}–{line.upper} %",
			"count": line.count,
			"predicted": number(line.predicted, 1),
			"observed": number(line.observed, 1),
			"difference": number(line.predicted - line.observed, 1),
			"drill": {"rows": drill_to(rows_in_bin(found, line.lower, line.upper), SNAPSHOT)},
		}
		for line in reliability(group for entry in found for group in entry.deals)
	]
	chart = bar_chart(
		[row["range"] for row in rows],
		{
			_("Forecast in %"): [row["predicted"] for row in rows],
			_("Won in the Period in %"): [row["observed"] for row in rows],
		},
		(BLUE, GREEN),
	)
	return columns, rows, chart


OTHER_VIEWS = {"Measures": measures_view, "Reliability": reliability_view}


def get_summary(found: list[Forecast]) -> list[dict] | None:
	"""Return bias, WAPE and Brier score of the shortest horizon, and whether they beat the baselines."""
	entries = of_horizon(found, HORIZONS[0])
	if not entries:
		return None
	row = measures_row(HORIZONS[0], entries)
	best = min(
		(row[name] for name in ("wape_last_period", "wape_constant_rate") if row[name] is not None),
		default=None,
	)
	return [
		money_card(_("Bias, 30 Days Ahead"), row["bias"]),
		judged_card(_("WAPE in %"), row["wape"], 1, best),
		judged_card(_("WAPE of the Baseline"), best, 1),
		judged_card(_("Brier Score"), row["brier"], 3, row["brier_constant_rate"]),
		judged_card(_("Brier Score of the Baseline"), row["brier_constant_rate"], 3),
	]


def judged_card(title: str, value: float | None, precision: int, baseline: float | None = None) -> dict:
	"""Return a card that is green if the value is better than the baseline, and red if it is worse."""
	indicator = "Grey"
	if value is not None and baseline is not None:
		indicator = "Green" if value <= baseline else "Red"
	shown = None if value is None else fmt_money(value, precision=precision)
	return card(title, shown, "Data", indicator)


def of_horizon(found: Sequence[Forecast], horizon: int) -> list[Forecast]:
	return [entry for entry in found if entry.horizon == horizon]


def label(entry: Forecast) -> str:
	"""Return what a period is called."""
	months = (entry.end.year - entry.start.year) * 12 + entry.end.month - entry.start.month
	return period_name(entry.start, {length: kind for kind, length in MONTHS.items()}[months])


def number(value: Decimal | None, decimals: int) -> float | None:
	"""Return the value rounded for display; None stays empty."""
	return None if value is None else round(float(value), decimals)

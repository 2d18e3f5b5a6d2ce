"""What was forecast 30, 60 and 90 days ahead against what came, and whether simple rules would have done better."""

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, fmt_money, formatdate, getdate

from sales_opportunity.analysis.accuracy import bias, brier, mape, reliability, wape, with_rate
from sales_opportunity.analysis.forecasts import HORIZONS, Forecast, forecasts
from sales_opportunity.currency import company_currency

MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}
MAX_PERIODS = 60
BLUE, GREEN, ORANGE, GREY = "#2490ef", "#28a745", "#ffa00a", "#98a1a9"


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary of the chosen view: periods, measures or reliability."""
	filters = frappe._dict(filters or {})
	found = get_forecasts(filters)
	columns, data, chart = VIEWS.get(filters.view, periods_view)(found)
	message = (
		None if found else _("There is no snapshot old enough yet to compare a forecast with what came.")
	)
	return columns, data, message, chart if data else None, get_summary(found)


def get_forecasts(filters: dict) -> list[Forecast]:
	"""Return the forecasts of the chosen periods, class and responsible."""
	count = min(max(cint(filters.periods) or 12, 1), MAX_PERIODS)
	return forecasts(
		count,
		MONTHS.get(filters.period, 1),
		class_id=filters.class_id or None,
		owner=filters.opportunity_owner or None,
		today=getdate(filters.until or None),
	)


def periods_view(found: list[Forecast]) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of one row for each period and horizon."""
	columns = [
		column("period", _("Period"), "Data", 140),
		column("horizon", _("Days Ahead"), "Int", 120),
		column("day", _("Snapshot Date"), "Date", 120),
		money("forecast", _("Forecast")),
		money("actual", _("Won")),
		money("error", _("Forecast Less Won")),
		column("error_share", _("Error in %"), "Percent", 110),
		money("last_won", _("Last Period's Won")),
		money("constant_rate", _("At the Constant Rate")),
		column("still_open", _("Still Open"), "Int", 100),
		column("currency", _("Currency"), "Data", 80, hidden=1),
		column("start", _("First Day"), "Date", 100, hidden=1),
		column("end", _("Last Day"), "Date", 100, hidden=1),
	]
	return columns, [period_row(entry) for entry in found], periods_chart(found)


def period_row(entry: Forecast) -> dict:
	outcome = entry.outcome
	last_day = frappe.utils.add_days(entry.end, -1)
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
		"start": entry.start,
		"end": last_day,
	}


def periods_chart(found: list[Forecast]) -> dict:
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
		"colors": [GREEN, BLUE, ORANGE, GREY],
		"axisOptions": {"xAxisMode": "tick", "shortenYAxisNumbers": 1},
		"fieldtype": "Currency",
		"currency": company_currency(),
	}


def measures_view(found: list[Forecast]) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of the measures by horizon, beside those of the baselines."""
	columns = [
		column("horizon", _("Days Ahead"), "Int", 120),
		column("periods", _("Periods"), "Int", 90),
		money("bias", _("Bias per Period")),
		column("mape", _("MAPE in %"), "Float", 110, precision=1),
		column("wape", _("WAPE in %"), "Float", 110, precision=1),
		column("wape_last_period", _("WAPE of Last Period's Won"), "Float", 230, precision=1),
		column("wape_constant_rate", _("WAPE of the Constant Rate"), "Float", 230, precision=1),
		column("deals", _("Sample"), "Int", 110),
		column("brier", _("Brier Score"), "Float", 120, precision=3),
		column("brier_constant_rate", _("Brier Score of the Constant Rate"), "Float", 260, precision=3),
		column("currency", _("Currency"), "Data", 80, hidden=1),
	]
	rows = [measures_row(horizon, of_horizon(found, horizon)) for horizon in HORIZONS]
	rows = [row for row in rows if row["periods"]]
	return columns, rows, measures_chart(rows)


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


def measures_chart(rows: list[dict]) -> dict:
	"""Return the WAPE of the forecast and of both baselines by horizon."""
	bars = (
		("wape", _("Forecast"), BLUE),
		("wape_last_period", _("Last Period's Won"), ORANGE),
		("wape_constant_rate", _("Constant Rate"), GREY),
	)
	return {
		"type": "bar",
		"data": {
			"labels": [_("{0} Days Ahead").format(row["horizon"]) for row in rows],
			"datasets": [
				{"name": name, "values": [row[fieldname] or 0 for row in rows]}
				for fieldname, name, _color in bars
			],
		},
		"colors": [color for _fieldname, _name, color in bars],
		"fieldtype": "Float",
	}


def reliability_view(found: list[Forecast]) -> tuple[list, list, dict]:
	"""Return columns, rows and chart of what came of the deals in each range of probability, all horizons joined."""
	columns = [
		column("range", _("Probability"), "Data", 160),
		column("count", _("Sample"), "Int", 110),
		column("predicted", _("Forecast in %"), "Float", 160, precision=1),
		column("observed", _("Won in %"), "Float", 160, precision=1),
		column("difference", _("Difference in Points"), "Float", 180, precision=1),
	]
	rows = [
		{
			"range": f"{line.lower}–{line.upper} %",
			"count": line.count,
			"predicted": number(line.predicted, 1),
			"observed": number(line.observed, 1),
			"difference": number(line.predicted - line.observed, 1),
		}
		for line in reliability(group for entry in found for group in entry.deals)
	]
	chart = {
		"type": "bar",
		"data": {
			"labels": [row["range"] for row in rows],
			"datasets": [
				{"name": _("Forecast in %"), "values": [row["predicted"] for row in rows]},
				{"name": _("Won in %"), "values": [row["observed"] for row in rows]},
			],
		},
		"colors": [BLUE, GREEN],
		"fieldtype": "Float",
	}
	return columns, rows, chart


VIEWS = {"Periods": periods_view, "Measures": measures_view, "Reliability": reliability_view}


def get_summary(found: list[Forecast]) -> list[dict]:
	"""Return bias, WAPE and Brier score of the shortest horizon, and whether they beat the baselines."""
	entries = of_horizon(found, HORIZONS[0])
	if not entries:
		return []
	row = measures_row(HORIZONS[0], entries)
	best = min(
		(row[name] for name in ("wape_last_period", "wape_constant_rate") if row[name] is not None),
		default=None,
	)
	return [
		{
			"label": _("Bias, 30 Days Ahead"),
			"value": row["bias"],
			"datatype": "Currency",
			"currency": company_currency(),
			"indicator": "Blue",
		},
		card(_("WAPE in %"), row["wape"], 1, best),
		card(_("WAPE of the Baseline"), best, 1),
		card(_("Brier Score"), row["brier"], 3, row["brier_constant_rate"]),
		card(_("Brier Score of the Baseline"), row["brier_constant_rate"], 3),
	]


def card(title: str, value: float | None, precision: int, baseline: float | None = None) -> dict:
	"""Return a card that is green if the value is better than the baseline, and red if it is worse."""
	indicator = "Grey"
	if value is not None and baseline is not None:
		indicator = "Green" if value <= baseline else "Red"
	shown = "–" if value is None else fmt_money(value, precision=precision)
	return {"label": title, "value": shown, "datatype": "Data", "indicator": indicator}


def of_horizon(found: Sequence[Forecast], horizon: int) -> list[Forecast]:
	return [entry for entry in found if entry.horizon == horizon]


def label(entry: Forecast) -> str:
	"""Return what a period is called: year and month, year and quarter, or year."""
	months = (entry.end.year - entry.start.year) * 12 + entry.end.month - entry.start.month
	if months == 12:
		return str(entry.start.year)
	if months == 3:
		return f"{entry.start.year} Q{(entry.start.month + 2) // 3}"
	return formatdate(entry.start, "MMM yyyy")


def number(value: Decimal | None, decimals: int) -> float | None:
	"""Return the value rounded for display; None stays empty."""
	return None if value is None else round(float(value), decimals)


def column(fieldname: str, title: str, fieldtype: str, width: int, **more) -> dict:
	return {"fieldname": fieldname, "label": title, "fieldtype": fieldtype, "width": width, **more}


def money(fieldname: str, title: str) -> dict:
	return column(fieldname, title, "Currency", 190, options="currency")

"""What was forecast 30, 60 and 90 days ahead against what came, and whether simple rules would have done better."""

import frappe
from frappe import _
from frappe.utils import cint, fmt_money, getdate

from sales_opportunity.analysis.past_forecasts import Forecast, of_horizon
from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.reporting.filters import PERIODS, chosen
from sales_opportunity.reporting.forecasts import HORIZONS, forecasts
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import card, money_card
from sales_opportunity.sales_opportunity.report.forecast_accuracy import (
	measures_view,
	periods_view,
	reliability_view,
)

VIEWS = {"Periods": periods_view, "Measures": measures_view, "Reliability": reliability_view}
MAX_PERIODS = 60


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary of the chosen view: periods, measures or reliability."""
	filters = chosen(filters, {"view": VIEWS, "period": PERIODS}, view="Periods", period="Month")
	view = VIEWS[filters.view]
	found = get_forecasts(filters)
	data = view.get_data(found, narrowing(filters))
	columns = explained("Forecast Accuracy", view.get_columns())
	chart = view.get_chart(data) if data else None
	return columns, data, get_note(found), chart, get_summary(found)


def get_forecasts(filters: frappe._dict) -> list[Forecast]:
	"""Return the forecasts of the chosen periods, class and responsible."""
	count = min(max(cint(filters.periods) or 12, 1), MAX_PERIODS)
	return forecasts(
		count,
		MONTHS[filters.period],
		class_id=filters.class_id or None,
		owner=filters.opportunity_owner or None,
		today=min(getdate(filters.until or None), getdate()),
	)


def narrowing(filters: frappe._dict) -> dict:
	"""Return the filters that narrow snapshots and opportunities alike."""
	return {field: filters[field] for field in ("class_id", "opportunity_owner") if filters.get(field)}


def get_note(found: list[Forecast]) -> str | None:
	if found:
		return None
	return _("There is no snapshot old enough yet to compare a forecast with what came.")


def get_summary(found: list[Forecast]) -> list[dict] | None:
	"""Return bias, WAPE and Brier score of the shortest horizon, and whether they beat the baselines."""
	entries = of_horizon(found, HORIZONS[0])
	if not entries:
		return None
	row = measures_view.measures(entries)
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

"""What was forecast 30, 60 and 90 days ahead against what came, and whether simple rules would have done better."""

import frappe
from frappe import _
from frappe.utils import fmt_money

from sales_opportunity.analysis.past_forecasts import Forecast, of_horizon
from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.reporting.forecasts import HORIZONS, forecasts
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import card, money_card
from sales_opportunity.sales_opportunity.report.forecast_accuracy import (
	measures_view,
	periods_view,
	reliability_view,
)
from sales_opportunity.sales_opportunity.report.forecast_accuracy.rows_behind import (
	VIEWS,
	filters_of,
	narrowing,
	periods_of,
)

VIEW_MODULES = dict(zip(VIEWS, (periods_view, measures_view, reliability_view), strict=True))


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary of the chosen view: periods, measures or reliability."""
	filters = filters_of(filters)
	view = VIEW_MODULES[filters.view]
	found = forecasts(periods_of(filters), MONTHS[filters.period], narrowing(filters))
	data = view.get_data(found, filters)
	columns = explained("Forecast Accuracy", view.get_columns())
	chart = view.get_chart(data) if data else None
	return columns, data, get_note(found), chart, get_summary(found)


def get_note(found: list[Forecast]) -> str | None:
	"""Return why there are no figures, None if there are some."""
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

"""The forecast accuracy by horizon: its measures, beside those of the baselines."""

from frappe import _

from sales_opportunity.analysis.accuracy import bias, brier, mape, wape, with_rate
from sales_opportunity.analysis.past_forecasts import Forecast, of_horizon
from sales_opportunity.currency import company_currency
from sales_opportunity.reporting.forecasts import HORIZONS
from sales_opportunity.reporting.presentation import (
	BLUE,
	GRAY,
	ORANGE,
	bar_chart,
	column,
	currency_column,
	money_column,
	rounded,
)


def get_columns() -> list[dict]:
	share = {"fieldtype": "Float", "precision": 1, "drill": "periods"}
	return [
		column("horizon", _("Days Ahead"), "Int"),
		column("periods", _("Periods"), "Int", 90, drill="periods"),
		money_column("bias", _("Bias per Period"), 190, drill="periods"),
		column("mape", _("MAPE in %"), width=110, **share),
		column("wape", _("WAPE in %"), width=110, **share),
		column("wape_last_period", _("WAPE of Last Period's Won"), width=230, **share),
		column("wape_constant_rate", _("WAPE of the Constant Rate"), width=230, **share),
		column("deals", _("Sample", context="Report"), "Int", 110, drill="reliability"),
		column("brier", _("Brier Score"), "Float", precision=3, drill="reliability"),
		column("brier_constant_rate", _("Brier Score of the Constant Rate"), "Float", 260, precision=3),
		currency_column(),
	]


def get_data(found: list[Forecast], filters: dict) -> list[dict]:
	"""Return a row for each horizon of which there are forecasts; a figure leads to the view that it sums up."""
	drill = {
		view.lower(): {"report": "Forecast Accuracy", "filters": {"view": view}}
		for view in ("Periods", "Reliability")
	}
	return [
		{"horizon": horizon, **measures(entries), "currency": company_currency(), "drill": drill}
		for horizon in HORIZONS
		if (entries := of_horizon(found, horizon))
	]


def measures(entries: list[Forecast]) -> dict:
	"""Return the measures of these forecasts, rounded for display."""
	outcomes = [entry.outcome for entry in entries]
	deals = [group for entry in entries for group in entry.deals]
	by_rate = [group for entry in entries for group in with_rate(entry.deals, entry.rate)]
	return {
		"periods": len(entries),
		"bias": rounded(bias(outcomes), 2),
		"mape": rounded(mape(outcomes), 1),
		"wape": rounded(wape(outcomes), 1),
		"wape_last_period": rounded(wape([entry.outcome_of_last_period for entry in entries]), 1),
		"wape_constant_rate": rounded(wape([entry.outcome_of_constant_rate for entry in entries]), 1),
		"deals": sum(group.count for group in deals),
		"brier": rounded(brier(deals), 3),
		"brier_constant_rate": rounded(brier(by_rate), 3),
	}


def get_chart(data: list[dict]) -> dict | None:
	"""Return the WAPE of the forecast and of both baselines by horizon."""
	bars = {
		_("Forecast"): "wape",
		_("Last Period's Won"): "wape_last_period",
		_("Constant Rate"): "wape_constant_rate",
	}
	return bar_chart(
		[_("{0} Days Ahead").format(row["horizon"]) for row in data],
		{name: [row[fieldname] or 0 for row in data] for name, fieldname in bars.items()},
		(BLUE, ORANGE, GRAY),
	)

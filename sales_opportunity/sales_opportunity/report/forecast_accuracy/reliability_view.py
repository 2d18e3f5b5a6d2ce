"""The forecast accuracy by probability: what came of the deals in each range, all horizons joined."""

from frappe import _

from sales_opportunity.analysis.accuracy import reliability
from sales_opportunity.analysis.past_forecasts import Forecast
from sales_opportunity.reporting.drill_down import drill_by_asking
from sales_opportunity.reporting.presentation import BLUE, GREEN, bar_chart, column, rounded
from sales_opportunity.sales_opportunity.report.forecast_accuracy.rows_behind import rows_in_range


def get_columns() -> list[dict]:
	return [
		column("range", _("Probability", context="Sales Opportunity"), width=160),
		column("count", _("Sample", context="Report"), "Int", 110, drill="rows"),
		column("predicted", _("Forecast in %"), "Float", 160, precision=1, drill="rows"),
		column("observed", _("Won in the Period in %"), "Float", 160, precision=1, drill="rows"),
		column("difference", _("Difference in Points"), "Float", 180, precision=1, drill="rows"),
	]


def get_data(found: list[Forecast], filters: dict) -> list[dict]:
	"""Return a row for each range of probabilities; its figures lead to the rows of snapshots."""
	return [
		{
			"range": f"{line.lower}–{line.upper} %",
			"count": line.count,
			"predicted": rounded(line.predicted, 1),
			"observed": rounded(line.observed, 1),
			"difference": rounded(line.predicted - line.observed, 1),
			"drill": {
				"rows": drill_by_asking(
					rows_in_range, line.count, filters=filters, lower=line.lower, upper=line.upper
				)
			},
		}
		for line in reliability(group for entry in found for group in entry.deals)
	]


def get_chart(data: list[dict]) -> dict | None:
	return bar_chart(
		[row["range"] for row in data],
		{
			_("Forecast in %"): [row["predicted"] for row in data],
			_("Won in the Period in %"): [row["observed"] for row in data],
		},
		(BLUE, GREEN),
	)

"""What the figures of the reports mean, in a sentence: shown at the head of their columns. See docs/metrics.md."""

from frappe import _

ROOM_FOR_SIGN = 32
"""Pixels."""


def explained(report: str, columns: list[dict]) -> list[dict]:
	"""Return the columns of a report, each with its `meaning` if it has one, and with room for the sign of it."""
	known = MEANINGS[report]()
	return [
		{**column, "meaning": known[column["fieldname"]], "width": column["width"] + ROOM_FOR_SIGN}
		if column["fieldname"] in known
		else column
		for column in columns
	]


def revenue_forecast() -> dict[str, str]:
	"""Return by fieldname what the columns of Revenue Forecast mean."""
	return {
		"deals": _("Number of open opportunities."),
		"nominal": _("Sum of the amounts of open opportunities, net, in the company's currency."),
		"weighted": _("Sum of amount × probability of open opportunities, each rounded to the cent."),
		"won": _("Sum of the amounts of won opportunities, net, in the company's currency."),
		"billed": _("What of the won opportunities is billed, as a share of their amount."),
		"open_orders": _("What of the won opportunities is ordered and not billed yet."),
		"unordered": _("What of the won opportunities is neither ordered nor billed yet."),
		"expected": _("Won, and the weighted value of what is open: what one may expect."),
		"p10": _("With 90 % certainty won and open opportunities together bring at least this (P10)."),
		"p50": _(
			"It is as likely that won and open opportunities together bring more as that they bring less (P50)."
		),
		"p90": _("With 90 % certainty won and open opportunities together bring at most this (P90)."),
	}


def win_loss_analysis() -> dict[str, str]:
	"""Return by fieldname what the columns of Win-Loss Analysis mean."""
	return {
		"won": _("Number of opportunities that were won in the chosen dates."),
		"lost": _("Number of opportunities that were lost in the chosen dates."),
		"win_rate": _("Won ÷ (won + lost), by number."),
		"won_amount": _("Sum of the amounts of won opportunities, net, in the company's currency."),
		"average_won": _("Won amount ÷ number of won opportunities."),
		"cost": _("What the campaign cost in all, whatever the report is limited to."),
		"return_on_cost": _("How many times its cost a campaign has won, where the cost is known."),
		"lost_amount": _("Sum of the amounts of lost opportunities, net, in the company's currency."),
		"value_rate": _("Won amount ÷ (won amount + lost amount)."),
		"days_to_win": _("Half of the won opportunities took no longer than this from creation to closing."),
		"days_to_lose": _(
			"Half of the lost opportunities took no longer than this from creation to closing."
		),
		"price_gap": _(
			"Mean of (our amount − competitor's price) ÷ competitor's price, where a price is known."
		),
	}


def moved_close_dates() -> dict[str, str]:
	"""Return by fieldname what the columns of Moved Close Dates mean."""
	return {
		"times": _("How often a close date was replaced by another one, earlier or later."),
		"first_said": _("The close date before it was moved for the first time."),
		"moved_days": _("Days from what was said at first to the expected close date."),
		"likely_close_date": _("When half of the deals of its class and stage closed that were as late."),
		"weighted": _("Amount × probability, rounded to the cent, in the company's currency."),
		"nominal": _("Amount of the opportunity, net, in the company's currency."),
	}


def sales_targets() -> dict[str, str]:
	"""Return by fieldname what the columns of Sales Targets mean."""
	return {
		"target": _("What the targets of the year say for the period."),
		"won": _("What was won in the period, net, by the day of closing."),
		"reached": _("Won ÷ target."),
		"weighted": _("Amount × probability of the open opportunities that are expected from today on."),
		"committed": _("The part of the open pipeline whose stage has the forecast category Commit."),
		"left": _("Target − won."),
		"gap": _("Target − won − weighted: what would still lack."),
		"open": _("Open opportunities that are expected in the period, from today on."),
		"coverage": _("Open pipeline ÷ what is left to win."),
		"last_year": _("What was won in the same period of last year, up to the same day."),
		"pace": _("Won ÷ what was won by the same day of last year."),
	}


def margin() -> dict[str, str]:
	"""Return by fieldname what the columns of Margin mean."""
	return {
		"deals": _("Number of won opportunities with lines that were closed in the chosen dates."),
		"revenue": _(
			"Net amounts of the lines whose cost is known, after all discounts; credits are taken off."
		),
		"cost": _("Quantity × cost per unit of these lines."),
		"margin": _("Revenue less cost. Freight and trade-ins have none."),
		"percentage": _("Margin ÷ revenue."),
		"without_cost": _("Net amounts of the lines whose cost is not known; they are in no other figure."),
	}


def sales_funnel() -> dict[str, str]:
	"""Return by fieldname what the columns of Sales Funnel mean."""
	return {
		"reached": _("Opportunities that were in the stage, or passed it by on the way to a later one."),
		"skipped": _("Opportunities that passed the stage by without having been in it."),
		"advanced": _("Opportunities that reached a later stage."),
		"conversion": _("Went further ÷ (reached − still undecided)."),
		"undecided": _("Open opportunities that have come no further yet."),
		"waiting": _("Opportunities that are in the stage now."),
		"lost": _("Opportunities that were lost from this stage."),
		"back": _("Opportunities that left the stage for an earlier one."),
		"median_days": _(
			"Half of the stays in the stage last no longer than this; those that go on count so far."
		),
	}


def stalled_and_not_forecastable() -> dict[str, str]:
	"""Return by fieldname what the columns of Stalled and Not Forecastable mean."""
	return {
		"reasons": _("All that stands against a forecast with this opportunity."),
		"weighted": _("Amount × probability, rounded to the cent, in the company's currency."),
		"nominal": _("Amount of the opportunity, net, in the company's currency."),
		"idle_since": _("Day of the last stage change, call, mail, meeting, task or note."),
		"stalled_days": _("Days since it has been idle for longer than its stage allows."),
	}


def item_demand_forecast() -> dict[str, str]:
	"""Return by fieldname what the columns of Item Demand Forecast mean."""
	return {
		"needed_by": _(
			"Delivery date of the line, else close date plus lead time; the earliest of the period."
		),
		"order_by": _("Needed by, less the lead time of the item."),
		"nominal": _("Sum of the quantities, in the unit of the line."),
		"weighted": _("Sum of quantity × probability, in the unit of the line."),
		"on_hand": _("What is in stock, as the app that keeps it says."),
		"on_order": _("What was ordered from suppliers and has not come yet."),
		"reserved": _("What is in stock but promised to others."),
		"net_need": _(
			"What weighted demand lacks after stock + ordered − reserved; the earliest is served first."
		),
	}


def quote_register() -> dict[str, str]:
	"""Return by fieldname what the columns of Quote Register mean."""
	return {
		"net": _("Net total of the quote in the company's currency, at the quote's exchange rate."),
		"monthly": _("Net, of the recurring lines: amount ÷ months of the term."),
		"yearly": _("Net, of the recurring lines: twelve months of the term."),
		"age": _("Days since issuing, for issued and sent quotes."),
		"days_to_answer": _("From sending, else issuing, to the customer's answer."),
		"pdf_sha256": _("Checksum of the PDF that was frozen when the quote was issued."),
	}


def forecast_accuracy() -> dict[str, str]:
	"""Return by fieldname what the columns of Forecast Accuracy mean."""
	return {
		"horizon": _("How many days before the period's first day the forecast was made."),
		"forecast": _("Weighted value of what was expected in the period, as the snapshot of that day says."),
		"actual": _("Sum of the amounts of what was won in the period, expected or not."),
		"error": _("Positive if too much was promised."),
		"error_share": _("|Forecast − won| ÷ won."),
		"last_won": _("What was won in the last full period before the snapshot: the simplest forecast."),
		"constant_rate": _("The snapshot's amounts at one win rate for all, as measured until then."),
		"still_open": _("Expected in the period, and open to this day."),
		"bias": _("Mean of forecast − won; positive if too much is promised."),
		"mape": _("Mean of |forecast − won| ÷ won, over the periods in which something was won."),
		"wape": _("Sum of |forecast − won| ÷ sum of won."),
		"wape_last_period": _("The same measure, had the last period's won been the forecast."),
		"wape_constant_rate": _("The same measure, had all deals had the same probability."),
		"deals": _("Number of opportunities that were judged."),
		"brier": _("Mean of (probability − outcome)²; 0 is perfect, 0.25 is guessing."),
		"brier_constant_rate": _("The same score, had all deals had the same probability."),
		"count": _("Number of opportunities that were judged."),
		"predicted": _("Mean of the probabilities in this range."),
		"observed": _("How many of them were won in the period, in percent."),
		"difference": _("Forecast − won, in percentage points."),
	}


def probability_calibration() -> dict[str, str]:
	"""Return by fieldname what the columns of Probability Calibration mean."""
	return {
		"configured": _("Probability of the stage, or the class's own, as it applies now."),
		"measured": _("How many of the closed opportunities that were in the stage were won."),
		"count": _("Number of closed opportunities that were in the stage."),
		"still_open": _("Opportunities that were in the stage and are not closed yet."),
		"calibrated": _(
			"Proposal: what was measured, drawn towards the configured one if the sample is small."
		),
		"lower": _("Lower end of the range in which the true probability lies with 90 % certainty."),
		"upper": _("Upper end of the range in which the true probability lies with 90 % certainty."),
	}


def pipeline_changes() -> dict[str, str]:
	"""Return by fieldname what the columns of Pipeline Changes mean."""
	return {
		"count": _("Number of opportunities behind the bar."),
		"nominal": _("Change of the sum of amounts, in the company's currency."),
		"weighted": _("Change of the sum of amount × probability, in the company's currency."),
	}


def customer_journey() -> dict[str, str]:
	"""Return by fieldname what the columns of Customer Journey mean."""
	return {"amount": _("Amount on that day, in the company's currency at the opportunity's rate.")}


MEANINGS = {
	"Revenue Forecast": revenue_forecast,
	"Sales Targets": sales_targets,
	"Moved Close Dates": moved_close_dates,
	"Win-Loss Analysis": win_loss_analysis,
	"Margin": margin,
	"Sales Funnel": sales_funnel,
	"Stalled and Not Forecastable": stalled_and_not_forecastable,
	"Item Demand Forecast": item_demand_forecast,
	"Quote Register": quote_register,
	"Forecast Accuracy": forecast_accuracy,
	"Probability Calibration": probability_calibration,
	"Pipeline Changes": pipeline_changes,
	"Customer Journey": customer_journey,
}

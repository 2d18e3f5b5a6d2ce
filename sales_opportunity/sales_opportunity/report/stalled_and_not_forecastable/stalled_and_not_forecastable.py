"""Which open opportunities cannot be forecast or do not move, and why. See docs/metrics.md."""

from datetime import date
from functools import cache

import frappe
from frappe import _
from frappe.utils import date_diff, getdate, nowdate

from sales_opportunity.analysis import obstacles as reasons
from sales_opportunity.analysis.obstacles import OBSTACLES
from sales_opportunity.currency import company_currency
from sales_opportunity.framework.compat import FIRST_DAY, moment_filters
from sales_opportunity.reporting.drill_down import (
	LISTED_ROWS,
	between_days,
	days_before,
	drill_to_deals,
	drill_to_some,
)
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	money_card,
	money_column,
	with_rest_and_total,
)
from sales_opportunity.reporting.stalled import StalledDeals, Whole


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = frappe._dict(checked_filters(filters, {"reason": OBSTACLES}), status="Open")
	deals = StalledDeals(filters, getdate(nowdate()))
	whole = deals.whole()
	columns = explained("Stalled and Not Forecastable", get_columns())
	data, chart = get_data(deals, whole), get_chart(deals, whole)
	return columns, data, currency_note(), chart, get_summary(whole), True


def get_columns() -> list[dict]:
	return [
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("party_name", _("Business Partner"), width=200),
		column("reasons", _("Obstacles"), width=320),
		money_column("weighted", _("Weighted")),
		money_column("nominal", _("Nominal")),
		column("class_id", _("Class ID"), width=130),
		column("stage", _("Qualification Stage"), width=140),
		column("owner", _("Responsible", context="Sales Opportunity"), width=140),
		column("expected_close_date", _("Expected Close Date"), "Date"),
		column("next_activity_date", _("Next Activity Date"), "Date"),
		column("idle_since", _("Idle Since"), "Date"),
		column("stalled_days", _("Stalled for Days"), "Int"),
		currency_column(),
	]


def get_data(deals: StalledDeals, whole: Whole) -> list[dict]:
	"""Return the opportunities with a reason, or with the chosen one, the most valuable first, then their total.

	Of very many, the others stand in one row, and the bars of the chart lead to all.
	"""
	rows = rows_of_deals(deals.listed(LISTED_ROWS), deals.today) if whole.doubtful else []
	sums = {"weighted": whole.doubtful_weighted, "nominal": whole.doubtful_nominal}
	rest = {
		"party_name": _("Smaller Ones, Not Listed"),
		"reasons": _("{0} deals").format(whole.doubtful - len(rows)),
	}
	return with_rest_and_total(rows, whole.doubtful, sums, rest, {"party_name": _("Total")})


def rows_of_deals(deals: list[frappe._dict], today: date) -> list[dict]:
	"""Return a row for each opportunity; what many have in common is named once."""
	label, currency = obstacle_labels(), company_currency()
	stage = cache(lambda stage: _(stage, context="Qualification Stage"))
	person = cache(frappe.utils.get_fullname)
	class_title = cache(lambda class_id: frappe.get_cached_value("Class ID", class_id, "title"))
	return [
		{
			"opportunity": deal.name,
			"party_name": deal.party_name,
			"reasons": ", ".join(label[reason] for reason in deal.obstacles),
			"obstacles": deal.obstacles,
			"weighted": float(deal.base_weighted_amount),
			"nominal": float(deal.base_amount),
			"class_id": class_title(deal.class_id),
			"stage": stage(deal.stage),
			"owner": person(deal.opportunity_owner) if deal.opportunity_owner else None,
			"expected_close_date": deal.expected_close_date,
			"next_activity_date": deal.next_activity_date,
			"idle_since": deal.idle_since,
			"stalled_days": date_diff(today, deal.stalled_from)
			if reasons.STALLED in deal.obstacles
			else None,
			"currency": currency,
		}
		for deal in deals
	]


def get_chart(deals: StalledDeals, whole: Whole) -> dict | None:
	"""Return how many opportunities have each reason; a bar leads to their list."""
	label, counts = obstacle_labels(), {name: count for name, count in whole.by_obstacle.items() if count}
	return bar_chart(
		[label[reason] for reason in counts],
		{_("Opportunities", context="Report"): list(counts.values())},
		targets=[[list_of(deals, reason, count) for reason, count in counts.items()]],
	)


def list_of(deals: StalledDeals, reason: str, count: int) -> dict | None:
	"""Return the list of the opportunities with a reason: by its date where that says it, else by their names."""
	filters, today, is_empty = deals.filters, deals.today, moment_filters()["none"]
	by_date = {
		reasons.NO_DATE: {"expected_close_date": is_empty},
		reasons.DATE_PAST: {"expected_close_date": days_before(today)},
		reasons.NO_ACTIVITY: {"next_activity_date": is_empty},
		reasons.ACTIVITY_OVERDUE: {"next_activity_date": days_before(today)},
		reasons.STALLED: {"stalled_from": between_days(FIRST_DAY, today)},
	}
	says_all = reason in by_date and not filters.item_group and filters.reason in (None, "", reason)
	if says_all:
		return drill_to_deals(filters, **by_date[reason])
	return drill_to_some(deals.names(reason, LISTED_ROWS), count)


def get_summary(whole: Whole) -> list[dict] | None:
	if not whole.deals:
		return None
	return [
		card(_("Opportunities", context="Report"), whole.doubtful, indicator="Orange"),
		money_card(_("Weighted, Doubtful"), whole.doubtful_weighted, "Orange"),
		money_card(_("Weighted, All Open"), whole.weighted),
	]


def obstacle_labels() -> dict[str, str]:
	"""Return how the reasons are called."""
	return {
		reasons.NO_DATE: _("No Close Date"),
		reasons.DATE_PAST: _("Close Date Past"),
		reasons.QUOTE_EXPIRED: _("Quote Expired"),
		reasons.AMOUNT_DIFFERS: _("Amount Differs from Lines"),
		reasons.NO_ACTIVITY: _("No Next Activity"),
		reasons.ACTIVITY_OVERDUE: _("Activity Overdue"),
		reasons.STALLED: _("Stalled"),
	}

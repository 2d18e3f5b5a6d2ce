"""Why, where and by whom closed opportunities were won and lost. See docs/metrics.md."""

import frappe
from frappe import _

from sales_opportunity.analysis.win_loss import ClosedDeals, median_in_days
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.pricing.money import round_money
from sales_opportunity.reporting.campaigns import CampaignCosts
from sales_opportunity.reporting.closed_deals import FIELDS, GROUPS, ClosedDealsByGroup, GroupOutcome
from sales_opportunity.reporting.drill_down import (
	bar_targets,
	days_of,
	drill_to_deals,
	drill_to_some,
	in_group,
)
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.groups import group_label, namer, sorted_groups
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	GREEN,
	RED,
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	joined_notes,
	money_card,
	money_column,
	sharing_note,
)
from sales_opportunity.reporting.sharing import with_sharing


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = checked_filters(filters, {"group_by": GROUPS}, group_by="closing_reason")
	filters = with_sharing(filters, filters.group_by)
	costs = CampaignCosts.of_report(filters)
	data = get_data(filters, ClosedDealsByGroup(filters), costs)
	return (
		explained("Win-Loss Analysis", get_columns(filters, costs)),
		data,
		joined_notes(currency_note(), sharing_note(filters)),
		get_chart(data),
		get_summary(data),
		True,
	)


def get_columns(filters: frappe._dict, costs: CampaignCosts | None) -> list[dict]:
	of_campaigns = [
		money_column("cost", _("Cost"), 150),
		column("return_on_cost", _("Won per Cost"), "Float", 150, precision=1),
	]
	return [
		column("group", group_label(filters.group_by), width=200),
		column("won", _("Won"), "Int", 100, drill="won"),
		column("lost", _("Lost"), "Int", 100, drill="lost"),
		column("win_rate", _("Win Rate"), "Percent", 110, drill="closed"),
		money_column("won_amount", _("Won Amount"), 170, drill="won"),
		money_column("average_won", _("Won on Average"), 170, drill="won"),
		*(of_campaigns if costs else []),
		money_column("lost_amount", _("Lost Amount"), 170, drill="lost"),
		column("value_rate", _("Win Rate by Value"), "Percent", 190, drill="closed"),
		column("days_to_win", _("Days to a Won Deal (Median)"), "Float", 230, precision=1, drill="won"),
		column("days_to_lose", _("Days to a Lost Deal (Median)"), "Float", 240, precision=1, drill="lost"),
		column("price_gap", _("Our Price above Competitor's (%)"), "Float", 290, precision=1, drill="priced"),
		currency_column(),
	]


def get_data(filters: frappe._dict, source: ClosedDealsByGroup, costs: CampaignCosts | None) -> list[dict]:
	"""Return one row per group, the bands by size, all else by name, then the total."""
	outcomes, whole = source.outcomes()
	if not outcomes:
		return []
	name = namer(filters.group_by, filters)
	by_names = filters.item_group or filters.group_by not in FIELDS
	names = source.names() if by_names else {}
	rows = [
		{
			"group": name(key),
			**outcome_figures(outcomes[key]),
			**(costs.figures(key, outcomes[key].deals) if costs else {}),
			"drill": lists_by_names(names.get(key, []), outcomes[key].deals)
			if by_names
			else lists_by_filters(filters, in_group(filters, filters.group_by, key)),
		}
		for key in sorted_groups(filters.group_by, outcomes)
	]
	listed = sorted(entry for entries in names.values() for entry in entries)
	drill = lists_by_names(listed, whole.deals) if filters.item_group else lists_by_filters(filters, {})
	total = {"group": _("Total"), "is_total": 1, **outcome_figures(whole), "drill": drill}
	of_campaigns = costs.total({key: outcome.deals for key, outcome in outcomes.items()}) if costs else {}
	return [*rows, {**total, **of_campaigns}]


def outcome_figures(outcome: GroupOutcome) -> dict:
	"""Return counts, amounts and rates of closed deals."""
	deals, middles = outcome.deals, outcome.middles
	average, decimals = deals.average_won, decimal_places(company_currency())
	return {
		"won": deals.won,
		"lost": deals.lost,
		"win_rate": deals.win_rate,
		"won_amount": float(deals.won_amount),
		"average_won": None if average is None else float(round_money(average, decimals)),
		"lost_amount": float(deals.lost_amount),
		"value_rate": deals.value_rate,
		"days_to_win": median_in_days(middles.get(OpportunityStatus.WON, [])),
		"days_to_lose": median_in_days(middles.get(OpportunityStatus.LOST, [])),
		"price_gap": deals.price_gap,
		"currency": company_currency(),
	}


def lists_by_names(names: list[tuple[str, str, bool]], deals: ClosedDeals) -> dict:
	"""Return the lists of exactly these deals, as far as they are listed."""
	parts = {
		"won": ([name for name, status, _priced in names if status == OpportunityStatus.WON], deals.won),
		"lost": ([name for name, status, _priced in names if status == OpportunityStatus.LOST], deals.lost),
		"closed": ([name for name, _status, _priced in names], deals.closed),
		"priced": ([name for name, _status, priced in names if priced], deals.priced),
	}
	return {key: drill_to_some(listed, count) for key, (listed, count) in parts.items()}


def lists_by_filters(filters: frappe._dict, group: dict) -> dict:
	"""Return where the figures of a group lead, by filters of the list."""
	period = days_of(filters)
	more = {**({"closed_on": period} if period else {}), **group}
	closed = ["in", list(CLOSED)]
	return {
		"won": drill_to_deals(filters, **{**more, "status": OpportunityStatus.WON}),
		"lost": drill_to_deals(filters, **{**more, "status": OpportunityStatus.LOST}),
		"closed": drill_to_deals(filters, **{**more, "status": closed}),
		"priced": drill_to_deals(filters, **{**more, "status": closed, "competitor_price": [">", 0]}),
	}


def get_chart(data: list[dict]) -> dict | None:
	rows = [row for row in data if not row.get("is_total")]
	return bar_chart(
		[row["group"] for row in rows],
		{_("Won"): [row["won"] for row in rows], _("Lost"): [row["lost"] for row in rows]},
		(GREEN, RED),
		stacked=True,
		targets=bar_targets(rows, "won", "lost"),
	)


def get_summary(data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	whole = data[-1]
	return [
		card(_("Won"), whole["won"], indicator="Green"),
		card(_("Lost"), whole["lost"], indicator="Red"),
		card(_("Win Rate"), whole["win_rate"], "Percent"),
		money_card(_("Won Amount"), whole["won_amount"], "Green"),
		money_card(_("Lost Amount"), whole["lost_amount"], "Red"),
	]

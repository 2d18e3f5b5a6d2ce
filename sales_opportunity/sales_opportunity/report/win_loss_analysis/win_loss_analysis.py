"""Why, where and by whom closed opportunities were won and lost. See docs/metrics.md."""

import frappe
from frappe import _

from sales_opportunity.analysis.win_loss import (
	ClosedDeal,
	base_total,
	lost_of,
	median_days,
	price_gap,
	value_rate,
	win_rate,
	won_of,
)
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.reporting.closed_deals import FIELDS, get_closed_deals
from sales_opportunity.reporting.drill_down import (
	bar_targets,
	days_of,
	drill_by_names,
	drill_to_deals,
	equal_to,
)
from sales_opportunity.reporting.groups import group_label, in_order, namer
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	GREEN,
	RED,
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	money_card,
	money_column,
)
from sales_opportunity.reporting.query import chosen


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = chosen(filters, group_by="closing_reason")
	data = get_data(filters, get_closed_deals(filters))
	columns = explained("Win-Loss Analysis", get_columns(filters))
	return columns, data, currency_note(), get_chart(data), get_summary(data), True


def get_columns(filters: frappe._dict) -> list[dict]:
	return [
		column("group", group_label(filters.group_by), width=200),
		column("won", _("Won"), "Int", 100, drill="won"),
		column("lost", _("Lost"), "Int", 100, drill="lost"),
		column("win_rate", _("Win Rate"), "Percent", 110, drill="closed"),
		money_column("won_amount", _("Won Amount"), 170, drill="won"),
		money_column("lost_amount", _("Lost Amount"), 170, drill="lost"),
		column("value_rate", _("Win Rate by Value"), "Percent", 190, drill="closed"),
		column("days_to_win", _("Days to a Won Deal (Median)"), "Float", 230, precision=1, drill="won"),
		column("days_to_lose", _("Days to a Lost Deal (Median)"), "Float", 240, precision=1, drill="lost"),
		column("price_gap", _("Our Price above Competitor's (%)"), "Float", 290, precision=1, drill="priced"),
		currency_column(),
	]


def get_data(filters: frappe._dict, deals: list[ClosedDeal]) -> list[dict]:
	"""Return one row per group, the bands by size, all else by name, then the total."""
	if not deals:
		return []
	groups: dict = {}
	for deal in deals:
		groups.setdefault(deal.group, []).append(deal)
	name = namer(filters.group_by, filters)
	rows = [
		{"group": name(key), **group_figures(groups[key]), "drill": lists_of_group(filters, groups[key], key)}
		for key in in_order(filters.group_by, groups)
	]
	whole = {**group_figures(deals), "drill": lists_of_total(filters, deals)}
	return [*rows, {"group": _("Total"), "is_total": 1, **whole}]


def group_figures(deals: list[ClosedDeal]) -> dict:
	"""Return counts, amounts and rates of closed deals."""
	won, lost = won_of(deals), lost_of(deals)
	return {
		"won": len(won),
		"lost": len(lost),
		"win_rate": win_rate(deals),
		"won_amount": float(base_total(won)),
		"lost_amount": float(base_total(lost)),
		"value_rate": value_rate(deals),
		"days_to_win": median_days(won),
		"days_to_lose": median_days(lost),
		"price_gap": price_gap(deals),
		"currency": company_currency(),
	}


def lists_of_group(filters: frappe._dict, deals: list[ClosedDeal], group: str | int | None) -> dict:
	"""Return the lists that the figures of a group lead to: by filters where they say it, else by name."""
	if filters.item_group or filters.group_by not in FIELDS:
		return lists_by_names(deals)
	return lists_by_filters(filters, {filters.group_by: equal_to(group)})


def lists_of_total(filters: frappe._dict, deals: list[ClosedDeal]) -> dict:
	return lists_by_names(deals) if filters.item_group else lists_by_filters(filters, {})


def lists_by_names(deals: list[ClosedDeal]) -> dict:
	priced = [deal for deal in deals if deal.competitor_price]
	parts = {"won": won_of(deals), "lost": lost_of(deals), "closed": deals, "priced": priced}
	return drill_by_names({key: [deal.name for deal in part] for key, part in parts.items()})


def lists_by_filters(filters: frappe._dict, group: dict) -> dict:
	period = days_of(filters)
	more = {**({"closed_on": period} if period else {}), **group}
	closed = ["in", list(CLOSED)]
	return {
		"won": drill_to_deals(filters, **{**more, "status": "Won"}),
		"lost": drill_to_deals(filters, **{**more, "status": "Lost"}),
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

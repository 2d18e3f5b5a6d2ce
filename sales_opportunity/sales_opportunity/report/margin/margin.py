"""What won opportunities earn, by class, person, company or partner. See docs/metrics.md."""

import frappe
from frappe import _

from sales_opportunity.access.permissions import require_field
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.reporting.drill_down import (
	bar_targets,
	days_of,
	drill_to_deals,
	drill_to_some,
	in_group,
)
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.groups import group_label, namer, sorted_groups
from sales_opportunity.reporting.margins import GROUPS, Earned, earned_by_group
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	GREEN,
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
	"""Return columns, rows, note, chart and summary of the report. Raises `frappe.PermissionError` for who may not read margins."""
	require_field("Sales Opportunity", "margin_amount")
	filters = checked_filters(filters, {"group_by": GROUPS}, group_by="class_id")
	filters = with_sharing(filters, filters.group_by)
	data = get_data(filters)
	columns = explained("Margin", get_columns(filters))
	return (
		columns,
		data,
		joined_notes(currency_note(), sharing_note(filters)),
		get_chart(data),
		get_summary(data),
		True,
	)


def get_columns(filters: frappe._dict) -> list[dict]:
	return [
		column("group", group_label(filters.group_by), width=220),
		column("deals", _("Sales Opportunities"), "Int", 170, drill="deals"),
		money_column("revenue", _("Revenue"), 170, drill="deals"),
		money_column("cost", _("Cost"), 170, drill="deals"),
		money_column("margin", _("Margin"), 170, drill="deals"),
		column("percentage", _("Margin (%)"), "Percent", 130, drill="deals"),
		money_column("without_cost", _("Without Known Cost"), 200, drill="deals"),
		currency_column(),
	]


def get_data(filters: frappe._dict) -> list[dict]:
	"""Return one row per group by name, then the total."""
	groups, whole = earned_by_group(filters)
	if not groups:
		return []
	name = namer(filters.group_by, filters)
	rows = [
		{
			"group": name(key),
			**margin_figures(groups[key]),
			"drill": {"deals": target(filters, groups[key], in_group(filters, filters.group_by, key))},
		}
		for key in sorted_groups(filters.group_by, groups)
	]
	drill = {"deals": target(filters, whole, {})}
	return [*rows, {"group": _("Total"), "is_total": 1, **margin_figures(whole), "drill": drill}]


def margin_figures(earned: Earned) -> dict:
	"""Return the figures of a row in the company's currency, the margin also in %."""
	return {
		"deals": earned.deals,
		"revenue": float(earned.margin.revenue),
		"cost": float(earned.margin.cost),
		"margin": float(earned.margin.amount),
		"percentage": float(earned.margin.percentage),
		"without_cost": float(earned.without_cost),
		"currency": company_currency(),
	}


def target(filters: frappe._dict, earned: Earned, group: dict) -> dict | None:
	"""Return the list of the deals of a group."""
	if filters.item_group:
		return drill_to_some(list(earned.names), earned.deals)
	period = days_of(filters)
	return drill_to_deals(
		filters, **{**({"closed_on": period} if period else {}), **group, "status": OpportunityStatus.WON}
	)


def get_chart(data: list[dict]) -> dict | None:
	rows = [row for row in data if not row.get("is_total")]
	return bar_chart(
		[row["group"] for row in rows],
		{_("Margin"): [row["margin"] for row in rows]},
		(GREEN,),
		targets=bar_targets(rows, "deals"),
	)


def get_summary(data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	whole = data[-1]
	return [
		money_card(_("Revenue"), whole["revenue"]),
		money_card(_("Margin"), whole["margin"], "Green"),
		card(_("Margin (%)"), whole["percentage"], "Percent"),
	]

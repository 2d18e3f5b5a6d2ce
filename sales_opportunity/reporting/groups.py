"""By what reports group opportunities: the label of the column, what a group is called, and in which order they come."""

from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, get_fullname

from sales_opportunity.analysis.bands import DISCOUNTS, SIZES
from sales_opportunity.currency import company_currency
from sales_opportunity.reporting.query import OPPORTUNITY, opportunities

ITEM_GROUP = "item_group"
BANDS = ("size", "discount")


def group_label(group_by: str) -> str:
	"""Return the label of the column with the groups."""
	return {
		"company": _("Company"),
		"class_id": _("Class ID"),
		"stage": _("Qualification Stage"),
		"opportunity_owner": _("Responsible", context="Sales Opportunity"),
		"forecast_category": _("Forecast Category"),
		"party": _("Business Partner"),
		ITEM_GROUP: _("Item Group"),
		"source": _("Source", context="Sales Opportunity"),
		"campaign": _("Campaign", context="Sales Opportunity"),
		"closing_reason": _("Closing Reason"),
		"competitor": _("Competitor", context="Sales Opportunity"),
		"stage_before": _("Stage before Closing"),
		"discount": _("Discount"),
		"size": _("Size"),
	}[group_by]


def namer(group_by: str, filters: frappe._dict) -> Callable[[Any], str]:
	"""Return a function that says what a group of the report with these filters is called; empty ones are Not Set."""
	if group_by in BANDS:
		return {"size": size_label, "discount": discount_label}[group_by]
	if group_by == "party":
		titles = party_names(filters)
		return lambda key: titles.get(key) or key or _("Not Set")
	name = record_namer(group_by)
	return lambda key: name(key) if key else _("Not Set")


def record_namer(group_by: str) -> Callable[[str], str]:
	"""Return a function that says what a record is called; what has no other name goes by its ID."""
	return {
		"class_id": lambda key: frappe.get_cached_value("Class ID", key, "title"),
		"opportunity_owner": get_fullname,
		"closing_reason": lambda reason: _(reason, context="Closing Reason"),
		"source": lambda source: _(source, context="Opportunity Source"),
		"stage": stage_name,
		"stage_before": stage_name,
		"forecast_category": lambda category: _(category, context="Sales Opportunity"),
	}.get(group_by, str)


def stage_name(stage: str) -> str:
	"""Return what a stage is called in the user's language."""
	return _(stage, context="Qualification Stage")


def party_names(filters: frappe._dict) -> dict[str, str]:
	"""Return what partners are called by their opportunities."""
	table = frappe.qb.DocType(OPPORTUNITY)
	return dict(opportunities(filters).select(table.party, table.party_name).distinct().run())


def size_label(band: int) -> str:
	"""Return what a band of amounts is called."""
	limits = [fmt_money(limit, precision=0, currency=company_currency()) for limit in SIZES]
	if band == 0:
		return _("below {0}").format(limits[0])
	if band == len(SIZES):
		return _("{0} and above").format(limits[-1])
	return _("{0} to below {1}").format(limits[band - 1], limits[band])


def discount_label(band: int | None) -> str:
	"""Return what a band of discounts is called."""
	if band is None:
		return _("Without Lines")
	if band == 0:
		return _("No Discount")
	if band == len(DISCOUNTS):
		return _("above {0} %").format(DISCOUNTS[-1])
	return _("up to {0} %").format(DISCOUNTS[band])


def sorted_groups(group_by: str, groups: Iterable) -> list:
	"""Return the groups sorted: bands by size, stages by position, all else by name or ID; empty ones last."""
	if group_by in BANDS:
		return sorted(groups, key=lambda band: (band is None, band))
	positions = {}
	if group_by in ("stage", "stage_before"):
		positions = dict(frappe.get_all("Qualification Stage", fields=["name", "position"], as_list=True))
	name = record_namer(group_by)
	return sorted(groups, key=lambda key: (not key, positions.get(key, 0), name(key or "").casefold()))

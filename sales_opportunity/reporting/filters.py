"""What comes as filters of a report: choices of those that there are, and plain values; all else is refused before any query."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _

from sales_opportunity.analysis.periods import MONTHS
from sales_opportunity.deal.forecast_categories import forecast_categories
from sales_opportunity.features import SOURCES, is_used
from sales_opportunity.inputs.arguments import read_dict
from sales_opportunity.inputs.values import possible_number, possible_text, refuse_value
from sales_opportunity.masters.origins import ORIGINS

PERIODS = tuple(MONTHS)

Choices = Mapping[str, Iterable[str]]
"""By the name of a filter what it may be, beside empty."""


def checked_filters(
	filters: dict | str | None, choices: Choices | None = None, **defaults: Any
) -> frappe._dict:
	"""Return the filters of a report, with these defaults for those that are empty.

	Raises `WrongInputError` or `ImpossibleNumberError` for a choice that is none of `choices` or switched off, and for lists and
	the like.
	"""
	found = {**defaults, **plain_filters(read_dict(filters or {}, _("Filters")))}
	for name, allowed in {"forecast_category": forecast_categories(), **(choices or {})}.items():
		if found.get(name) not in (None, "", *allowed):
			refuse_value(found[name], filter_label(name))
	if not is_used(SOURCES):
		refuse_origins(found)
	return frappe._dict({**found, **{name: found[name] or value for name, value in defaults.items()}})


def refuse_origins(filters: dict) -> None:
	"""Raise `WrongInputError` for filters by source and campaign, and for grouping by them."""
	for name in ORIGINS:
		if filters.get(name):
			refuse_value(filters[name], filter_label(name))
	if filters.get("group_by") in ORIGINS:
		refuse_value(filters["group_by"], filter_label("group_by"))


def plain_filters(filters: dict) -> dict:
	"""Return filters that are texts, numbers, days or empty. Raises as `checked_filters` for all others."""
	for name, value in filters.items():
		if isinstance(value, str):
			possible_text(value, filter_label(name))
		elif isinstance(value, int | float) and not isinstance(value, bool):
			possible_number(value, filter_label(name))
		elif not isinstance(value, bool | date | None):
			refuse_value(value, filter_label(name))
	return filters


def filter_label(name: str) -> str:
	"""Return what the desk calls a filter."""
	labels = {
		"basis": _("Revenue Counts"),
		"campaign": _("Campaign", context="Sales Opportunity"),
		"cohort": _("Cohorts by"),
		"dates": _("Close Dates"),
		"grouping": _("Probabilities By"),
		"measure": _("Chart Shows"),
		"opened": _("Opened by the Customer"),
		"reason": _("Obstacles"),
		"source": _("Source", context="Sales Opportunity"),
		"recurring": _("Only Recurring"),
		"view": _("Figures"),
		"group_by": _("Group By"),
	}
	return labels.get(name) or _(frappe.unscrub(name))

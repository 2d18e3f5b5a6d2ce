"""By what reports group opportunities: the field, its label in the report, and what a group is called."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import get_fullname

ITEM_GROUP = "item_group"


def group_labels() -> dict[str, str]:
	"""Return the groupings that go by a field of the opportunity, with the label of their column."""
	return {
		"class_id": _("Class ID"),
		"stage": _("Qualification Stage"),
		"opportunity_owner": _("Responsible"),
		"forecast_category": _("Forecast Category"),
		"party": _("Business Partner"),
	}


def namer(group_by: str):
	"""Return a function that says what a group is called; empty groups are called Not Set."""
	names = {
		"class_id": lambda key: frappe.get_cached_value("Class ID", key, "title"),
		"opportunity_owner": get_fullname,
		"stage": _,
		"forecast_category": _,
	}
	name = names.get(group_by, str)
	return lambda key: name(key) if key else _("Not Set")


def ranks(group_by: str, keys: Iterable[str | None]) -> dict:
	"""Return for each key what it is sorted by: stages by position, all else by its name, empty ones last."""
	name = namer(group_by)
	if group_by == "stage":
		positions = dict(frappe.get_all("Qualification Stage", fields=["name", "position"], as_list=True))
		return {key: (not key, positions.get(key, 0), name(key)) for key in keys}
	return {key: (not key, 0, name(key).casefold()) for key in keys}

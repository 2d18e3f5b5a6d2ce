"""What requests ask for: nobody filters, sorts or groups by costs and margins who may not read them.

The framework looks at permission levels of the fields that it answers only. Whoever filters by a field finds out its value
in a few questions.
"""

import re
from typing import Any

import frappe
from frappe import _

from sales_opportunity.concealed import hidden_fields

CONDITIONS = (
	"filters",
	"or_filters",
	"current_filters",
	"filters_json",
	"dynamic_filters_json",
	"export_filters",
)
FIELDS = (
	"order_by",
	"group_by",
	"sort_by",
	"field",
	"searchfield",
	"stats",
	"field_map",
	"aggregate_on_field",
	"aggregate_function_based_on",
	"based_on",
	"value_based_on",
	"group_by_based_on",
	"y_axis",
)
"""Parameters of lists, counts, searches, exports, number cards and charts."""

INSIDE = ("doc", "docs", "chart", "data", "args", "report_settings", "json")
"""Parameters that hold such parameters."""

IS_COMPARISON = re.compile(
	r"[<>=!]+|(not )?(in|like|ilike|between)|is( not)?|timespan|(not )?(ancestors|descendants) of( \(inclusive\))?",
	re.IGNORECASE,
).fullmatch

STORED = {"report_name": ("Report", "ref_doctype"), "chart_name": ("Dashboard Chart", "document_type")}
"""Parameters that name what knows the DocType that is asked about."""


def refuse_hidden_fields() -> None:
	"""Hook of requests, once the user is known. Raises `frappe.PermissionError` if one asks by fields that the user may not read."""
	refuse_hidden(frappe.form_dict, frappe.request.path)


def refuse_hidden(values: dict, path: str = "") -> None:
	"""Raise `frappe.PermissionError` if the parameters of a request ask by fields that the user may not read."""
	asked = asked_fields(values)
	if not asked:
		return
	about = f"{path} {values} {asked} {' '.join(stored_doctypes(values))}"
	hidden = {
		name
		for doctype, names in hidden_fields().items()
		for name in names
		if doctype in about or f".{name}" in about  # of the document, or of one that it links to
	}
	if hidden & asked:
		frappe.throw(_("You may not filter, sort or group by costs and margins."), frappe.PermissionError)


def stored_doctypes(values: dict) -> list[str]:
	"""Return the DocTypes that are asked about by the name of a report or chart."""
	names = {key: values[key] for key in STORED if isinstance(values.get(key), str)}
	return [str(frappe.db.get_value(STORED[key][0], name, STORED[key][1])) for key, name in names.items()]


def asked_fields(values: dict) -> set[str]:
	"""Return all names by which is filtered, sorted, grouped or reckoned."""
	found = set()
	for key in CONDITIONS:
		found |= fields_of_conditions(parsed(values.get(key)))
	for key in FIELDS:
		found |= words(values.get(key))
	fields = parsed(values.get("fields"))
	for field in fields if isinstance(fields, list) else [fields]:
		# The framework leaves out those that may not be read, but does not see all that is in an expression.
		if not isinstance(field, str) or "(" in field:
			found |= words(field)
	for key in INSIDE:
		inner = parsed(values.get(key))
		for each in inner if isinstance(inner, list) else [inner]:
			if isinstance(each, dict):
				found |= asked_fields(each)
	return found


def fields_of_conditions(conditions: Any) -> set[str]:
	"""Return what stands in filters besides the values that are compared with."""
	if isinstance(conditions, dict):
		return set().union(*(words(key) for key in conditions))
	if isinstance(conditions, str):
		return words(conditions)
	if not isinstance(conditions, list):
		return set()
	return set().union(*(fields_of_conditions(part) for part in without_value(conditions)))


def without_value(condition: list) -> list:
	"""Return what stands before a comparison, as it is in the forms of the desk: [field, =, value], [DocType, field, =, value].

	All else, such as a list of conditions, is returned as it is.
	"""
	place = next((at for at in (1, 2) if IS_COMPARISON(str([*condition, "", "", ""][at]).strip())), None)
	return condition[:place] if place and isinstance(condition[place], str) else condition


def parsed(value: Any) -> Any:
	"""Return what JSON says, and all else as it is."""
	try:
		return frappe.parse_json(value)
	except ValueError:
		return value


def words(value: Any) -> set[str]:
	"""Return the names in an expression."""
	return set(re.findall(r"\w+", str(value or "").lower()))

"""Names of masters that are called by words, found by what the user reads: the framework knows it without a context only."""

from typing import Any

import frappe
from frappe import _
from frappe.translate import get_translated_doctypes
from frappe.utils import cstr

from sales_opportunity.framework.ownership import is_own


def by_displayed_text(doctype: str, text: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
	"""Return the text and the options with which the framework's search finds what is read so, in this app's masters."""
	text = text.strip()
	if not text or options.get("query") or not (is_own(doctype) and doctype in get_translated_doctypes()):
		return text, options
	wanted = [[doctype, "name", "in", names_read_as(doctype, text) or [""]]]
	return "", {**options, "filters": as_conditions(doctype, options.get("filters")) + wanted}


def names_read_as(doctype: str, text: str) -> list[str]:
	"""Return the names of documents, whoever may read them, that have the text in what the search looks at."""
	fields = ["name", *frappe.get_meta(doctype).get_search_fields()]
	needle = text.casefold()
	return [
		row.name
		for row in frappe.get_all(doctype, fields=list(dict.fromkeys(fields)))
		if any(
			needle in said.casefold()
			for value in filter(None, map(cstr, row.values()))
			for said in (value, _(value), _(value, context=doctype))
		)
	]


def as_conditions(doctype: str, filters: Any) -> list:
	"""Return filters as the list of conditions that they stand for."""
	filters = frappe.parse_json(filters) or []
	if isinstance(filters, dict):
		pairs = [
			(name, value if isinstance(value, list | tuple) else ("=", value))
			for name, value in filters.items()
		]
		return [[doctype, name, *value] for name, value in pairs]
	return list(filters)

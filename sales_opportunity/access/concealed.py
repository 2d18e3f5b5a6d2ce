"""Costs and margins stand on a permission level that few may read: for all others answers leave the server without them.

On the server documents are whole: conditions of workflows and notifications, templates and what is kept of a deleted
document are the same for whoever comes by.
"""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.meta import Meta

LEVEL = 9
"""The permission level of costs and margins; an admin gives it to other roles by the Role Permission Manager."""

DOCTYPES = (
	"Sales Opportunity",
	"Quote",
	"Quote Release",
	"Sales Item",
	"Sales Campaign",
	"Sales Opportunity Settings",
)
"""What has fields of that level, itself or in its rows."""


def hidden_fields(doctypes: Iterable[str] = DOCTYPES) -> dict[str, list[str]]:
	"""Return by DocType, those of rows too, the fields of the level that the user may not read."""
	hidden = {}
	for doctype in doctypes:
		meta = frappe.get_meta(doctype)
		if frappe.session.user != "Administrator" and LEVEL not in meta.get_permlevel_access("read"):
			rows = [frappe.get_meta(field.options) for field in meta.get_table_fields()]
			hidden.update({each.name: confidential(each) for each in (meta, *rows)})
	return {doctype: fieldnames for doctype, fieldnames in hidden.items() if fieldnames}


def conceal(values: Any, hidden: dict[str, list[str]] | None = None) -> Any:
	"""Take out of documents, as dicts anywhere in these values, what the user may not read, and return the values."""
	hidden = hidden_fields() if hidden is None else hidden
	if isinstance(values, dict):
		for fieldname in hidden.get(str(values.get("doctype")), ()):
			values.pop(fieldname, None)
	inner = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
	for value in inner:
		conceal(value, hidden)
	return values


def confidential(meta: Meta) -> list[str]:
	"""Return the fields of a DocType that are on the level of costs and margins."""
	return [field.fieldname for field in meta.fields if field.permlevel == LEVEL]

"""What requests ask by: nobody finds out by questions what they may not read.

The framework looks at permission levels of the fields that it answers only: whoever filters by a field finds out its value in a
few questions.
"""

from urllib.parse import unquote

import frappe
from frappe import _

from sales_opportunity.compat import united
from sales_opportunity.concealed import DOCTYPES, LEVEL, hidden_fields
from sales_opportunity.overrides.asked import Asked, asked_of, folded, texts

STORED = {"report_name": ("Report", "ref_doctype"), "chart_name": ("Dashboard Chart", "document_type")}
"""Parameters that name what knows the DocType that is asked about."""


def refuse_hidden_fields() -> None:
	"""Hook of requests, once the user is known. Raises `frappe.PermissionError` if one asks by what the user may not read."""
	refuse_hidden(frappe.form_dict, frappe.request.path)


def refuse_hidden(values: dict, path: str = "") -> None:
	"""Raise `frappe.PermissionError` if the parameters of a request ask by what the user may not read.

	Most requests of a site end with the first look at them, or at whether a name in them is that of a field on the level.
	"""
	asked = asked_of(values)
	if is_confidential(asked.names) and not asked.names.isdisjoint(hidden_names(asked, told(values, path))):
		frappe.throw(_("You may not filter, sort or group by costs and margins."), frappe.PermissionError)


def told(values: dict, path: str) -> str:
	"""Return all that a request says, among it the DocTypes that it is about."""
	return folded("\n".join([path, unquote(path), *texts(values), *stored_doctypes(values)]))


def stored_doctypes(values: dict) -> list[str]:
	"""Return the DocTypes that are asked about by the name of a report or chart."""
	names = {key: values[key] for key in STORED if isinstance(values.get(key), str)}
	return [str(frappe.db.get_value(STORED[key][0], name, STORED[key][1])) for key, name in names.items()]


def is_confidential(names: set[str]) -> bool:
	"""Return whether a field of any DocType that has one of these names is on the level of costs and margins."""
	if not names:
		return False
	field, custom = frappe.qb.DocType("DocField"), frappe.qb.DocType("Custom Field")
	setter = frappe.qb.DocType("Property Setter")
	queries = [
		frappe.qb.from_(table)
		.select(table.fieldname)
		.where((table.permlevel == LEVEL) & table.fieldname.isin(sorted(names)))
		for table in (field, custom)
	]
	is_set = (setter.property == "permlevel") & (setter.value == str(LEVEL))
	queries.append(
		frappe.qb.from_(setter)
		.select(setter.field_name)
		.where(is_set & setter.field_name.isin(sorted(names)))
	)
	return bool(frappe.qb.from_(united(*queries).as_("found")).select("*").limit(1).run())


def hidden_names(asked: Asked, about: str) -> set[str]:
	"""Return the names of fields that the user may not read: of the DocTypes that a request is about, and of linked documents.

	The framework finds a row's field by its name alone where the document is asked about.
	"""
	found: set[str] = set()
	for doctype in DOCTYPES:
		hidden = hidden_fields([doctype])
		names = {name.lower() for fieldnames in hidden.values() for name in fieldnames}
		is_meant = any(folded(each) in about for each in (doctype, *hidden))
		found |= names if is_meant else names & asked.linked
	return found

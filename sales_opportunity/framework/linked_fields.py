"""Fields of this app that link to DocTypes of other apps: hidden texts until one is there, by Property Setters."""

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from sales_opportunity.framework.ownership import MODULE

Properties = dict[str, tuple[str, str]]
"""By name the value of a property and its type."""


def link_to(doctype: str | None, fields: dict[str, str], more: dict[str, Properties] | None = None) -> None:
	"""Let a field of each DocType link to `doctype`, or hide them again without one. Runs twice without harm.

	`more` has by DocType further properties of the link.
	"""
	for owner, fieldname in fields.items():
		wanted = {**properties(doctype), **(more or {}).get(owner, {})} if doctype else {}
		set_properties(owner, fieldname, wanted)


def properties(doctype: str) -> Properties:
	"""Return what makes a field link to a DocType: by property its value and the field type of that."""
	return {"options": (doctype, "Small Text"), "fieldtype": ("Link", "Select"), "hidden": ("0", "Check")}


def set_properties(doctype: str, fieldname: str, wanted: Properties) -> None:
	"""Let the field have these properties; what an admin chose otherwise of its looks stays."""
	place = {"doc_type": doctype, "field_name": fieldname}
	rows = frappe.get_all("Property Setter", place, ["name", "property", "value", "module"])
	present = {row.property: row for row in rows}
	for row in rows:
		if row.module == MODULE and row.value != wanted.get(row.property, (None,))[0]:
			frappe.delete_doc("Property Setter", row.name, force=True)
			del present[row.property]
	for name, (value, fieldtype) in wanted.items():
		if name not in present:
			setter = make_property_setter(
				doctype, fieldname, name, value, fieldtype, validate_fields_for_doctype=False
			)
			setter.db_set("module", MODULE)
	frappe.clear_cache(doctype=doctype)


def remaining(doctype: str | None, leaving: str | None = None) -> str | None:
	"""Return a DocType if it is there and does not go with an app that is being removed."""
	if not doctype or not frappe.db.exists("DocType", doctype):
		return None
	return None if leaving and app_of(doctype) == leaving else doctype


def app_of(doctype: str) -> str | None:
	"""Return the app that a DocType belongs to."""
	module = frappe.db.get_value("DocType", doctype, "module")
	return frappe.db.get_value("Module Def", module, "app_name") if module else None

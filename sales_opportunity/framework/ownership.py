"""Which DocTypes belong to this app."""

import frappe

APP = "sales_opportunity"
MODULE = "Sales Opportunity"


def is_own(doctype: str | None) -> bool:
	"""Return whether a DocType belongs to this app; one that does not exist belongs to nobody."""
	module = doctype and frappe.db.get_value("DocType", doctype, "module", cache=True)
	return bool(module) and frappe.local.module_app.get(frappe.scrub(module)) == APP


def own_doctypes() -> list[str]:
	"""Return the names of this app's DocTypes, with those of rows."""
	modules = [module for module, app in frappe.local.module_app.items() if app == APP]
	return [
		row.name
		for row in frappe.get_all("DocType", fields=["name", "module"], order_by="name asc")
		if frappe.scrub(row.module) in modules
	]

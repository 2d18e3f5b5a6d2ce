"""What the app leaves behind when it goes: nothing but what other apps share (roles, address template)."""

import json
from pathlib import Path

import frappe

from sales_opportunity.erpnext import setting_up
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.sales_opportunity.page.set_up_sales.ready_sets import CHOSEN
from sales_opportunity.sales_opportunity.page.set_up_sales.state import SKIPPED

ONBOARDING = Path(__file__).parent / "sales_opportunity" / "onboarding_step"

NAMED_BY = {
	"Assignment Rule": "document_type",
	"Custom DocPerm": "parent",
	"DocShare": "share_doctype",
	"Document Follow": "ref_doctype",
	"Dynamic Link": "link_doctype",
	"Event Participants": "reference_doctype",
	"List Filter": "reference_doctype",
	"Property Setter": "doc_type",
	"ToDo": "reference_type",
	"User Permission": "allow",
}
"""By DocType the field in which the framework's records name this app's: with that gone they could not be saved, or nobody log in."""

OWN_ROLES = ("Sales Viewer", "Sales Fulfilment")
"""The roles of `fixtures/role.json`."""


def before_uninstall() -> None:
	"""Remove the app's roles, fields on meetings and tasks, settings, notifications, onboarding and views, how far it was set up,
	people's own boards of its deals, and what is tied to its documents: tasks, permissions, links of contacts.

	The framework removes its DocTypes and their records, its pages and its reports. Files, comments and e-mails stay.
	"""
	for role in OWN_ROLES:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)
	for field in frappe.get_all(
		"Custom Field", {"dt": ("in", ("Event", "ToDo")), "module": "Sales Opportunity"}, pluck="name"
	):
		frappe.delete_doc("Custom Field", field, force=True)
	for name in frappe.get_all("Notification", {"document_type": ("in", own_doctypes())}, pluck="name"):
		frappe.delete_doc("Notification", name, force=True)
	setting_up.remove_fields()
	frappe.db.delete("List View Settings", {"name": "Sales Opportunity"})
	frappe.db.delete("Calendar View", {"reference_doctype": "Sales Opportunity"})
	frappe.db.delete("Singles", {"doctype": "Sales Opportunity Settings"})
	for default in (CHOSEN, SKIPPED):
		frappe.defaults.clear_default(key=default)
	for board in frappe.get_all("Kanban Board", {"reference_doctype": "Sales Opportunity"}, pluck="name"):
		frappe.delete_doc("Kanban Board", board, force=True)
	for doctype, fieldname in NAMED_BY.items():
		frappe.db.delete(doctype, {fieldname: ("in", own_doctypes())})
	for step in ONBOARDING.glob("*/*.json"):
		frappe.db.delete("Onboarding Step", {"name": json.loads(step.read_text())["name"]})

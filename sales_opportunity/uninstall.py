"""What the app leaves behind when it goes: nothing but what other apps share (roles, address template)."""

import frappe

from sales_opportunity import companies, terms_templates
from sales_opportunity.erpnext import setting_up
from sales_opportunity.ownership import own_doctypes
from sales_opportunity.sales_opportunity.page.set_up_sales.ready_sets import CHOSEN
from sales_opportunity.sales_opportunity.page.set_up_sales.state import SKIPPED

OWN_ROLES = ("Sales Viewer", "Sales Fulfilment")
"""The roles of `fixtures/role.json`."""


def before_uninstall() -> None:
	"""Remove the app's roles, fields on meetings, settings, notifications and views, how far it was set up, and people's
	own boards of its deals.

	The framework removes its DocTypes and their records, its pages and its reports.
	"""
	for role in OWN_ROLES:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)
	for field in frappe.get_all("Custom Field", {"dt": "Event", "module": "Sales Opportunity"}, pluck="name"):
		frappe.delete_doc("Custom Field", field, force=True)
	for name in frappe.get_all("Notification", {"document_type": ("in", own_doctypes())}, pluck="name"):
		frappe.delete_doc("Notification", name, force=True)
	setting_up.clear()
	companies.clear()
	terms_templates.clear()
	frappe.db.delete("List View Settings", {"name": "Sales Opportunity"})
	frappe.db.delete("Calendar View", {"reference_doctype": "Sales Opportunity"})
	frappe.db.delete("Singles", {"doctype": "Sales Opportunity Settings"})
	for default in (CHOSEN, SKIPPED):
		frappe.defaults.clear_default(key=default)
	for board in frappe.get_all("Kanban Board", {"reference_doctype": "Sales Opportunity"}, pluck="name"):
		frappe.delete_doc("Kanban Board", board, force=True)

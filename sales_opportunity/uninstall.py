"""What the app leaves behind when it goes: nothing but what other apps share (roles, address template)."""

import frappe

from sales_opportunity.sales_opportunity.doctype.qualification_stage.board import BOARD

OWN_ROLES = ("Sales Viewer", "Sales Fulfilment")
"""The roles of `fixtures/role.json`."""


def before_uninstall():
	"""Remove the app's roles, settings and board; the framework removes its DocTypes and their records."""
	for role in OWN_ROLES:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)
	frappe.db.delete("Singles", {"doctype": "Sales Opportunity Settings"})
	frappe.delete_doc("Kanban Board", BOARD, ignore_missing=True, force=True)

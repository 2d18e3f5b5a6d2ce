"""What the app leaves behind when it goes: nothing but what other apps share (roles, address template)."""

import frappe


def before_uninstall():
	"""Remove the app's own role and its settings; the framework removes its DocTypes with all their records."""
	frappe.delete_doc("Role", "Sales Viewer", ignore_missing=True, force=True)
	frappe.db.delete("Singles", {"doctype": "Sales Opportunity Settings"})

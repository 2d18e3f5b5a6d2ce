"""What the app leaves behind when it goes: nothing but the roles that other apps share."""

import frappe


def before_uninstall():
	"""Remove the app's own role; the framework removes its DocTypes with all their records."""
	frappe.delete_doc("Role", "Sales Viewer", ignore_missing=True, force=True)

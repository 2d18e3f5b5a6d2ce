"""What guests are told when something goes wrong: what it was, and never where in the code."""

import frappe

from sales_opportunity.framework.ownership import APP, own_doctypes


def hide_tracebacks() -> None:
	"""Hook of requests, once the user is known: a guest sees no traceback of what this app has a part in."""
	if frappe.session.user == "Guest" and is_about_this_app():
		frappe.local.flags.disable_traceback = True


def is_about_this_app() -> bool:
	"""Return whether the request names a page, function or document of this app, or one that it looks after."""
	path = frappe.request.path
	if path.startswith("/quote/"):
		return True
	if not (path.startswith(("/api/", "/private/files/")) or frappe.form_dict):
		return False
	asked = f"{path} {frappe.form_dict}"
	return any(
		name in asked
		for names in (
			(f"{APP}.", "/private/files/"),
			frappe.get_hooks("override_whitelisted_methods", app_name=APP),
			frappe.get_hooks("has_permission", app_name=APP),
			own_doctypes(),
		)
		for name in names
	)

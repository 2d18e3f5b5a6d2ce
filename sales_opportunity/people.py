"""People are shown by their names, and not by their logins, where the framework's forms show a linked user."""

import frappe

from sales_opportunity.ownership import is_own


def name_people(doc, method: str | None = None):
	"""Hook of opened documents: let the form of one of this app's show users that cannot be changed there by name."""
	if not is_own(doc.doctype):
		return
	fields = doc.meta.get("fields", {"fieldtype": "Link", "options": "User"})
	users = {doc.get(field.fieldname) for field in fields} - {None, ""}
	if users:
		names = frappe.get_all("User", {"name": ("in", sorted(users))}, ["name", "full_name"], as_list=True)
		titles = frappe.local.response.setdefault("_link_titles", {})
		titles.update({f"User::{user}": full_name for user, full_name in names if full_name})

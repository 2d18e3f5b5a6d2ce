"""People are shown by their names, and not by their logins."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.framework.ownership import is_own

if TYPE_CHECKING:
	from frappe.contacts.doctype.contact.contact import Contact

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def name_people(doc: "SalesOpportunity | Quote", method: str | None = None) -> None:
	"""Hook of opened documents: let the form of one of this app's show users by name, those in its tables too."""
	if not is_own(doc.doctype):
		return
	rows = [row for table in doc.meta.get_table_fields() for row in doc.get(table.fieldname) or ()]
	users = {
		each.get(field.fieldname)
		for each in (doc, *rows)
		for field in each.meta.get("fields", {"fieldtype": "Link", "options": "User"})
	} - {None, ""}
	if users:
		titles = frappe.local.response.setdefault("_link_titles", {})
		titles.update({f"User::{user}": person["fullname"] for user, person in get_people(users).items()})


def get_people(users: set[str]) -> dict[str, dict]:
	"""Return full name and picture of these users. Whoever sees a deal sees who is responsible for it."""
	rows = frappe.get_all("User", {"name": ("in", sorted(users))}, ["name", "full_name", "user_image"])
	return {row.name: {"fullname": row.full_name or row.name, "image": row.user_image} for row in rows}


def contact_name(contact: "Contact") -> str:
	"""Return first and last name of a contact, as far as there are any."""
	return " ".join(filter(None, (contact.first_name, contact.last_name)))

"""What the database has, whatever a test holds in its hands."""

import frappe


def stored(doc, *fieldnames: str):
	"""Return what is stored in a field of the document, or the values of several; None if there is no such document."""
	return frappe.db.get_value(doc.doctype, doc.name, fieldnames)

"""Drafts that are discarded."""

import frappe


def discard(quote: str):
	"""Discard a draft as Frappe 16 does, which alone has the button, and return it as it is stored."""
	doc = frappe.get_doc("Quote", quote)
	if hasattr(doc, "discard"):
		doc.discard()
	else:
		doc.run_method("before_discard")
		doc.db_set("docstatus", 2)
		doc.run_method("on_discard")
	return frappe.get_doc("Quote", quote)

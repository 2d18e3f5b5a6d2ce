"""Contacts and addresses that a person chooses for a document: those of its partner, or such as the person may read."""

from typing import TYPE_CHECKING, Any

import frappe

from sales_opportunity.access.permissions import require

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

CHOSEN = (("Contact", "contact"), ("Address", "address"))


def require_read_of_chosen(doc: "SalesOpportunity | Quote", *sources: Any) -> None:
	"""Raise `frappe.PermissionError` for a newly chosen contact or address that is neither the partner's nor readable.

	`sources` are what else the document may have it from: its partner, its opportunity, the quote that it is a copy of.
	"""
	for doctype, fieldname in CHOSEN:
		name = doc.get(fieldname)
		if not name or not doc.has_value_changed(fieldname):
			continue
		if name not in [getattr(source, fieldname) for source in sources] and not is_of_party(
			doc, doctype, name
		):
			require(doctype, "read", doc=name)


def is_of_party(doc: "SalesOpportunity | Quote", doctype: str, name: str | None) -> bool:
	"""Return whether a contact or an address belongs to the document's partner."""
	link = {"parenttype": doctype, "parent": name, "link_doctype": doc.party_type, "link_name": doc.party}
	return bool(name and frappe.db.exists("Dynamic Link", link))

"""Brings drafts and open opportunities up to date when their partner, contact or address is corrected."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.framework.locking import lock_opportunity
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.printing.postal import address_lines
from sales_opportunity.sales_opportunity.doctype.quote.addressee import TEXTS, rewrite_texts
from sales_opportunity.sales_opportunity.doctype.quote.master_values import (
	ANSWERS,
	current_email,
	set_from_masters,
)

if TYPE_CHECKING:
	from frappe.model.document import Document

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def on_master_update(doc: "Document", method: str | None = None) -> None:
	"""Hook of saved contacts and addresses: let what is not issued or closed yet follow them."""
	refresh_documents(doc, {doc.doctype.lower(): doc.name})


def on_party_update(partner: "Document", method: str | None = None) -> None:
	"""Hook of saved partners: let what is not issued or closed yet follow a partner whose name or terms were changed."""
	if partner.has_value_changed("partner_name") or partner.has_value_changed("payment_terms"):
		refresh_documents(partner, {"party_type": partner.doctype, "party": partner.name})


def on_party_rename(partner: "Document", method: str, old: str, new: str, merge: bool = False) -> None:
	"""Hook of renamed partners: let what is not issued or closed yet follow one into which another was merged."""
	if merge:
		refresh_documents(partner, {"party_type": partner.doctype, "party": partner.name})


def refresh_documents(master: "Document", filters: dict) -> None:
	"""Refresh the open opportunities and draft quotes that fit, whoever may write them: it is what the master says."""
	master.clear_cache()  # the framework does so only after its hooks
	for name in frappe.get_all("Sales Opportunity", {**filters, "status": "Open"}, pluck="name"):
		refresh_opportunity(name)
	for name in frappe.get_all("Quote", {**filters, "docstatus": 0}, pluck="name"):
		refresh_draft(name)


def refresh_opportunity(name: str) -> None:
	"""Let an opportunity say what its partner, contact and address say now."""
	doc = frappe.get_doc("Sales Opportunity", name, for_update=True)
	title = get_party(doc.party_type, doc.party).title
	store_changes(
		doc,
		{
			"title": title if doc.title == doc.party_name else doc.title,
			"party_name": title,
			"contact_email": current_email(doc.contact),
			"address_display": "\n".join(address_lines(doc.address, title, company=doc.company)),
		},
	)


def refresh_draft(name: str) -> None:
	"""Let a draft say what its masters say now, where nobody has changed it by hand; an issued quote stays as it is."""
	lock_opportunity(frappe.db.get_value("Quote", name, "opportunity"))
	doc = frappe.get_doc("Quote", name, for_update=True)
	if doc.docstatus != 0:
		return
	before = frappe.get_doc(doc.as_dict())
	set_from_masters(doc, get_party(doc.party_type, doc.party, doc.company))
	rewrite_texts(doc, before)
	now = {fieldname: doc.get(fieldname) for fieldname in (*ANSWERS, *TEXTS, "from_masters")}
	doc.update({fieldname: before.get(fieldname) for fieldname in now})
	store_changes(doc, now)


def store_changes(doc: "SalesOpportunity | Quote", values: dict) -> None:
	"""Store those of the values that differ, without a new version of the document."""
	changed = {
		fieldname: value
		for fieldname, value in values.items()
		if (value or None) != (doc.get(fieldname) or None)
	}
	if changed:
		doc.db_set(changed, update_modified=False)

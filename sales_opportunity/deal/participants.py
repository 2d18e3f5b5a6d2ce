"""Who takes part in a deal on the customer's side, in which role; the primary one of them is the deal's contact."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from pypika.terms import Term

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.chosen_contacts import is_of_party
from sales_opportunity.features import PARTICIPANTS, is_used
from sales_opportunity.framework.compat import joined_text
from sales_opportunity.masters.adapters import get_party, registered_types
from sales_opportunity.people import contact_name
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_contact.sales_opportunity_contact import (
		SalesOpportunityContact,
	)

OPPORTUNITY, ROW = "Sales Opportunity", "Sales Opportunity Contact"


class ParticipantError(frappe.ValidationError):
	pass


def keep_primary(doc: "SalesOpportunity") -> None:
	"""Keep the deal's contact and the primary one of who takes part the same: what was changed counts.

	If both were changed, the contact does. It has a row, unless the settings know none.
	"""
	if not is_used(PARTICIPANTS):
		return
	before = doc.get_doc_before_save()
	former = primary_of(before) if before else None
	ticked = [row for row in doc.participants if row.is_primary]
	row = next((row for row in ticked if row.contact != former), ticked[0] if ticked else None)
	if row and not row.contact:
		frappe.throw(
			_("Row #{0}: The main contact must be a stored one, since quotes are addressed to it.").format(
				row.idx
			),
			ParticipantError,
		)
	if not before:
		doc.contact = doc.contact or (row and row.contact)
	elif not doc.has_changed("contact"):
		if row and row.contact != former:
			doc.contact = row.contact
		elif not row and former and former == doc.contact:
			doc.contact = None
	primary = next((row for row in doc.participants if doc.contact and row.contact == doc.contact), None)
	if doc.contact and not primary:
		primary = doc.append("participants", {"contact": doc.contact})
	for row in doc.participants:
		row.is_primary = int(row is primary)


def primary_of(doc: "SalesOpportunity") -> str | None:
	"""Return the contact in the primary row of a deal."""
	return next((row.contact for row in doc.participants if row.is_primary), None)


def complete_participants(doc: "SalesOpportunity") -> None:
	"""Let rows say name, e-mail address and company of their contacts.

	Raises `frappe.PermissionError` for contacts and companies that are newly chosen, not the partner's, and not readable.
	"""
	before = doc.get_doc_before_save()
	stored = {row.name: row for row in before.participants} if before else {}
	for row in doc.participants:
		former = stored.get(row.name)
		is_new = not former or former.contact != row.contact
		if row.contact:
			is_foreign = is_new and not is_of_party(doc, "Contact", row.contact)
			if is_foreign and row.contact != doc.contact:
				require("Contact", "read", doc=row.contact)
			contact = frappe.get_cached_doc("Contact", row.contact)
			row.person_name, row.email = disarmed(contact_name(contact) or contact.name), contact.email_id
			if is_foreign and not row.party:
				row.party_type, row.party = partner_of_contact(row.contact)
		if not row.party:
			row.party_type = None
		elif not former or (former.party_type, former.party) != (row.party_type, row.party):
			validate_company(row)


def partner_of_contact(contact: str) -> tuple[str | None, str | None]:
	"""Return type and name of the first partner of a contact that the user may read, if there is one."""
	links = frappe.get_all(
		"Dynamic Link",
		{"parenttype": "Contact", "parent": contact, "link_doctype": ("in", registered_types()["party"])},
		["link_doctype", "link_name"],
		order_by="idx asc",
	)
	for link in links:
		if frappe.has_permission(link.link_doctype, "read", doc=link.link_name):
			return link.link_doctype, link.link_name
	return None, None


def validate_company(row: "SalesOpportunityContact") -> None:
	"""Raise `ParticipantError` unless a company is a partner, `frappe.PermissionError` unless the user may read it."""
	if row.party_type not in registered_types()["party"]:
		frappe.throw(_("Row #{0}: Choose a business partner.").format(row.idx), ParticipantError)
	require(row.party_type, "read", doc=row.party)
	get_party(row.party_type, row.party)


def validate_participants(doc: "SalesOpportunity") -> None:
	"""Raise `ParticipantError` for rows without anybody, and for contacts that are there twice."""
	seen = set()
	for row in doc.participants:
		if not (row.contact or row.person_name or row.email):
			frappe.throw(
				_("Row #{0}: Choose a contact, or enter a name or an e-mail address.").format(row.idx),
				ParticipantError,
			)
		if row.contact and row.contact in seen:
			frappe.throw(
				_("Row #{0}: {1} is there twice.").format(row.idx, frappe.bold(row.person_name)),
				ParticipantError,
			)
		seen.add(row.contact)


def other_participants(
	doc: "SalesOpportunity", duplicate: "SalesOpportunity"
) -> "list[SalesOpportunityContact]":
	"""Return who takes part in a duplicate of a deal and has no row in the deal itself."""

	def person(row: "SalesOpportunityContact") -> tuple:
		return (row.contact,) if row.contact else (row.person_name or None, row.email or None)

	known = {person(row) for row in doc.participants}
	return [row for row in duplicate.participants if person(row) not in known]


def participants_of(opportunity: str) -> list[dict]:
	"""Return `person_name`, `role` and `email` of who takes part in a deal, nobody where the settings know no roles."""
	if not is_used(PARTICIPANTS):
		return []
	fields = ["person_name", "role", "email"]
	return frappe.get_all(ROW, {"parent": opportunity, "email": ("is", "set")}, fields, order_by="idx asc")


def add_rows_of_contacts() -> None:
	"""Give each deal that has a contact and nobody who takes part a row for it (a patch), by one statement."""
	table, row = frappe.qb.DocType(OPPORTUNITY), frappe.qb.DocType(ROW)
	values = {
		"name": joined_text(table.name, "-contact"),
		"creation": table.creation,
		"modified": table.modified,
		"owner": table.owner,
		"modified_by": table.modified_by,
		"parent": table.name,
		"parenttype": Term.wrap_constant(OPPORTUNITY),
		"parentfield": Term.wrap_constant("participants"),
		"idx": 1,
		"contact": table.contact,
		"email": table.contact_email,
		"is_primary": 1,
	}
	having = frappe.qb.from_(row).select(row.parent)
	(
		frappe.qb.into(row)
		.columns(*values)
		.from_(table)
		.select(*values.values())
		.where(table.contact.notnull() & (table.contact != "") & table.name.notin(having))
	).run()

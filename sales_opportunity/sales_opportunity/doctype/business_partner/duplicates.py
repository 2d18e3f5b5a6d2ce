"""Partners that are likely the same: their stored keys, the search by these, and the warning."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form

from sales_opportunity.sales_opportunity.doctype.business_partner.likeness import domain_keys, name_key

if TYPE_CHECKING:
	from frappe.contacts.doctype.contact.contact import Contact

	from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import BusinessPartner

PARTNER = "Business Partner"
MOST_SHOWN = 5


def set_keys(partner: "BusinessPartner") -> None:
	"""Set what the search for duplicates compares: the name's key, and the domains of website and contacts."""
	partner.name_key = name_key(partner.partner_name)
	domains = domain_keys(partner.website, *contact_emails(partner.name))
	if domains != domains_of(partner):
		partner.set("domains", [{"domain": domain} for domain in domains])


def contact_emails(partner: str | None, doctype: str = PARTNER) -> list[str]:
	"""Return the e-mail addresses of the contacts that are linked to the partner."""
	link = frappe.qb.DocType("Dynamic Link")
	email = frappe.qb.DocType("Contact Email")
	return (
		frappe.qb.from_(link)
		.join(email)
		.on(email.parent == link.parent)
		.select(email.email_id)
		.where(link.link_doctype == doctype)
		.where(link.link_name == (partner or ""))
		.where(link.parenttype == "Contact")
		.run(pluck=True)
	)


def domains_of(partner: "BusinessPartner") -> list[str]:
	"""Return the internet domains of a partner."""
	return [row.domain or "" for row in partner.domains]


def warn_of_duplicates(partner: "BusinessPartner") -> None:
	"""Tell the user of likely duplicates, if this save gave the partner a name, VAT id or domain that others have."""
	before = partner.get_doc_before_save()
	if not before or _keys(partner) != _keys(before):
		show_warning(partner)


def show_warning(partner: "BusinessPartner") -> None:
	"""Show the likely duplicates with links, if there are any. Blocks nothing."""
	show_likely_duplicates(PARTNER, partner.partner_name, likely_duplicates(partner))


def show_likely_duplicates(doctype: str, title: str, duplicates: list[frappe._dict]) -> None:
	"""Show likely duplicates of a partner, each with its name, title and reasons, as links."""
	if not duplicates:
		return
	lines = "".join(
		f"<li>{get_link_to_form(doctype, row.name, escape_html(row.title))}"
		f" ({escape_html(', '.join(row.reasons))})</li>"
		for row in duplicates
	)
	question = _("{0} may exist already. Look at:").format(frappe.bold(escape_html(title)))
	frappe.msgprint(f"{question}<ul>{lines}</ul>", title=_("Possible Duplicate"), indicator="orange")


def likely_duplicates(partner: "BusinessPartner") -> list[frappe._dict]:
	"""Return at most five partners that the user may see and that share VAT id, name or a domain with this one.

	Each has `name`, `title`, `role` and `reasons`; the one that shares most comes first. Every search goes by an index.
	"""
	return most_alike(PARTNER, partner.name, _searches(partner), ["partner_name as title", "role"])


def most_alike(
	doctype: str, name: str | None, searches: list[tuple[str, list]], fields: list[str]
) -> list[frappe._dict]:
	"""Return at most five documents beside `name` that the user may see, those first that most of the searches find.

	A search is a reason, a phrase in the user's language, and a filter. Each document has the `fields`, its `name` and `reasons`.
	"""
	if not frappe.has_permission(doctype, "read"):
		return []
	found: dict[str, frappe._dict] = {}
	for reason, condition in searches:
		rows = frappe.get_list(
			doctype,
			filters=[[doctype, "name", "!=", name], condition],
			fields=["name", *fields, "modified"],
			distinct=True,
			order_by="modified desc",
			limit=MOST_SHOWN,
		)
		for row in rows:
			found.setdefault(row.name, frappe._dict(row, reasons=[])).reasons.append(reason)
	return sorted(found.values(), key=lambda row: -len(row.reasons))[:MOST_SHOWN]


def update_partners_of_contact(contact: "Contact", method: str | None = None) -> None:
	"""Bring the domains of the partners of a contact up to date when it is saved or deleted (a hook)."""
	for name in linked_before_or_now(contact, PARTNER):
		partner = frappe.get_doc(PARTNER, name)
		if store_keys(partner):
			show_warning(partner)


def linked_before_or_now(contact: "Contact", doctype: str) -> list[str]:
	"""Return the records of a DocType that a contact is linked to, or was before this save, as far as they are still there."""
	before = contact.get_doc_before_save()
	links = [*contact.links, *(before.links if before else [])]
	names = {row.link_name for row in links if row.link_doctype == doctype}
	return sorted(name for name in names if frappe.db.exists(doctype, name))


def store_keys(partner: "BusinessPartner") -> set[str]:
	"""Store the keys of a partner whose contacts or name were changed from elsewhere; return the new domains.

	Written without a check of permissions: the keys are hidden and derived, and who may change a contact must not
	need the right to change its partner.
	"""
	before = _keys(partner)
	set_keys(partner)
	if _keys(partner) == before:
		return set()
	partner.db_set("name_key", partner.name_key, update_modified=False)
	partner.update_child_table("domains")
	return set(domains_of(partner)) - set(before[-1])


def _keys(partner: "BusinessPartner") -> tuple:
	return partner.name_key, partner.vat_id, domains_of(partner)


def _searches(partner: "BusinessPartner") -> list[tuple[str, list]]:
	searches = []
	if partner.vat_id:
		searches.append((_("same VAT ID"), [PARTNER, "vat_id", "=", partner.vat_id]))
	if partner.name_key:
		searches.append((_("same name"), [PARTNER, "name_key", "=", partner.name_key]))
	searches += [
		(_("also uses {0}").format(domain), ["Business Partner Domain", "domain", "=", domain])
		for domain in domains_of(partner)
	]
	return searches

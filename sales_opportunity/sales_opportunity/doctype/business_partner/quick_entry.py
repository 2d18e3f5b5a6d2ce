"""A partner with contact and address from one dialog: stored together or not at all, each with its own permission."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.access.permissions import require
from sales_opportunity.currency import SETTINGS
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.inputs.values import possible_text
from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import (
	MOST_SHOWN,
	PARTNER,
	likely_duplicates,
)
from sales_opportunity.sales_opportunity.doctype.business_partner.likeness import domain_keys, name_key

if TYPE_CHECKING:
	from frappe.contacts.doctype.address.address import Address
	from frappe.contacts.doctype.contact.contact import Contact

	from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import BusinessPartner

CONTACT_FIELDS = ("salutation", "first_name", "last_name", "email", "phone")
ADDRESS_FIELDS = ("address_line1", "pincode", "city", "country")
SHORTEST_KEY = 3
"""Letters of a name from which partners that begin alike are looked for."""


@whitelist(methods=["POST"])
def create(partner: dict | str, contact: dict | str, address: dict | str) -> dict:
	"""Store a partner, and a contact and an address if anything is given of them; return the partner.

	Raises `frappe.PermissionError` if the user may not create one of them; then none is stored.
	"""
	values = filled_values(partner, _("Business Partner"))
	contact = given_texts(filled_values(contact, _("Contact")), "Contact", CONTACT_FIELDS)
	address = given_texts(filled_values(address, _("Address")), "Address", ADDRESS_FIELDS)
	doc = frappe.new_doc(PARTNER)
	doc.update({field: value for field, value in values.items() if is_entered(field)})
	doc.insert()
	if any(contact.get(field) for field in CONTACT_FIELDS if field != "salutation"):
		new_contact(doc, contact).insert()
	if any(address.get(field) for field in ADDRESS_FIELDS if field != "country"):
		new_address(doc, address).insert()
	doc.reload()
	return doc.as_dict()


@whitelist()
def similar_partners(partner_name: str, email: str = "", website: str = "", vat_id: str = "") -> list[dict]:
	"""Return partners that may be the one that is being typed: `name`, `title`, `role` and `reasons`, at most five.

	Only such as the user may see. Every search goes by an index.
	"""
	require(PARTNER, "read")
	typed = frappe.new_doc(PARTNER)
	typed.update({"partner_name": partner_name, "vat_id": vat_id.replace(" ", "").upper()})
	typed.name_key = name_key(partner_name)
	typed.set("domains", [{"domain": domain} for domain in domain_keys(website, email)])
	found = {row.name: row for row in likely_duplicates(typed)}
	for row in beginning_like(typed.name_key):
		found.setdefault(row.name, frappe._dict(row, reasons=[_("similar name")]))
	return [
		{key: row[key] for key in ("name", "title", "role", "reasons")}
		for row in list(found.values())[:MOST_SHOWN]
	]


def beginning_like(key: str) -> list[frappe._dict]:
	"""Return partners whose name begins as the key does."""
	if len(key) < SHORTEST_KEY:
		return []
	return frappe.get_list(
		PARTNER,
		filters={"name_key": ("like", f"{key}%")},
		fields=["name", "partner_name as title", "role"],
		order_by="name_key asc",
		limit=MOST_SHOWN,
	)


def filled_values(values: dict | str, label: str) -> dict:
	"""Return the values (a dict or its JSON) that are not empty. Raises `WrongInputError`."""
	given = read_dict(values, label)
	stripped = {field: value.strip() if isinstance(value, str) else value for field, value in given.items()}
	return {field: value for field, value in stripped.items() if value not in (None, "")}


def given_texts(values: dict, doctype: str, fieldnames: tuple[str, ...]) -> dict:
	"""Return those of the values that belong to these fields, as texts. Raises `WrongInputError`."""
	meta = frappe.get_meta(doctype)
	labels = {"email": _("Email"), "phone": _("Phone")}
	return {
		field: possible_text(values[field], labels.get(field) or _(meta.get_label(field), context=meta.name))
		for field in fieldnames
		if field in values
	}


def is_entered(fieldname: str) -> bool:
	"""Return whether a person may enter this field of a partner."""
	field = frappe.get_meta(PARTNER).get_field(fieldname)
	return bool(field) and not field.read_only and not field.hidden and field.permlevel == 0


def new_contact(partner: "BusinessPartner", values: dict) -> "Contact":
	"""Return the partner's contact, not stored yet. A person is named after the partner, unless told."""
	first, last = values.get("first_name"), values.get("last_name")
	if not (first or last):
		before, __, last = partner.partner_name.rpartition(" ")
		first, last = (
			(before or last, last if before else None) if partner.partner_type == "Person" else ("", "")
		)
	return frappe.get_doc(
		{
			"doctype": "Contact",
			"salutation": values.get("salutation"),
			"first_name": first or last or partner.partner_name,
			"last_name": last if first else None,
			"is_primary_contact": 1,
			"company_name": partner.partner_name if partner.partner_type == "Company" else None,
			"email_ids": [{"email_id": values["email"], "is_primary": 1}] if values.get("email") else [],
			"phone_nos": [{"phone": values["phone"], "is_primary_phone": 1}] if values.get("phone") else [],
			"links": [{"link_doctype": PARTNER, "link_name": partner.name}],
		}
	)


def new_address(partner: "BusinessPartner", values: dict) -> "Address":
	"""Return the partner's address, not stored yet; without a country it is in that of the company."""
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": partner.partner_name,
			"address_type": "Billing",
			"is_primary_address": 1,
			**{field: values.get(field) for field in ADDRESS_FIELDS},
			"country": values.get("country") or default_country(),
			"links": [{"link_doctype": PARTNER, "link_name": partner.name}],
		}
	)


def default_country() -> str | None:
	"""Return the country of the company, else that of the site."""
	return frappe.get_cached_doc(SETTINGS).country or frappe.db.get_single_value("System Settings", "country")

"""Checks of ERPNext's customers as of this app's own partners: VAT ids by their country's rules, likely duplicates."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import vat_id_message
from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import (
	contact_emails,
	linked_before_or_now,
	most_alike,
	show_likely_duplicates,
)
from sales_opportunity.sales_opportunity.doctype.business_partner.likeness import domain_keys, name_key
from sales_opportunity.sales_opportunity.doctype.business_partner.vat_id import (
	InvalidVatId,
	compact_vat_id,
	country_of,
	without_separators,
)

CUSTOMER = "Customer"
KEYS = ("tax_id", "sales_name_key", "sales_domains")
"""What the search for duplicates compares."""


def on_validate(doc: Any, method: str | None = None) -> None:
	"""Hook of saved customers: keep a VAT id in its compact form, and what the search for duplicates compares."""
	if not is_installed():
		return
	if doc.has_value_changed("tax_id") and country_of(without_separators(doc.tax_id)):
		set_tax_id(doc)
	doc.update(keys_of(doc))


def set_tax_id(doc: Any) -> None:
	"""Write a VAT id in its compact form; what only looks like one stays as typed, and the user is told. Blocks nothing."""
	try:
		doc.tax_id = compact_vat_id(doc.tax_id)
	except InvalidVatId as error:
		frappe.msgprint(vat_id_message(doc.tax_id, error), title=_("Wrong VAT ID"), indicator="orange")


def on_update(doc: Any, method: str | None = None) -> None:
	"""Hook of saved customers: tell the user of likely duplicates if this save gave it what others have. Blocks nothing."""
	if is_installed() and any(map(doc.has_value_changed, KEYS)):
		show_likely_duplicates(CUSTOMER, doc.customer_name, likely_duplicates(doc))


def on_contact(doc: Any, method: str | None = None) -> None:
	"""Hook of saved and deleted contacts: keep the domains of their customers, and tell the user of likely duplicates by new ones.

	Stored without a check of permissions: the domains are hidden and derived, and who may change a contact must not need
	the right to change its customer.
	"""
	for name in linked_before_or_now(doc, CUSTOMER) if is_installed() else ():
		customer = frappe.get_doc(CUSTOMER, name)
		before, keys = customer.sales_domains or "", keys_of(customer)
		if keys["sales_domains"] == before:
			continue
		customer.update(keys)
		customer.db_set("sales_domains", keys["sales_domains"], update_modified=False)
		if set(keys["sales_domains"].split(",")) - set(before.split(",")):
			show_likely_duplicates(CUSTOMER, customer.customer_name, likely_duplicates(customer))


def keys_of(doc: Any) -> dict[str, str]:
	"""Return the key of a customer's name, and the domains of its website and contacts, each between commas."""
	domains = domain_keys(doc.website, *contact_emails(doc.name, CUSTOMER))
	return {
		"sales_name_key": name_key(doc.customer_name),
		"sales_domains": f",{','.join(domains)}," if domains else "",
	}


def likely_duplicates(doc: Any) -> list[frappe._dict]:
	"""Return at most five customers that the user may see and that share VAT id, name or a domain; most shared first."""
	return most_alike(CUSTOMER, doc.name, searches(doc), ["customer_name as title"])


def searches(doc: Any) -> list[tuple[str, list]]:
	"""Return what makes two customers alike: the reason to show, and a filter."""
	found = []
	if doc.tax_id:
		found.append((_("same VAT ID"), ["tax_id", "=", doc.tax_id]))
	if doc.sales_name_key:
		found.append((_("same name"), ["sales_name_key", "=", doc.sales_name_key]))
	for domain in filter(None, (doc.sales_domains or "").split(",")):
		found.append((_("also uses {0}").format(domain), ["sales_domains", "like", f"%,{domain},%"]))
	return found


def fill_keys() -> None:
	"""Store the keys of customers from before this app; those that have theirs stay. Runs twice without harm."""
	fields = ["name", "customer_name", "website"]
	for row in frappe.get_all(CUSTOMER, {"sales_name_key": ("is", "not set")}, fields):
		frappe.db.set_value(CUSTOMER, row.name, keys_of(row), update_modified=False)

"""The Customer that a won Lead or Prospect becomes: by ERPNext's own mapper, one however many deals are won at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.erpnext.errors import NoCustomerError
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.framework.locking import lock_gate
from sales_opportunity.masters.adapters import CUSTOMER
from sales_opportunity.sales_opportunity.doctype.quote.draft_refresh import refresh_documents

if TYPE_CHECKING:
	from frappe.model.document import Document

LINKS = {"Lead": "lead_name", "Prospect": "prospect_name"}
"""The field of Customer that says what it was before."""

FOLLOWED = {
	"Customer": ("customer_name", "payment_terms"),
	"Lead": ("company_name", "lead_name"),
}
"""What deals and drafts say of a partner by its own fields; a prospect's name changes only when it is renamed."""


def advance_lead(name: str, role: str) -> tuple[str, str] | None:
	"""Let a won lead be a Customer (a hook)."""
	return advance("Lead", name, role)


def advance_prospect(name: str, role: str) -> tuple[str, str] | None:
	"""Let a won prospect be a Customer (a hook)."""
	return advance("Prospect", name, role)


def advance(doctype: str, name: str, role: str) -> tuple[str, str] | None:
	"""Return the Customer of a lead or prospect for the role of one, made if need be.

	Who may not create customers leaves that to whoever makes the order, and is told so.
	"""
	if role != CUSTOMER:
		return None
	found = existing_customer(doctype, name)
	if not found and not frappe.has_permission("Customer", "create"):
		if frappe.session.user != "Guest":
			frappe.msgprint(
				_("You may not create customers: {0} becomes one when its order is made.").format(name),
				indicator="orange",
			)
		return None
	return "Customer", found or make_customer(doctype, name)


def customer_of(party_type: str, party: str) -> str:
	"""Return the Customer that a deal's partner is or becomes. Raises `NoCustomerError` for any other."""
	if party_type == "Customer":
		return party
	if party_type not in LINKS:
		frappe.throw(
			_(
				"ERPNext sells to its own customers only, and {0} is a {1}. Let the deal be with a Customer."
			).format(frappe.bold(party), _(party_type)),
			NoCustomerError,
		)
	return existing_customer(party_type, party) or make_customer(party_type, party)


def existing_customer(doctype: str, name: str) -> str | None:
	"""Return the Customer that was made of a lead or prospect; who asks next waits until this transaction ends.

	One asks at a time: locking reads also lock the gap into which another customer is inserted.
	"""
	lock_gate("Customer")
	return frappe.db.get_value("Customer", {LINKS[doctype]: name}, for_update=True)


def make_customer(doctype: str, name: str) -> str:
	"""Make the Customer as ERPNext's own button does. Raises `frappe.PermissionError` without the right to."""
	customer = customer_mapper(doctype)(name)
	customer.set(LINKS[doctype], name)
	set_mandatory(customer)
	return customer.insert().name


def customer_mapper(doctype: str) -> Callable[[str], "Document"]:
	"""Return ERPNext's function that maps a lead or prospect to a Customer."""
	return frappe.get_attr(f"erpnext.crm.doctype.{doctype.lower()}.{doctype.lower()}.make_customer")


def set_mandatory(customer: "Document") -> None:
	"""Fill in the groups that ERPNext's form would ask for, from its selling settings."""
	for fieldname in ("customer_group", "territory"):
		if not customer.get(fieldname):
			customer.set(fieldname, frappe.db.get_single_value("Selling Settings", fieldname))


def on_update(doc: "Document", method: str | None = None) -> None:
	"""Hook of saved partners: let what is not issued or closed yet follow one whose name or terms were changed."""
	if is_installed() and any(map(doc.has_value_changed, FOLLOWED[doc.doctype])):
		refresh_documents(doc, {"party_type": doc.doctype, "party": doc.name})


def on_rename(doc: "Document", method: str, old: str, new: str, merge: bool = False) -> None:
	"""Hook of renamed partners: ERPNext takes their name from the new one, or they were merged into another."""
	if is_installed():
		refresh_documents(doc, {"party_type": doc.doctype, "party": doc.name})

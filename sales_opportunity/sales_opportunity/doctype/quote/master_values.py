"""What a quote takes from its partner, contact and address: followed until it is issued, but for what was written by hand.

`from_masters` keeps what the masters said when they were asked last; a field that differs was changed by hand.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import frappe

from sales_opportunity.masters.adapters import Party
from sales_opportunity.printing.postal import address_lines, addressee_name, salutation

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

ANSWERS: dict[str, Callable] = {
	"party_name": lambda quote, party: party.title,
	"payment_terms": lambda quote, party: party.payment_terms,
	"contact": lambda quote, party: quote.locked_opportunity().contact or party.contact,
	"address": lambda quote, party: quote.locked_opportunity().address or party.address,
	"contact_name": lambda quote, party: addressee_name(quote.contact),
	"contact_email": lambda quote, party: current_email(quote.contact),
	"salutation": lambda quote, party: salutation(quote.contact, quote.language),
	"address_display": lambda quote, party: "\n".join(
		address_lines(quote.address, quote.party_name, quote.contact_name, quote.company)
	),
}
"""What the masters say for each field; a later one builds on those before it."""

DEPENDS_ON = {
	"contact_name": "contact",
	"contact_email": "contact",
	"salutation": "contact",
	"address_display": "address",
}
"""Fields that are written anew, even by-hand ones, when another contact or address is chosen."""


def set_from_masters(quote: "Quote", party: Party) -> None:
	"""Let each field say what the masters say now, unless it was changed by hand on the quote."""
	said = frappe.parse_json(quote.from_masters or "{}")
	answers = {}
	for fieldname, answer in ANSWERS.items():
		answers[fieldname] = answer(quote, party) or None
		if not is_by_hand(quote, fieldname, said):
			quote.set(fieldname, answers[fieldname])
	quote.from_masters = frappe.as_json(answers)


def remember_masters(quote: "Quote", party: Party) -> None:
	"""Note on a stored draft what the masters say now, without changing it; what differs counts as written by hand."""
	answers = {fieldname: answer(quote, party) or None for fieldname, answer in ANSWERS.items()}
	quote.db_set("from_masters", frappe.as_json(answers), update_modified=False)


def is_by_hand(quote: "Quote", fieldname: str, said: dict) -> bool:
	"""Return whether the field was changed, or emptied, on the quote since the masters were asked."""
	current = quote.get(fieldname) or None
	if fieldname in DEPENDS_ON and is_chosen_anew(quote, DEPENDS_ON[fieldname]):
		return False
	if fieldname == "address_display" and not current:
		return False
	return current != said[fieldname] if fieldname in said else bool(current)


def is_chosen_anew(quote: "Quote", fieldname: str) -> bool:
	"""Return whether a stored quote is being given another value in a field."""
	before = quote.get_doc_before_save()
	return bool(before) and (quote.get(fieldname) or None) != (before.get(fieldname) or None)


def has_followed(quote: "Quote") -> bool:
	"""Return whether a stored quote now says something else than before because of its masters."""
	before = quote.get_doc_before_save()
	return bool(before) and any(quote.get(field) != before.get(field) for field in ANSWERS)


def current_email(contact: str | None) -> str | None:
	"""Return the e-mail address of a contact as it is now."""
	return frappe.db.get_value("Contact", contact, "email_id") if contact else None

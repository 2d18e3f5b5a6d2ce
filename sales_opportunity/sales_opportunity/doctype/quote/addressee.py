"""Whom a quote is for: name, address, language and terms of the partner, and the texts that are written to them."""

import frappe

from sales_opportunity.masters import default_language, get_item, get_party
from sales_opportunity.postal import address_lines, contact_name, salutation
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import rendered_text

TEXTS = {"introduction": "Introduction", "closing": "Closing Text", "terms": "Terms"}


def set_addressee(quote):
	"""Fill what the partner says into a new quote, and all of it anew for another partner. A copy keeps the former's."""
	party = get_party(quote.party_type, quote.party)
	if has_other_party(quote):
		address_to(quote, party)
	elif quote.is_new() and not quote.is_copy:
		quote.party_name = party.title
		quote.language = quote.language or party.language or default_language()
		quote.payment_terms = quote.payment_terms or party.payment_terms
		quote.contact = quote.contact or party.contact
		quote.address = quote.address or party.address
		quote.tax_treatment = tax_treatment(party)
	elif quote.is_copy:
		return
	elif is_in_other_language(quote):
		for row in quote.items:
			if row.item:
				translate(row, quote.get_doc_before_save().language, quote.language)
	if quote.is_new() or is_written_anew(quote) or quote.has_value_changed("contact"):
		quote.contact_name = contact_name(quote.contact)
		quote.contact_email = quote.contact and frappe.get_cached_value("Contact", quote.contact, "email_id")
		quote.salutation = salutation(quote.contact, quote.language)
		quote.address_display = None
	if not quote.address_display or quote.has_value_changed("address"):
		quote.address_display = "\n".join(address_lines(quote.address, quote.party_name, quote.contact_name))


def has_other_party(quote) -> bool:
	"""Return whether the opportunity has another partner than the quote had, or the one that it was copied from."""
	is_first = quote.is_new() and not quote.is_copy
	return not is_first and quote.flags.former_party != (quote.party_type, quote.party)


def is_in_other_language(quote) -> bool:
	return not quote.is_new() and quote.has_value_changed("language")


def is_written_anew(quote) -> bool:
	"""Return whether texts change that were not changed by hand: for another partner, or in another language."""
	return has_other_party(quote) or is_in_other_language(quote)


def address_to(quote, party):
	"""Let nothing of the former partner stay on the quote; texts follow in `set_texts`."""
	former_language, quote.language = quote.language, party.language or default_language()
	quote.party_name, quote.contact, quote.address = party.title, party.contact, party.address
	quote.payment_terms, quote.tax_treatment = party.payment_terms, tax_treatment(party)
	if quote.tax_treatment not in ("Domestic", "Small Business"):
		quote.prices_include_tax = 0
	for row in quote.items:
		if row.item:
			translate(row, former_language, quote.language)


def tax_treatment(party) -> str:
	is_small = frappe.get_cached_doc("Sales Opportunity Settings").small_business
	return "Small Business" if is_small else party.tax_treatment


def translate(row, former_language: str, language: str):
	"""Bring the item's name and description into another language, unless they were written by hand."""
	former = get_item(row.item_type, row.item, former_language)
	item = get_item(row.item_type, row.item, language)
	if row.item_name == former.title:
		row.item_name = item.title
	if (row.description or "") == (former.description or ""):
		row.description = item.description


def set_texts(quote):
	"""Write the standard texts into a new quote, where the user may then change them for this customer.

	For another partner, or in another language, those that were not changed are written anew.
	"""
	former = former_quote(quote) if is_written_anew(quote) else None
	for fieldname, text_type in TEXTS.items():
		text = quote.get(fieldname)
		if former:
			if text == former.get(fieldname) and (text or "") == rendered_text(former, text_type):
				quote.set(fieldname, rendered_text(quote, text_type))
		elif quote.is_new() and not quote.is_copy and text is None:
			quote.set(fieldname, rendered_text(quote, text_type))


def former_quote(quote):
	"""Return the quote as it was for its former partner."""
	return quote.get_doc_before_save() or frappe.get_doc("Quote", quote.copied_from)

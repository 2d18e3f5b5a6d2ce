"""Whom a quote is for: name, address, language and terms of the partner, and the texts that are written to them."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.chosen_contacts import CHOSEN, require_read_of_chosen
from sales_opportunity.masters.adapters import get_item, get_party
from sales_opportunity.masters.companies import get_company
from sales_opportunity.masters.terms_templates import terms_text, terms_type
from sales_opportunity.sales_opportunity.doctype.quote.master_values import (
	ANSWERS,
	has_followed,
	set_from_masters,
)
from sales_opportunity.sales_opportunity.doctype.quote_text.languages import is_supported, quote_language
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import (
	TemplateTextError,
	filled_in,
	rendered_texts,
)

if TYPE_CHECKING:
	from sales_opportunity.masters.adapters import Party
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem

TEXTS = {"introduction": "Introduction", "closing": "Closing Text", "terms": "Terms"}


class LanguageError(frappe.ValidationError):
	pass


def set_addressee(quote: "Quote") -> None:
	"""Let a quote say what its partner says, and all of it anew for another partner.

	Name, contact, address and terms follow the masters until the quote is issued; language and tax treatment are
	those that the partner had when the quote was made; the treatment is found anew for another company. A copy goes on
	with what its source had. Raises
	`LanguageError` for a language that quotes cannot be written in.
	"""
	party = get_party(quote.party_type, quote.party, quote.company)
	if has_other_party(quote):
		address_to(quote, party)
	elif quote.is_new() and not quote.is_copy:
		quote.language = quote.language or quote_language(party)
		quote.set("tax_treatment", tax_treatment(party))
	elif is_in_other_language(quote):
		for row in quote.items:
			if row.item:
				translate(row, quote.get_doc_before_save().language, quote.language)
	if quote.is_moved:
		quote.set("tax_treatment", tax_treatment(party))
	validate_language(quote)
	validate_chosen(quote, party)
	set_from_masters(quote, party)


def validate_chosen(quote: "Quote", party: "Party") -> None:
	"""Raise `frappe.PermissionError` for a newly chosen contact or address of others that the user may not read."""
	fields = [fieldname for _doctype, fieldname in CHOSEN]
	former = quote.is_copy and frappe.db.get_value("Quote", quote.copied_from, fields, as_dict=True)
	require_read_of_chosen(quote, *filter(None, (party, quote.locked_opportunity(), former)))


def validate_language(quote: "Quote") -> None:
	"""Raise `LanguageError` if the quote is newly in a language in which the paper has no labels."""
	if not quote.is_copy and quote.has_value_changed("language") and not is_supported(quote.language):
		frappe.throw(
			_(
				"Quotes cannot be written in {0}: their labels are not translated. Choose another language."
			).format(frappe.bold(frappe.db.get_value("Language", quote.language, "language_name"))),
			LanguageError,
		)


def has_other_party(quote: "Quote") -> bool:
	"""Return whether the opportunity has another partner than the quote had, or the one that it was copied from."""
	is_first = quote.is_new() and not quote.is_copy
	return not is_first and quote.former_party != (quote.party_type, quote.party)


def is_in_other_language(quote: "Quote") -> bool:
	"""Return whether a stored quote is being given another language."""
	return not quote.is_new() and quote.has_value_changed("language")


def is_written_anew(quote: "Quote") -> bool:
	"""Return whether texts change that were not changed by hand: for another or corrected partner, or in another language."""
	return has_other_party(quote) or is_in_other_language(quote) or has_followed(quote)


def address_to(quote: "Quote", party: "Party") -> None:
	"""Let nothing of the former partner stay on the quote; texts follow in `set_texts`."""
	former_language, quote.language = quote.language, quote_language(party)
	quote.set("tax_treatment", tax_treatment(party))
	quote.update({"from_masters": None, **dict.fromkeys(ANSWERS)})
	if quote.tax_treatment not in ("Domestic", "Small Business"):
		quote.prices_include_tax = 0
	for row in quote.items:
		if row.item:
			translate(row, former_language, quote.language)


def tax_treatment(party: "Party") -> str:
	"""Return the tax treatment of quotes for a partner: its own, unless the company is a small business."""
	is_small = frappe.get_cached_doc("Sales Opportunity Settings").small_business
	return "Small Business" if is_small else party.tax_treatment


def translate(row: "QuoteItem", former_language: str, language: str) -> None:
	"""Bring the item's name and description into another language, unless they were written by hand."""
	former = get_item(row.item_type, row.item, former_language)
	item = get_item(row.item_type, row.item, language)
	if row.item_name == former.title:
		row.item_name = item.title
	if (row.description or "") == (former.description or ""):
		row.description = item.description


def set_terms(quote: "Quote") -> None:
	"""Write the terms that were chosen from another app's into the quote, else those of class or company into a new one.

	What is changed in the text later stays, until other terms are chosen, or those were the company's and the deal moves to
	another one. Raises `frappe.PermissionError` for chosen ones that the user may not read.
	"""
	doctype = terms_type()
	if not doctype:
		return
	if has_former_companys_terms(quote):
		quote.update(rendered_texts(quote, {"terms": TEXTS["terms"]}))
		set_standard_terms(quote)
	elif quote.is_copy:
		return
	elif quote.is_new() and not quote.terms_template and quote.terms is None:
		set_standard_terms(quote)
	elif quote.terms_template and quote.has_value_changed("terms_template"):
		require(doctype, "read", doc=quote.terms_template)
		quote.terms = terms_text(quote.terms_template, quote.as_dict())


def set_standard_terms(quote: "Quote") -> None:
	"""Let the quote have the terms that it has unless others are chosen; those with an error are told of and left out."""
	quote.terms_template = standard_terms(quote)
	if not quote.terms_template:
		return
	try:
		quote.terms = terms_text(quote.terms_template, quote.as_dict())
	except TemplateTextError:
		# The message that was raised is shown; the quote goes on without these terms.
		quote.terms_template = None


def has_former_companys_terms(quote: "Quote") -> bool:
	"""Return whether a quote that goes to another company has the terms of the former one."""
	former = get_company(quote.former_company) if quote.is_moved else None
	return bool(former and former.terms_template and former.terms_template == quote.terms_template)


def standard_terms(quote: "Quote") -> str | None:
	"""Return the terms that a quote has unless others are chosen: those of its class, else of its company."""
	company = get_company(quote.company)
	by_class = frappe.get_cached_value("Class ID", quote.class_id, "terms_template")
	return by_class or (company and company.terms_template)


def set_texts(quote: "Quote") -> None:
	"""Write the standard texts into a new quote, where the user may then change them for this customer."""
	if is_written_anew(quote):
		rewrite_texts(quote, former_quote(quote))
	elif quote.is_new() and not quote.is_copy:
		for fieldname, text in (quote.template_texts or {}).items():
			quote.set(fieldname, filled_in(text, "content", quote.as_dict()))
		missing = {fieldname: TEXTS[fieldname] for fieldname in TEXTS if quote.get(fieldname) is None}
		quote.update(rendered_texts(quote, missing))


def rewrite_texts(quote: "Quote", former: "Quote") -> None:
	"""Write those standard texts anew that were not changed by hand since they were written into `former`."""
	same = {field: kind for field, kind in TEXTS.items() if quote.get(field) == former.get(field)}
	standard = rendered_texts(former, same)
	quote.update(
		rendered_texts(
			quote,
			{field: kind for field, kind in same.items() if (quote.get(field) or "") == standard[field]},
		)
	)


def former_quote(quote: "Quote") -> "Quote":
	"""Return the quote as it was for its former partner."""
	return quote.get_doc_before_save() or frappe.get_doc("Quote", quote.copied_from)

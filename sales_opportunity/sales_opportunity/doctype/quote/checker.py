"""Looks a quote over before it is issued: what is wrong with it, and what to do about it."""

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, nowdate, strip_html

from sales_opportunity.files.kept_files import disk_full_is_told
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters import get_party
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.printing.pdf import BASE_URL
from sales_opportunity.printing.postal import home_country
from sales_opportunity.sales_opportunity.doctype.quote.addressee import TEXTS
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages
from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import (
	BLOCK,
	QuoteFacts,
	broken_rules,
	looks_at_paper,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import standard_text
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_sentences import (
	country_code,
	customer_country,
	kinds,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

MOST_NAMED, LETTERS_NAMED = 5, 40
"""How many of the things that are wrong with a paper a finding names."""

TEXT_FIELDS = ("introduction", "closing", "terms", "payment_terms", "delivery_terms")


class QuoteCheckError(frappe.ValidationError):
	pass


@whitelist()
def check(quote: str) -> list[dict]:
	"""Return what is wrong with a quote, the blocking findings first: rule, action, message and remedy.

	Raises `frappe.PermissionError` without read permission.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	return findings(doc)


def validate_checks(quote: "Quote") -> None:
	"""Raise `QuoteCheckError`, which says what is wrong and what to do, if a rule blocks the quote."""
	blocking = [finding for finding in findings(quote) if finding["action"] == BLOCK]
	if blocking:
		frappe.throw(
			"<br>".join(
				f"{escape_html(found['message'])} {escape_html(found['remedy'])}" for found in blocking
			),
			QuoteCheckError,
			title=_("The quote cannot be issued like this"),
		)


def findings(quote: "Quote") -> list[dict]:
	"""Return rule, action, message and remedy of everything that is wrong with the quote."""
	texts = explanations()
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	actions = {row.rule: row.action for row in settings.quote_checks}
	facts = facts_of(quote, settings, with_paper=looks_at_paper(actions))
	return [
		{
			"rule": rule,
			"action": action,
			"message": texts[rule][0].format(named(rule, facts)),
			"remedy": texts[rule][1],
		}
		for rule, action in broken_rules(facts, actions)
	]


def named(rule: str, facts: QuoteFacts) -> str:
	"""Return what a rule that looks at the paper found, the first few of it."""
	found = {
		"Figures Cut Off": facts.cut_figures,
		"Text Cut Off": facts.cut_texts,
		"Picture Missing": facts.missing_pictures,
		"Letters without Font": facts.missing_letters,
	}.get(rule, ())
	separator = "" if rule == "Letters without Font" else ", "
	most = LETTERS_NAMED if rule == "Letters without Font" else MOST_NAMED
	return separator.join(found[:most]) + (" …" if len(found) > most else "")


def facts_of(quote: "Quote", settings: "SalesOpportunitySettings", with_paper: bool = True) -> QuoteFacts:
	"""Return what the rules look at; what its paper looks like only if `with_paper`."""
	return QuoteFacts(
		today=getdate(nowdate()),
		company_name=settings.company_name or "",
		company_address=(settings.street or "", settings.postal_code or "", settings.city or ""),
		register_court=settings.register_court or "",
		register_number=settings.register_number or "",
		managing_directors=settings.managing_directors or "",
		company_vat_id=settings.vat_id or "",
		company_tax_number=settings.tax_number or "",
		company_country=country_code(home_country()),
		is_small_business=bool(settings.small_business),
		customer_vat_id=get_party(quote.party_type, quote.party).vat_id or "",
		customer_country=country_code(customer_country(quote)),
		address_lines=len([line for line in (quote.address_display or "").splitlines() if line.strip()]),
		valid_until=getdate(quote.valid_until),
		quote_date=getdate(quote.quote_date),
		tax_treatment=quote.tax_treatment,
		kinds=kinds(quote),
		tax_total=to_decimal(quote.tax_total),
		prices=priced(quote),
		texts=all_texts(quote),
		missing_texts=missing_texts(quote),
		**(seen_on_paper(quote) if with_paper else {}),
	)


def seen_on_paper(quote: "Quote") -> dict:
	"""Return what readers of the paper would miss."""
	with disk_full_is_told(f"{quote.name}.pdf"):
		pages = issued_pages(quote)
	unseen = pages.unseen()
	return {
		"cut_figures": unseen.figures,
		"cut_texts": unseen.texts,
		"missing_pictures": tuple(shown_address(url) for url in pages.not_loaded),
		"missing_letters": unseen.letters,
	}


def shown_address(url: str) -> str:
	"""Return how a picture is called in a finding: as in the text, or that it was pasted."""
	if url.startswith("data:"):
		return _("pasted picture")
	return unquote(url.removeprefix(BASE_URL.rstrip("/")))


def priced(quote: "Quote") -> tuple[Decimal, ...]:
	return tuple(to_decimal(row.rate) for row in quote.items if row.row_type in NUMBERED)


def all_texts(quote: "Quote") -> str:
	"""Return all that was written on the quote, without markup."""
	texts = [quote.get(fieldname) for fieldname in TEXT_FIELDS]
	texts += [row.description for row in quote.items]
	return "\n".join(strip_html(text) for text in texts if text)


def missing_texts(quote: "Quote") -> tuple[str, ...]:
	"""Return the texts that the quote lacks since the company has them in other languages only."""
	return tuple(
		text_type
		for fieldname, text_type in TEXTS.items()
		if not quote.get(fieldname)
		and not standard_text(quote, text_type)
		and frappe.db.exists("Quote Text", {"text_type": text_type, "enabled": 1})
	)


def explanations() -> dict[str, tuple[str, str]]:
	"""Return for each rule what it finds wrong and what to do, in the user's language."""
	company = _("Enter them in the settings, tab Company on Paper.")
	return {
		"Company Address": (_("Name or address of the company is missing."), company),
		"Register Data": (
			_("Register court and number of the company are missing: its business letters must name them."),
			company,
		),
		"Managing Directors": (
			_("The managing directors are missing: the company's business letters must name them."),
			company,
		),
		"Company Tax Number": (_("Neither VAT ID nor tax number of the company is known."), company),
		"Customer Address": (
			_("The customer has no address."),
			_("Choose or write one in the tab Address and Texts."),
		),
		"Validity Passed": (
			_("The validity has passed."),
			_("Enter a later date in Valid Until before you issue the quote."),
		),
		"Quote Dated Ahead": (_("The date of the quote lies in the future."), _("Correct the date.")),
		"Binding and Not Binding": (
			_("The quote names a date until which it binds, and says that it does not bind."),
			_("Take “freibleibend” or the like out of its texts."),
		),
		"Small Business with VAT": (
			_("A small business (§ 19 UStG) must not show VAT."),
			_("Choose the tax treatment Small Business, and take VAT out of the texts."),
		),
		"Customer's VAT ID": (
			_("The customer's VAT ID is missing, which this tax treatment requires."),
			_("Enter it in the business partner, or choose another tax treatment."),
		),
		"VAT ID of Another Member State": (
			_("An EU supply needs the customer's VAT ID of another member state of the EU."),
			_("Correct it in the business partner, or choose another tax treatment."),
		),
		"Reverse Charge at Home": (
			_("Reverse charge for a customer at home, or with a VAT ID of the company's own country."),
			_("Choose Domestic, unless the law lets the recipient owe the tax (§ 13b UStG)."),
		),
		"Reverse Charge outside of the EU": (
			_("Reverse charge for a customer, or with a VAT ID, that is not of the EU."),
			_("Choose Place of Supply Abroad, and correct that of the partner."),
		),
		"Company's VAT ID": (
			_("The company's VAT ID is missing, which this tax treatment requires."),
			company,
		),
		"Domestic Tax Abroad": (
			_("The customer is abroad, and the quote shows domestic VAT."),
			_("Check the tax treatment; it is right for consumers and services used here."),
		),
		"Untaxed at Home": (
			_("The customer is in the company's own country, and the tax treatment is for other countries."),
			_("Choose another tax treatment on the quote, and correct that of the partner."),
		),
		"EU Supply outside of the EU": (
			_("The customer's country is not in the EU, and goods are quoted as an EU supply."),
			_(
				"Choose Export Supply (for services: Place of Supply Abroad), and correct that of the partner."
			),
		),
		"Export into the EU": (
			_("The customer's country is in the EU, and goods are quoted as an export."),
			_("Choose EU Supply (for services: Reverse Charge), and correct that of the partner."),
		),
		"Services within the EU": (
			_("The customer's country is in the EU: a business there owes the VAT of services itself."),
			_("Choose Reverse Charge, unless the place of supply follows other rules."),
		),
		"Standard Text Missing": (
			_(
				"There is no standard text in the language of the quote for its introduction, closing or terms."
			),
			_(
				"Write a Quote Text in this language, or choose another language in the tab Address and Texts."
			),
		),
		"Price of 0": (_("A line has the price 0."), _("Check whether it is meant to be free.")),
		"Figures Cut Off": (
			_("These figures are not all on the paper: {0}"),
			_("Make the print format or the description beside them narrower, or choose another format."),
		),
		"Text Cut Off": (
			_("These texts are not all on the paper: {0}"),
			_("Make the print format or the text narrower, or choose another format."),
		),
		"Picture Missing": (
			_("These pictures cannot be printed: {0}"),
			_(
				"Insert the picture into the text or attach its file to the quote; pictures of other servers are not fetched."
			),
		),
		"Letters without Font": (
			_("The server has no font with these letters, which stay empty on the paper: {0}"),
			_("Write them differently, or ask your administrator to install a font that has them."),
		),
	}

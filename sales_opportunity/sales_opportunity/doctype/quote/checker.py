"""Looks a quote over before it is issued: what is wrong with it, and what to do about it."""

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, nowdate, strip_html

from sales_opportunity.files.kept_files import raising_disk_full
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.adapters import get_party, party_concerns
from sales_opportunity.masters.companies import company_on_paper
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.printing.pdf import BASE_URL
from sales_opportunity.printing.postal import home_country
from sales_opportunity.sales_opportunity.doctype.quote.addressee import TEXTS
from sales_opportunity.sales_opportunity.doctype.quote.issuing_state import found_on_paper, is_for_background
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages
from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import (
	BLOCK,
	WARN,
	QuoteFacts,
	broken_rules,
	looks_at_paper,
)
from sales_opportunity.sales_opportunity.doctype.quote_check.explanations import explanation
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import missing_release
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import standard_text
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_sentences import (
	country_code,
	customer_country,
	kinds_of_lines,
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

	A release that is missing, and what speaks against selling to its partner, are among them, without rule and
	remedy. Raises `frappe.PermissionError` without read permission.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	return findings_before_issuing(doc)


def findings_before_issuing(quote: "Quote") -> list[dict]:
	"""Return the findings of the rules, a release that is missing, and what the partner's app refuses or is concerned about."""
	refusal = get_party(quote.party_type, quote.party, quote.company).refusal
	concerns = party_concerns(quote.party_type, quote.party, quote.base_gross_total, quote.company)
	said = [(BLOCK, refusal)] if refusal else [(WARN, sentence) for sentence in concerns]
	of_partner = [
		{"rule": None, "action": action, "message": strip_html(sentence), "remedy": ""}
		for action, sentence in said
	]
	of_release = [
		{"rule": None, "action": BLOCK, "message": " ".join(sentences), "remedy": ""}
		for sentences in filter(None, [missing_release(quote)])
	]
	return sorted(
		[*of_release, *of_partner, *findings_at_once(quote)], key=lambda finding: finding["action"] != BLOCK
	)


def findings_at_once(quote: "Quote") -> list[dict]:
	"""Return what is wrong with the quote; of the paper of one that is issued in the background, what that has found before."""
	if not is_for_background(quote):
		return findings(quote)
	found = findings(quote, with_paper=False)
	rules = {finding["rule"] for finding in found}
	return [*found, *(before for before in found_on_paper(quote) if before["rule"] not in rules)]


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


def findings(quote: "Quote", with_paper: bool = True) -> list[dict]:
	"""Return rule, action, message and remedy of everything that is wrong with the quote, or with all but its paper."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	actions = {row.rule: row.action for row in settings.quote_checks}
	facts = facts_of(quote, settings, with_paper=with_paper and looks_at_paper(actions))
	return [
		{"rule": rule, "action": action, **explanation(rule, named_findings(rule, facts))}
		for rule, action in broken_rules(facts, actions)
	]


def named_findings(rule: str, facts: QuoteFacts) -> str:
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
	company = company_on_paper(quote.company)
	return QuoteFacts(
		today=getdate(nowdate()),
		company_name=company.company_name or "",
		company_address=(company.street or "", company.postal_code or "", company.city or ""),
		register_court=company.register_court or "",
		register_number=company.register_number or "",
		managing_directors=company.managing_directors or "",
		company_vat_id=company.vat_id or "",
		company_tax_number=company.tax_number or "",
		company_country=country_code(home_country(quote.company)),
		is_small_business=bool(settings.small_business),
		customer_vat_id=get_party(quote.party_type, quote.party, quote.company).vat_id or "",
		customer_country=country_code(customer_country(quote)),
		address_lines=len([line for line in (quote.address_display or "").splitlines() if line.strip()]),
		valid_until=getdate(quote.valid_until),
		quote_date=getdate(quote.quote_date),
		tax_treatment=quote.tax_treatment,
		kinds=kinds_of_lines(quote),
		tax_total=to_decimal(quote.tax_total),
		prices=prices_of_rows(quote),
		texts=all_texts(quote),
		missing_texts=missing_texts(quote),
		**(seen_on_paper(quote) if with_paper else {}),
	)


def seen_on_paper(quote: "Quote") -> dict:
	"""Return what readers of the paper would miss."""
	with raising_disk_full(f"{quote.name}.pdf"):
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


def prices_of_rows(quote: "Quote") -> tuple[Decimal, ...]:
	"""Return the prices of all numbered rows, optional and alternative ones too."""
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

"""What a quote must say about its tax treatment: the company's own sentence, else the app's."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.printing.postal import home_country
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_treatments import (
	GOODS,
	SERVICES,
	best_sentence,
	treatments_by_kind,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def tax_sentence(quote: "Quote") -> str | None:
	"""Return what a quote says about its tax, in the language of the print; goods and services each get theirs."""
	customer = customer_country(quote)
	by_kind = treatments_by_kind(
		quote.tax_treatment,
		kinds_of_lines(quote),
		country_code(home_country(quote.company)),
		country_code(customer),
	)
	sentences = {
		kind: sentence_of(treatment, customer, quote.language) for kind, treatment in by_kind.items()
	}
	if len(set(sentences.values())) == 1:
		return sentences.popitem()[1]
	labels = {GOODS: _("Goods: {0}"), SERVICES: _("Services: {0}")}
	return " ".join(labels[kind].format(sentences[kind]) for kind in (GOODS, SERVICES))


def kinds_of_lines(quote: "Quote") -> frozenset[str]:
	"""Return which kinds of lines a quote has: GOODS, SERVICES or both."""
	return frozenset(
		SERVICES if row.is_service else GOODS
		for row in quote.items
		if row.row_type in NUMBERED and not row.deduction
	) or frozenset({GOODS})


def customer_country(quote: "Quote") -> str:
	"""Return the country of the quote's address, as the framework names it, empty without one."""
	return (quote.address and frappe.db.get_value("Address", quote.address, "country")) or ""


def country_code(country: str | None) -> str:
	"""Return the ISO code of a country in small letters, empty for none."""
	return (country and frappe.get_cached_value("Country", country, "code")) or ""


def sentence_of(treatment: str, customer: str, language: str) -> str | None:
	"""Return the sentence of a tax treatment: the site's own that fits best, else the usual one, None if it needs none."""
	own = frappe.get_cached_doc("Sales Opportunity Settings").tax_sentences
	return best_sentence([row.as_dict() for row in own], treatment, customer, language) or {
		"Reverse Charge": _("Reverse charge: the recipient of the service owes the VAT."),
		"EU Supply": _("VAT-exempt intra-Community supply of goods."),
		"Export Supply": _("VAT-exempt export delivery."),
		"Place of Supply Abroad": _("Not subject to domestic VAT: the place of supply is abroad."),
		"Small Business": _("No VAT is charged under § 19 UStG (small business)."),
	}.get(treatment)

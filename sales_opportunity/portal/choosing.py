"""What the customer chooses on the page: shown at once without being stored, and accepted as a revision of the quote."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.deal.quote_status import QuoteStatus
from sales_opportunity.sales_opportunity.doctype.quote.choice import (
	chosen_revision,
	is_as_offered,
	is_the_same,
	issue_revision,
	lay_out_revision,
	quantities_taken,
	with_choice,
)
from sales_opportunity.sales_opportunity.doctype.quote.print_context import paper_sums
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import accept_quote, lock_for_answer
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import validate_signed, validated_entry
from sales_opportunity.sales_opportunity.doctype.quote_answer.refusals import (
	answer_refusal,
	refusal_on_page,
	throw_refusal,
)
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import redirect_links
from sales_opportunity.texts.formatting import format_date, format_money

if TYPE_CHECKING:
	from decimal import Decimal

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import Entry


def shown_choice(quote: "Quote", choice: Mapping) -> dict:
	"""Return what a choice makes of the page: `gross`, `amounts` by number of the line, `totals` as HTML, and the `consent`.

	Raises `ChoiceRefusedError`, or `AnswerRefusedError` if the quote cannot be answered.
	"""
	reason = answer_refusal(quote)
	if reason:
		throw_refusal(reason)
	counting = quantities_taken(quote, choice)
	draft = with_choice(quote, counting)
	sums = {"paper": frappe._dict(paper_sums(draft))}
	return {
		"gross": format_money(draft.gross_total, draft.transaction_currency, draft.language),
		"amounts": {str(number): amount for number, amount in enumerate(amounts(draft), start=1)},
		"totals": frappe.render_template("sales_opportunity/portal/totals.html", sums),
		"consent": consent_text(quote, None if is_as_offered(quote, counting) else draft),
	}


def amounts(draft: "Quote") -> list[str]:
	"""Return the amounts of all rows, those that do not count in brackets."""
	shown = [format_money(row.amount, draft.transaction_currency, draft.language) for row in draft.items]
	return [
		f"({amount})" if row.row_type in ("Optional", "Alternative") else amount
		for row, amount in zip(draft.items, shown, strict=True)
	]


def consent_text(quote: "Quote", chosen: "Quote | None" = None) -> str:
	"""Return what the customer declares by accepting the quote, or what was chosen of it, in the language that is set."""
	text = (
		_(
			"I accept quote {0} of {1} as I have chosen on this page, for a total of {2}, with binding effect, and am authorised to do so for {3}."
		)
		if chosen
		else _(
			"I accept quote {0} of {1} for a total of {2} with binding effect, and am authorised to do so for {3}."
		)
	)
	total = format_money((chosen or quote).gross_total, quote.transaction_currency, quote.language)
	return text.format(quote.name, format_date(quote.quote_date, quote.language), total, quote.party_name)


def accept_choice(quote: "Quote", choice: Mapping, entry: "Entry") -> str:
	"""Accept what was chosen of a quote, which becomes its revision unless it is as offered, and return the status.

	The same choice again changes nothing. Raises as `answers.accept_quote` does, and `ChoiceRefusedError`.
	"""
	source = chosen_from(quote)
	counting = quantities_taken(source, choice)
	chosen = None if is_as_offered(source, counting) else chosen_revision(source, counting)
	if entry.consent:
		entry = replace(entry, consent=consent_text(source, chosen))
	if source.name != quote.name:
		validate_same(quote.customer_choice, counting)
		return accept_quote(quote.name, entry).status
	if not chosen:
		return accept_quote(quote.name, entry).status
	validate_signed(validated_entry(entry))
	if not answer_refusal(quote):
		lay_out_revision(chosen)
	# Nothing was written: what follows reads what is stored by now.
	frappe.db.rollback()
	return accept_quote(revision_to_accept(quote.name, counting, entry), entry).status


def chosen_from(quote: "Quote") -> "Quote":
	"""Return the quote of which this one is what its customer has chosen and accepted, else the quote itself."""
	if quote.status == QuoteStatus.ACCEPTED and quote.customer_choice:
		return frappe.get_doc("Quote", quote.supersedes)
	return quote


def revision_to_accept(quote: str, counting: "Mapping[int, Decimal]", entry: "Entry") -> str:
	"""Return the name of the revision with what was chosen, made and issued under the lock, or made by the same request before."""
	source, opportunity_status = lock_for_answer(quote, entry.link)
	if source.status == QuoteStatus.SUPERSEDED and source.superseded_by:
		fields = ("status", "customer_choice")
		status, choice = frappe.db.get_value("Quote", source.superseded_by, fields, for_update=True)
		if status == QuoteStatus.ACCEPTED:
			validate_same(choice, counting)
			return source.superseded_by
	reason = refusal_on_page(source, opportunity_status, getdate())
	if reason:
		throw_refusal(reason)
	revision = chosen_revision(source, counting)
	issue_revision(revision)
	redirect_links(source.name, str(revision.name))
	return str(revision.name)


def validate_same(accepted: str | None, counting: "Mapping[int, Decimal]") -> None:
	"""Raise `AnswerRefusedError` if another choice, or none, has been accepted than what is chosen now."""
	if not is_the_same(accepted, counting):
		throw_refusal(QuoteStatus.ACCEPTED)

"""The customer's answer to a quote: acceptance, refusal, question.

Each answer locks the opportunity and the quote, is checked there, and is kept as a Quote Answer. The names and
texts that come in are plain text; whoever shows them escapes them.
"""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from sales_opportunity.activities.activity_log import as_html
from sales_opportunity.activities.idle_time import set_idle_since
from sales_opportunity.deal.primary import promote_live_quote
from sales_opportunity.deal.quote_status import SHOWN, QuoteStatus
from sales_opportunity.framework.locking import lock_opportunity
from sales_opportunity.notifications import in_language_of, notify, responsible
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_log import log_answer
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import refusal_by_hand
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import (
	PAGE,
	Entry,
	validate_signed,
	validated_entry,
)
from sales_opportunity.sales_opportunity.doctype.quote_answer.refusals import (
	AnswerRefusedError,
	accepts_expired_quotes,
	refusal_on_page,
	throw_refusal,
	validate_no_other_accepted,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

QUESTIONS_A_DAY = 20

EVENTS = {
	QuoteStatus.ACCEPTED: "customer_accepted",
	QuoteStatus.DECLINED: "customer_declined",
	"Question": "customer_asked",
}
"""What Notifications call the answers."""


def accept_quote(quote: str, entry: Entry) -> "Quote":
	"""Accept an issued quote for the customer and return it; one that is accepted already stays as it is.

	Raises `AnswerIncompleteError`, or `AnswerRefusedError` if the quote or its opportunity is past that.
	"""
	return record_answer(quote, QuoteStatus.ACCEPTED, entry)


def decline_quote(quote: str, entry: Entry) -> "Quote":
	"""Decline an issued quote for the customer and return it; one that is declined already stays as it is.

	Raises as `accept_quote` does.
	"""
	return record_answer(quote, QuoteStatus.DECLINED, entry)


def ask_question(quote: str, entry: Entry) -> "Quote":
	"""Put a question from the customer's page into the stream of quote and opportunity, and return the quote.

	Raises `AnswerIncompleteError`, or `AnswerRefusedError` if the customer may not read the quote any more or
	asked too much today.
	"""
	doc, _opportunity_status = lock_for_answer(quote, entry.link)
	if doc.status not in SHOWN:
		throw_refusal(doc.status)
	entry = validated_entry(entry, _("Write your question."))
	validate_question_limit(doc)
	log_answer(doc, "Question", entry)
	add_to_stream(doc, entry)
	notify_owners(doc, "Question", entry)
	return doc


def record_answer(quote: str, status: str, entry: Entry) -> "Quote":
	"""Store an answer, with which the quote has the status, and return the quote; the same one twice is stored once.

	Raises `AnswerRefusedError` if the quote takes none now, and as `validated_entry` and `validate_signed` for what is missing.
	"""
	doc, opportunity_status = lock_for_answer(quote, entry.link)
	if doc.status == status:
		return doc
	given_on = get_datetime(entry.given_on) if entry.given_on else now_datetime()
	day = getdate(given_on)
	if entry.channel == PAGE:
		reason = refusal_on_page(doc, opportunity_status, day)
	else:
		facts = (doc.status, opportunity_status, doc.valid_until, day, accepts_expired_quotes())
		reason = refusal_by_hand(status, *facts)
		if status == QuoteStatus.ACCEPTED and not reason:
			validate_no_other_accepted(doc)
	if reason:
		throw_refusal(reason)
	entry = validated_entry(entry, _("Say why.") if status == QuoteStatus.DECLINED else None)
	if status == QuoteStatus.ACCEPTED and entry.channel == PAGE:
		validate_signed(entry)
	log_answer(doc, status, entry, given_on)
	doc.change_status(status, answered_on=given_on, answer_note=entry.message or None)
	if status == QuoteStatus.ACCEPTED and (doc.offered_together or entry.channel == PAGE):
		promote_live_quote(doc)
	set_idle_since(doc.opportunity, nowdate())
	notify_owners(doc, status, entry)
	return doc


def lock_for_answer(quote: str, link: str | None) -> "tuple[Quote, str | None]":
	"""Return the quote and the status of its opportunity, both as they are until the transaction ends.

	A link that was revoked in the meantime raises as an unknown one does.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	opportunity_status = lock_opportunity(doc.opportunity)
	if link:
		frappe.get_doc("Quote Customer Link", link, for_update=True).validate_opens(quote)
	return doc, opportunity_status


def validate_question_limit(quote: "Quote") -> None:
	"""Raise `AnswerRefusedError` if more questions came today than a person asks."""
	asked = frappe.db.get_values(
		"Quote Answer",
		{"quote": quote.name, "answer": "Question", "creation": (">", add_days(now_datetime(), -1))},
		for_update=True,
	)
	if len(asked) >= QUESTIONS_A_DAY:
		frappe.throw(
			_("You have asked a lot today. Please call us or write an e-mail instead."), AnswerRefusedError
		)


def add_to_stream(quote: "Quote", entry: Entry) -> None:
	"""Let the question be a message that came in; the hook of Communications adds it to the opportunity's stream."""
	recipient = frappe.db.get_value("Quote Customer Link", entry.link, "recipient")
	with in_language_of(responsible(quote)[0]):
		subject = _("Question about quote {0}").format(quote.name)
	frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Other",
			"sent_or_received": "Received",
			"status": "Open",
			"sender": recipient or quote.contact_email,
			"sender_full_name": entry.person_name,
			"subject": subject,
			"content": as_html(entry.message),
			"communication_date": now_datetime(),
			"reference_doctype": "Quote",
			"reference_name": quote.name,
		}
		# The customer is a guest, whose right to ask is the link's token, which was checked.
	).insert(ignore_permissions=True)


def notify_owners(quote: "Quote", answer: str, entry: Entry) -> None:
	"""Tell those who are responsible for quote and opportunity what the customer did on the page."""
	if entry.channel != PAGE:
		return
	notify(quote, EVENTS[answer], responsible(quote))

"""Customers' questions about quotes: shown on the forms of quote and opportunity until they are answered, and answered there.

A question is the message that came from the customer's page (see `answers.add_to_stream`); it is open until that is
marked as replied to, whatever has become of quote and opportunity meanwhile.
"""

import html
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.core.doctype.communication.email import make as make_email
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce
from frappe.translate import print_language
from frappe.utils import escape_html, strip_html

from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.mail.outgoing import (
	in_ascii,
	send_after_commit,
	sender,
	validate_account,
	validate_addresses,
	validate_queued,
)
from sales_opportunity.texts.rich_text import clean

if TYPE_CHECKING:
	from frappe.core.doctype.communication.communication import Communication
	from pypika import Table
	from pypika.queries import QueryBuilder

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

ANSWERED = "Replied"
DONE = (ANSWERED, "Closed")
IS_QUESTION = {"reference_doctype": "Quote", "sent_or_received": "Received", "communication_medium": "Other"}
"""What tells a question from other messages of a quote, such as e-mails."""


class QuestionAnsweredError(frappe.ValidationError):
	"""The question is answered already, or is none."""


def onload_quote(quote: "Quote", method: str | None = None) -> None:
	"""Hook of opened quotes: tell the form what the customer waits for."""
	quote.set_onload("questions", open_questions(name=quote.name))


def onload_opportunity(opportunity: "SalesOpportunity", method: str | None = None) -> None:
	"""Hook of opened opportunities: the same, for those of its quotes which the user may read."""
	questions = [] if opportunity.is_new() else open_questions(opportunity=opportunity.name)
	if questions:
		quotes = {question["quote"] for question in questions}
		own = frappe.get_list("Quote", {"name": ("in", sorted(quotes))}, pluck="name", limit=0)
		questions = [question for question in questions if question["quote"] in own]
	opportunity.set_onload("questions", questions)


def open_questions(**quotes: str) -> list[dict[str, Any]]:
	"""Return the questions that nobody has answered yet about the quotes with these values, the oldest first; texts are plain."""
	message, quote = frappe.qb.DocType("Communication"), frappe.qb.DocType("Quote")
	rows = (
		questions_query(message, quote)
		.where(Criterion.all(quote[fieldname] == value for fieldname, value in quotes.items()))
		.select(message.name, quote.name.as_("quote"), message.sender)
		.orderby(message.communication_date)
		.run(as_dict=True)
	)
	return [
		{
			"name": row.name,
			"quote": row.quote,
			"person_name": row.person_name or row.sender or "",
			"text": as_plain(row.content),
			"asked_on": row.asked_on,
		}
		for row in rows
	]


def questions_query(message: "Table", quote: "Table") -> "QueryBuilder":
	"""Return the query over all questions that nobody has answered yet, joined with their quotes, of any status.

	It selects `content` (HTML, see `as_plain`), `person_name` and `asked_on`. The caller adds which quotes it means,
	and what the user may read.
	"""
	is_question = Criterion.all(message[fieldname] == value for fieldname, value in IS_QUESTION.items())
	return (
		frappe.qb.from_(message)
		.join(quote)
		.on(message.reference_name == quote.name)
		.where(is_question & Coalesce(message.status, "").notin(DONE))
		.select(
			message.content,
			message.sender_full_name.as_("person_name"),
			message.communication_date.as_("asked_on"),
		)
	)


def as_plain(content: str | None) -> str:
	"""Return a stored message as plain text with its line breaks."""
	return html.unescape(strip_html((content or "").replace("<br>", "\n").replace("</p><p>", "\n"))).strip()


@whitelist()
def reply_draft(question: str) -> dict[str, str]:
	"""Return the e-mail that would answer a question: `recipients`, `subject`, `content` (HTML) and the `question`.

	It is written in the quote's language. Raises as `reply` does.
	"""
	message, quote = open_question(question)
	text = as_plain(message.content)
	with print_language(quote.language):
		subject = _("Your question about quote {0}").format(quote.name)
		asked = _("You asked:")
	signature = clean(frappe.db.get_value("User", frappe.session.user, "email_signature")) or ""
	quoted = f"<blockquote>{escape_html(asked)}<br>{escape_html(text).replace(chr(10), '<br>')}</blockquote>"
	greeting = f"<p>{escape_html(quote.salutation or '')}</p>"
	return {
		"recipients": message.sender or quote.contact_email or "",
		"subject": subject,
		"content": f"{greeting}<p><br></p>{signature}{quoted}",
		"question": text,
	}


@whitelist(methods=["POST"])
@retried
def reply(question: str, recipients: str, subject: str, content: str) -> str:
	"""Answer a question by e-mail, and return the name of its Communication.

	Raises `frappe.PermissionError` without the permissions to write the quote and to send e-mails about it,
	`QuestionAnsweredError` if a colleague was faster, `SendingError` for wrong addresses or without an account.
	"""
	message, quote = open_question(question, for_update=True)
	recipients = in_ascii(recipients)
	validate_addresses(recipients, "")
	validate_account("Quote")
	email = make_email(
		doctype="Quote",
		name=quote.name,
		sender=sender(),
		recipients=recipients,
		subject=subject,
		content=clean(content),
		send_email=True,
	)["name"]
	validate_queued(email)
	message.db_set("status", ANSWERED)
	send_after_commit()
	return email


@whitelist(methods=["POST"])
@retried
def mark_answered(question: str, note: str | None = None) -> None:
	"""Note that a question was answered in another way, such as by telephone. Raises as `reply` does.

	A `note` of what was said becomes a comment on the quote.
	"""
	message, quote = open_question(question, for_update=True)
	text = (note or "").strip()
	if text:
		quote.add_comment("Comment", f"<p>{escape_html(text)}</p>")
	message.db_set("status", ANSWERED)


def open_question(name: str, for_update: bool = False) -> "tuple[Communication, Quote]":
	"""Return the message and its quote, both locked if they are to change.

	Raises `frappe.PermissionError` or `QuestionAnsweredError`, as `reply` says.
	"""
	quote = frappe.db.get_value("Communication", {**IS_QUESTION, "name": name}, "reference_name")
	if not quote:
		frappe.throw(_("This is no question about a quote."), QuestionAnsweredError)
	quote = frappe.get_doc("Quote", quote, for_update=for_update)
	quote.check_permission("write")
	quote.check_permission("email")
	message = frappe.get_doc("Communication", name, for_update=for_update)
	if message.status in DONE:
		frappe.throw(_("This question has been answered already."), QuestionAnsweredError)
	return message, quote

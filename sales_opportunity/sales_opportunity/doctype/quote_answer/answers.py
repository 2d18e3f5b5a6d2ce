"""The customer's answer to a quote, on its page or by hand in the desk: acceptance, refusal, question.

Each answer locks the opportunity and the quote, is checked there, and is kept as a Quote Answer. The names and
texts that come in are plain text; whoever shows them escapes them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime, getdate, now_datetime, nowdate

from sales_opportunity.activities.activity_log import as_html, set_idle_since
from sales_opportunity.deal.quote_status import SHOWN
from sales_opportunity.files.kept_files import keep_file
from sales_opportunity.inputs import read_date, whitelist
from sales_opportunity.locking import lock_opportunity, retried
from sales_opportunity.notifications import in_language_of, notify, responsible
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import (
	MESSAGE_LENGTH,
	NAME_LENGTH,
	plain_text,
	refusal,
	refusal_by_hand,
)
from sales_opportunity.sales_opportunity.doctype.quote_answer.signature import (
	UnreadableSignatureError,
	read_signature,
)
from sales_opportunity.texts.plain_text import disarmed

PAGE, DESK = "Customer's Page", "Desk"
QUESTIONS_A_DAY = 20
EVENTS = {"Accepted": "customer_accepted", "Declined": "customer_declined", "Question": "customer_asked"}
"""What Notifications call the answers."""


class AnswerRefusedError(frappe.ValidationError):
	"""The quote cannot be answered, or not like that."""


class AnswerIncompleteError(frappe.ValidationError):
	"""Something that an answer needs is missing, too long or not what it should be."""


@dataclass(frozen=True)
class Entry:
	"""What was entered with an answer, and where; `link` names the Quote Customer Link of a page."""

	channel: str
	person_name: str
	message: str = ""
	given_on: datetime | None = None
	signature_type: str = ""
	signature: str = ""
	consent: str = ""
	link: str | None = None


def accept_quote(quote: str, entry: Entry):
	"""Accept an issued quote for the customer and return it; one that is accepted already stays as it is.

	Raises `AnswerIncompleteError`, or `AnswerRefusedError` if the quote or its opportunity is past that.
	"""
	return record_answer(quote, "Accepted", entry)


def decline_quote(quote: str, entry: Entry):
	"""Decline an issued quote for the customer and return it; one that is declined already stays as it is.

	Raises as `accept_quote` does.
	"""
	return record_answer(quote, "Declined", entry)


def ask_question(quote: str, entry: Entry):
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


def record_answer(quote: str, status: str, entry: Entry):
	doc, opportunity_status = lock_for_answer(quote, entry.link)
	if doc.status == status:
		return doc
	given_on = get_datetime(entry.given_on) if entry.given_on else now_datetime()
	facts = (doc.status, opportunity_status, doc.valid_until, getdate(given_on), accepts_expired_quotes())
	if entry.channel == PAGE:
		reason = refusal(*facts) or other_quote_accepted(doc, for_update=True)
	else:
		reason = refusal_by_hand(status, *facts)
		if status == "Accepted" and not reason:
			validate_no_other_accepted(doc)
	if reason:
		throw_refusal(reason)
	entry = validated_entry(entry, _("Say why.") if status == "Declined" else None)
	if status == "Accepted" and entry.channel == PAGE:
		validate_signed(entry)
	log_answer(doc, status, entry, given_on)
	doc.change_status(status, answered_on=given_on, answer_note=entry.message or None)
	set_idle_since(doc.opportunity, nowdate())
	notify_owners(doc, status, entry)
	return doc


def lock_for_answer(quote: str, link: str | None):
	"""Return the quote and the status of its opportunity, both as they are until the transaction ends.

	A link that was revoked in the meantime raises as an unknown one does.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	opportunity_status = lock_opportunity(doc.opportunity)
	if link:
		frappe.get_doc("Quote Customer Link", link, for_update=True).validate_usable()
	return doc, opportunity_status


def answer_refusal(quote) -> str | None:
	"""Return why the customer cannot answer the quote today, None if they can (see `refusal` and `other_quote_accepted`)."""
	reason = refusal(
		quote.status,
		frappe.db.get_value("Sales Opportunity", quote.opportunity, "status"),
		getdate(quote.valid_until),
		getdate(),
		accepts_expired_quotes(),
	)
	return reason or other_quote_accepted(quote)


def other_quote_accepted(quote, for_update: bool = False) -> str | None:
	"""Return that the customer has accepted another quote for the same: two acceptances would bind twice."""
	return "Taken" if other_accepted_quote(quote, for_update) else None


def other_accepted_quote(quote, for_update: bool = False) -> str | None:
	"""Return the accepted quote of the opportunity if it is another one.

	Who decides by it reads `for_update`, and has locked the opportunity.
	"""
	accepted = {"opportunity": quote.opportunity, "status": "Accepted", "name": ("!=", quote.name)}
	return frappe.db.get_value("Quote", accepted, for_update=for_update)


def validate_no_other_accepted(quote):
	"""Raise `AnswerRefusedError` if the customer has accepted another quote of the opportunity."""
	other = other_accepted_quote(quote, for_update=True)
	if other:
		frappe.throw(
			_(
				"The customer has accepted quote {0} of the same opportunity. Cancel that one first, or win the opportunity with the quote that counts."
			).format(frappe.bold(other)),
			AnswerRefusedError,
		)


def accepts_expired_quotes() -> bool:
	return bool(cint(frappe.get_cached_doc("Sales Opportunity Settings").accept_expired_quotes))


def throw_refusal(reason: str):
	frappe.throw(refusal_text(reason), AnswerRefusedError)


def refusal_text(reason: str) -> str:
	"""Return the sentence that tells a person why a quote cannot be answered."""
	return {
		"Draft": _("This quote has not been issued yet."),
		"Superseded": _("This quote has been replaced by a newer one."),
		"Cancelled": _("This quote has been withdrawn."),
		"Accepted": _("This quote has already been accepted."),
		"Declined": _("This quote has already been declined."),
		"Closed": _("This quote can no longer be answered."),
		"Expired": _("This quote is no longer valid."),
		"Taken": _(
			"Another quote for the same has been accepted. Please contact us if you want this one instead."
		),
	}[reason]


def validated_entry(entry: Entry, missing_message: str | None = None) -> Entry:
	"""Return the entry with plain texts and its signature checked. Raises `AnswerIncompleteError`.

	`missing_message` is what to say if there has to be a message, and is none.
	"""
	name, message = plain_text(entry.person_name, one_line=True), plain_text(entry.message)
	if not name and entry.channel == PAGE:
		throw_incomplete(_("Enter your name."))
	if len(name) > NAME_LENGTH:
		throw_incomplete(_("The name is too long: at most {0} characters.").format(NAME_LENGTH))
	if not message and missing_message:
		throw_incomplete(missing_message)
	if len(message) > MESSAGE_LENGTH:
		throw_incomplete(_("The text is too long: at most {0} characters.").format(MESSAGE_LENGTH))
	return Entry(**{**vars(entry), "person_name": name, "message": message})


def validate_signed(entry: Entry):
	"""Raise `AnswerIncompleteError` unless the customer signed and declared to accept."""
	if entry.signature_type not in ("Drawn", "Typed"):
		throw_incomplete(_("Draw your signature in the field, or type your name instead."))
	if not entry.consent:
		throw_incomplete(_("Please confirm that you accept the quote."))


def throw_incomplete(text: str):
	frappe.throw(text, AnswerIncompleteError)


def validate_question_limit(quote):
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


def log_answer(quote, answer: str, entry: Entry, given_on: datetime | None = None):
	"""Write the answer into the log that nobody can change."""
	is_online = entry.channel == PAGE
	frappe.get_doc(
		{
			"doctype": "Quote Answer",
			"quote": quote.name,
			"answer": answer,
			"channel": entry.channel,
			"answered_on": given_on or now_datetime(),
			"person_name": entry.person_name,
			"message": entry.message,
			"consent": entry.consent,
			"signature_type": entry.signature_type,
			"customer_link": entry.link,
			"ip_address": frappe.local.request_ip if is_online else None,
			"user_agent": disarmed((frappe.get_request_header("User-Agent") or "")[:500])
			if is_online
			else None,
			"entered_by": None if is_online else frappe.session.user,
			"pdf_sha256": quote.pdf_sha256,
			**signature_values(quote, entry),
		}
		# Nobody has the right to write into the log. The caller has checked the link's token, or the user's
		# permission to write the quote.
	).insert(ignore_permissions=True)


def signature_values(quote, entry: Entry) -> dict:
	"""Keep a drawn signature as a private file of the quote, and return what the log says of it."""
	if entry.signature_type != "Drawn":
		return {}
	try:
		content = read_signature(entry.signature)
	except UnreadableSignatureError as error:
		throw_incomplete(
			{
				"size": _("The signature is too large. Draw it again, or type your name instead."),
				"format": _("The signature could not be read. Draw it again, or type your name instead."),
				"blank": _("Draw your signature in the field, or type your name instead."),
			}[str(error)]
		)
	# The customer is a guest, whose right to sign is the link's token, which was checked.
	file = keep_file(quote.name, f"{quote.name}-signature.png", content, ignore_permissions=True)
	return {
		"signature_file": file.name,
		"signature_url": file.file_url,
		"signature_sha256": hashlib.sha256(content).hexdigest(),
	}


def add_to_stream(quote, entry: Entry):
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


def notify_owners(quote, answer: str, entry: Entry):
	"""Tell those who are responsible for quote and opportunity what the customer did on the page."""
	if entry.channel != PAGE:
		return
	notify(quote, EVENTS[answer], responsible(quote))


@whitelist(methods=["POST"])
@retried
def accept_by_hand(
	quote: str, answered_on: str, person_name: str | None = None, note: str | None = None
) -> str:
	"""Note that the customer has accepted the quote in another way, and return its status.

	`answered_on` is the day. Raises `frappe.PermissionError` without write permission on the quote, and as
	`accept_quote` does.
	"""
	check_write(quote)
	return accept_quote(quote, entry_by_hand(quote, answered_on, person_name, note)).status


@whitelist(methods=["POST"])
@retried
def decline_by_hand(quote: str, answered_on: str, reason: str, person_name: str | None = None) -> str:
	"""Note that the customer has declined the quote in another way, and return its status.

	`answered_on` is the day. Raises `frappe.PermissionError` without write permission on the quote, and as
	`decline_quote` does.
	"""
	check_write(quote)
	return decline_quote(quote, entry_by_hand(quote, answered_on, person_name, reason)).status


def check_write(quote: str):
	frappe.get_doc("Quote", quote).check_permission("write")


def entry_by_hand(quote: str, answered_on: str, person_name: str | None, message: str | None) -> Entry:
	"""Return the entry of a colleague. Raises `AnswerIncompleteError` for a day that cannot be."""
	day = read_date(answered_on, _("Answered On"))
	if not day:
		throw_incomplete(_("Enter the day on which the customer answered."))
	issued_on = frappe.db.get_value("Quote", quote, "issued_on")
	if day > getdate() or (issued_on and day < getdate(issued_on)):
		throw_incomplete(_("The answer must have come between the day of issue and today."))
	given_on = now_datetime() if day == getdate() else get_datetime(day)
	if issued_on:
		given_on = max(given_on, get_datetime(issued_on))
	return Entry(DESK, person_name or "", message or "", given_on)


def onload(quote, method: str | None = None):
	"""Hook of opened quotes: tell the form whether the quote can be answered, and who answered last."""
	if quote.docstatus != 1:
		return
	answer = frappe.db.get_value(
		"Quote Answer",
		{"quote": quote.name, "answer": quote.status},
		["person_name", "channel"],
		order_by="creation desc",
		as_dict=True,
	)
	opportunity_status = frappe.db.get_value("Sales Opportunity", quote.opportunity, "status")
	quote.set_onload(
		"answering",
		{
			"is_answerable": not refusal(
				quote.status, opportunity_status, getdate(quote.valid_until), getdate(), True
			),
			"opportunity_status": opportunity_status,
			"answer": answer,
		},
	)

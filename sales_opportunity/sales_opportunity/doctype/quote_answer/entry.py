"""What was entered with an answer to a quote, and what has to be there."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import frappe
from frappe import _

from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import (
	MESSAGE_LENGTH,
	NAME_LENGTH,
	plain_text,
)

PAGE = "Customer's Page"

DESK = "Desk"


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


def validate_signed(entry: Entry) -> None:
	"""Raise `AnswerIncompleteError` unless the customer signed and declared to accept."""
	if entry.signature_type not in ("Drawn", "Typed"):
		throw_incomplete(_("Draw your signature in the field, or type your name instead."))
	if not entry.consent:
		throw_incomplete(_("Please confirm that you accept the quote."))


def throw_incomplete(text: str) -> NoReturn:
	"""Raise `AnswerIncompleteError`, saying what is missing."""
	frappe.throw(text, AnswerIncompleteError)

"""The log of answers, which nobody can change, with their signatures."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_opportunity.files.kept_files import keep_file
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import PAGE, Entry, throw_incomplete
from sales_opportunity.sales_opportunity.doctype.quote_answer.signature import (
	UnreadableSignatureError,
	read_signature,
)
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def log_answer(quote: "Quote", answer: str, entry: Entry, given_on: datetime | None = None) -> None:
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


def signature_values(quote: "Quote", entry: Entry) -> dict:
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

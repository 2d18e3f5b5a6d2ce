"""Sending a quote by e-mail through the framework's queue, and what came of it."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.core.doctype.communication.email import make as make_email
from frappe.translate import print_language
from frappe.utils import (
	escape_html,
	get_url_to_form,
	now_datetime,
	split_emails,
)

from sales_opportunity.deal.participants import participants_of
from sales_opportunity.deal.quote_status import LIVE, QuoteStatus
from sales_opportunity.framework.jobs import each_by_itself
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_list, whitelist
from sales_opportunity.mail.interrupted import close_entries, interrupted_entries
from sales_opportunity.mail.outgoing import (
	SendingError,
	in_ascii,
	send_after_commit,
	sender,
	validate_account,
	validate_addresses,
	validate_queued,
)
from sales_opportunity.masters.companies import company_on_paper
from sales_opportunity.notifications import notify
from sales_opportunity.sales_opportunity.doctype.quote.checker import findings_before_issuing
from sales_opportunity.sales_opportunity.doctype.quote.document_rules import MEGABYTE
from sales_opportunity.sales_opportunity.doctype.quote.documents import (
	files_for_email,
	limit,
	listed_documents,
	validate_size,
)
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import is_intact
from sales_opportunity.sales_opportunity.doctype.quote.master_values import current_email
from sales_opportunity.sales_opportunity.doctype.quote.print_context import company_data
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import (
	CUSTOMER_PAGE,
	filled_in,
	standard_text,
)
from sales_opportunity.texts.rich_text import clean

if TYPE_CHECKING:
	from frappe.core.doctype.communication.communication import Communication

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

OUTCOMES = {
	"Sent": "Handed Over",
	"Read": "Handed Over",
	"Error": "Failed",
	"Expired": "Failed",
}
"""What the framework says of an e-mail's delivery, and what that means for the quote."""

WAITING = {"Not Sent", "Sending", "Partially Sent"}
"""Statuses in which the framework still tries to send an e-mail."""


SMALL_PRINT = '<p><br></p><p><span style="font-size: 12px; color: rgb(107, 114, 128)">{0}</span></p>'


@whitelist()
def email_draft(quote: str) -> dict:
	"""Return the e-mail with which the quote would be sent: `sender`, `recipients`, `subject` and `content` (HTML).

	`participants` are name, role and address of who takes part in the deal.
	`findings` are those of the checks if the quote is not issued yet, `documents` what goes with it as `documents.listed` says,
	of which one e-mail carries at most `documents_limit` bytes. Raises `frappe.PermissionError` without the
	permission to send it, `SendingError` if it cannot be sent.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("email")
	validate_sendable(doc)
	with print_language(doc.language):
		subject, content = email_text(doc)
	return {
		"sender": sender(),
		"recipients": current_email(doc.contact) or doc.contact_email or "",
		"participants": participants_of(doc.opportunity),
		"subject": subject,
		"content": content,
		"findings": findings_before_issuing(doc) if doc.docstatus == 0 else [],
		"documents": listed_documents(doc),
		"documents_limit": limit() * MEGABYTE,
	}


@whitelist(methods=["POST"])
@retried
def send_quote(
	quote: str,
	recipients: str,
	subject: str,
	content: str,
	cc: str | None = None,
	send_me_a_copy: bool = False,
	left_out: str | list | None = None,
) -> str:
	"""Put an e-mail with the quote's PDF and documents into the queue and return its Communication; a draft is issued first.

	`left_out` are the sources of documents that are not sent; they stay on the customer's page. `recipients` and
	`cc` are addresses as people type and copy them, separated by commas, semicolons or new lines, with names or
	without. The quote becomes Sent when the mail server has taken the e-mail. Raises `frappe.PermissionError`, or
	`SendingError` for addresses that are missing or wrong, a quote that is off the table, a damaged PDF, an e-mail
	of this quote that still waits, or a site that cannot send, and as `documents.validate_size`. Nothing is issued
	or sent then. If it is unclear whether an earlier e-mail was sent, the user may send it again.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	recipients, cc = validate_may_send(doc, recipients, cc)
	without = read_list(left_out or [], _("Documents"))
	validate_size(doc, without)
	if doc.last_email:
		close_entries(interrupted_entries(doc.last_email))
	if doc.docstatus == 0:
		doc.submit()
	validate_intact(doc)
	message = clean(content)
	files = [doc.pdf_file, *files_for_email(doc, without)]
	email = make_email(
		doctype="Quote",
		name=doc.name,
		sender=sender(),
		recipients=recipients,
		cc=cc,
		subject=subject,
		content=with_form(message, doc.name),
		attachments=files,
	)["name"]
	put_into_queue(email, with_customer_page(message, doc.name, f"{recipients},{cc}"))
	validate_queued(email)
	name_attachments(email, files)
	if send_me_a_copy:
		send_copy(doc, subject, message, files)
	doc.db_set({"last_email": email, "email_status": "On Its Way"})
	send_after_commit()
	return email


def validate_intact(quote: "Quote") -> None:
	"""Raise `SendingError` if the frozen PDF is not the one that was issued."""
	if not is_intact(quote):
		frappe.throw(
			_("The PDF is not the one that was issued. Restore it from a backup before you send it."),
			SendingError,
		)


def put_into_queue(email: str, content: str) -> None:
	"""Let the framework send a stored e-mail with this content, which is stored nowhere but in its queue.

	Who reads the e-mail on the quote, or is told of it by an open desk, must not answer for the customer.
	"""
	values = frappe.get_doc("Communication", email).sendmail_input_dict()
	if values:
		frappe.sendmail(**{**values, "content": content})


def name_attachments(email: str, files: list[str]) -> None:
	"""Let the e-mail's attachments be called what people call them, and not what the files are called on the disk."""
	for name, url in frappe.get_all("File", {"name": ("in", files)}, ["file_name", "file_url"], as_list=True):
		of_email = {"attached_to_doctype": "Communication", "attached_to_name": email}
		on_disk = {**of_email, "file_name": url.rpartition("/")[2]}
		frappe.db.set_value("File", on_disk, "file_name", name)


def with_form(message: str, quote: str) -> str:
	"""Return the message with the address of the quote's form in the place of the customer's page."""
	return message.replace(CUSTOMER_PAGE, get_url_to_form("Quote", quote))


def with_customer_page(message: str, quote: str, recipients: str) -> str:
	"""Return the message with the address of a new page for the customer, if there is a place for it.

	The page knows its reader only if the e-mail goes to one address.
	"""
	if CUSTOMER_PAGE not in message:
		return message
	addresses = split_emails(recipients)
	return message.replace(CUSTOMER_PAGE, create_link(quote, addresses[0] if len(addresses) == 1 else None))


def send_copy(quote: "Quote", subject: str, message: str, files: list[str]) -> None:
	"""Send the e-mail to the user, too, with the quote's form in the place of the customer's page."""
	frappe.sendmail(
		recipients=[frappe.db.get_value("User", frappe.session.user, "email")],
		subject=subject,
		message=with_form(message, quote.name),
		attachments=[{"fid": file} for file in files],
	)


def link_to_opportunity(communication: "Communication", method: str | None = None) -> None:
	"""Hook of new Communications: what is written about a quote belongs into the stream of its opportunity, too."""
	opportunity = communication.reference_doctype == "Quote" and frappe.db.get_value(
		"Quote", communication.reference_name, "opportunity"
	)
	if opportunity:
		communication.add_link("Sales Opportunity", opportunity)


def on_delivery_status(communication: "Communication", method: str | None = None) -> None:
	"""Hook of changed Communications: the quote is Sent when its e-mail was handed over, and not before."""
	outcome = communication.reference_doctype == "Quote" and OUTCOMES.get(communication.delivery_status)
	quote = outcome and frappe.db.get_value("Quote", {"last_email": communication.name})
	if quote and outcome:
		set_delivery_status(quote, communication, outcome)


def sync_delivery_statuses() -> None:
	"""Note the outcome of e-mails for which that failed when it was known, or that nobody sends any more (hourly job).

	Each is a transaction of its own: one that fails is logged and does not keep the others.
	"""
	emails = dict(
		frappe.get_all("Quote", {"email_status": "On Its Way"}, ["name", "last_email"], as_list=True)
	)

	def sync(quote: str) -> None:
		outcome = delivery_outcome(emails[quote])
		if outcome:
			set_delivery_status(quote, frappe.get_doc("Communication", emails[quote]), outcome)

	each_by_itself("Quote", emails, sync, "Delivery could not be settled")


def delivery_outcome(email: str | None) -> str | None:
	"""Return what came of an e-mail by the framework's queue, None while that tries to send it.

	One that is neither in the queue any more nor known as sent has failed: somebody has deleted it there. One whose
	sending was interrupted is "Unclear": the mail server may have taken it or not.
	"""
	if interrupted_entries(email):
		return "Unclear"
	statuses = set(frappe.get_all("Email Queue", {"communication": email}, pluck="status"))
	if statuses & WAITING:
		return None
	if statuses:
		return "Handed Over" if statuses == {"Sent"} else "Failed"
	return OUTCOMES.get(frappe.db.get_value("Communication", email, "delivery_status"), "Failed")


def set_delivery_status(quote: str, communication: "Communication", outcome: str) -> None:
	"""Store what became of the quote's last e-mail; an issued quote is Sent once it is handed over.

	What is known already, or of an earlier e-mail, changes nothing.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	if doc.email_status == outcome or doc.last_email != communication.name:
		return
	if outcome == "Handed Over" and doc.status == QuoteStatus.ISSUED:
		doc.change_status(QuoteStatus.SENT, sent_on=now_datetime())
	doc.db_set("email_status", outcome)
	if outcome == "Unclear":
		close_entries(interrupted_entries(communication.name))
	if outcome in ("Failed", "Unclear"):
		notify(doc, f"quote_email_{outcome.lower()}", [communication.owner])


def validate_may_send(quote: "Quote", recipients: str | None, cc: str | None) -> tuple[str, str]:
	"""Return the addresses, without names, to which the user may send the quote.

	Raises `frappe.PermissionError`, or `SendingError` for wrong addresses and a quote that cannot be sent.
	"""
	quote.check_permission("email")
	quote.check_permission("write")
	validate_sendable(quote)
	addresses = in_ascii(recipients), in_ascii(cc)
	validate_addresses(*addresses)
	return addresses


def validate_sendable(quote: "Quote") -> None:
	"""Raise `SendingError` if the quote is off the table or on its way, or the site has no way to send it."""
	if quote.status not in LIVE:
		frappe.throw(
			_("The quote is {0}. Make a new revision and send that.").format(
				frappe.bold(_(quote.status, context="Quote"))
			),
			SendingError,
		)
	if quote.docstatus == 1 and not quote.pdf_file:
		frappe.throw(
			_("The quote was issued elsewhere, and its paper is there. Make a new revision and send that."),
			SendingError,
		)
	if quote.email_status == "On Its Way" and not delivery_outcome(quote.last_email):
		frappe.throw(_("An e-mail with this quote is still waiting to be sent."), SendingError)
	validate_account("Quote")


def email_text(quote: "Quote") -> tuple[str, str]:
	"""Return subject and body: the standard text, the user's signature, and what a business letter has to say."""
	plain = {"title": "", "subject": _("Quote {0}").format(quote.name), "content": ""}
	text = standard_text(quote, "Email") or plain
	values = quote.as_dict()
	signature = frappe.db.get_value("User", frappe.session.user, "email_signature")
	subject = " ".join(filled_in(text, "subject", values, is_html=False).split())
	return subject, "".join([filled_in(text, "content", values), clean(signature) or "", letter_data(quote)])


def letter_data(quote: "Quote") -> str:
	"""Return the small print: name, seat, register and directors of the company."""
	columns = company_data(company_on_paper(quote.company), quote.language)[:3]
	return SMALL_PRINT.format("<br>".join(escape_html(" · ".join(column)) for column in columns))

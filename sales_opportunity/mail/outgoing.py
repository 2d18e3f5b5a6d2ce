"""Sending by the framework's queue: from whom, to whom, and what keeps an e-mail from going out."""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, get_formatted_email, split_emails, validate_email_address
from redis.exceptions import RedisError

from sales_opportunity.mail.headers import ascii_address, plain_addresses

MAXIMUM_ADDRESSES = 20
"""The framework would split an e-mail to more into many, as for a newsletter."""


class SendingError(frappe.ValidationError):
	pass


def send_after_commit() -> None:
	"""Let the framework send what waits, once the transaction that let it wait is stored."""
	frappe.db.after_commit.add(start_sending)


def start_sending() -> None:
	"""Let the framework send what waits, at once; if no job can be started, it does so within minutes by itself."""
	try:
		frappe.enqueue("frappe.email.queue.flush", queue="short")
	except RedisError:
		frappe.logger().error("E-mails wait for the scheduler: no job could be started", exc_info=True)


def validate_account(doctype: str) -> None:
	"""Raise `SendingError` if the site has no account from which the user could send e-mails about the DocType."""
	if not has_account(doctype):
		frappe.throw(
			_("There is no outgoing e-mail account. Ask your administrator to set up a default one."),
			SendingError,
		)


def has_account(doctype: str) -> bool:
	"""Return whether the site has an account from which the user can send e-mails about the DocType."""
	return bool(EmailAccount.find_outgoing(match_by_email=sender(), match_by_doctype=doctype))


def in_ascii(addresses: str | None) -> str:
	"""Return the addresses without names, separated by commas, as mail servers know them."""
	return ", ".join(map(ascii_address, plain_addresses(addresses or "")))


def validate_addresses(recipients: str, cc: str) -> None:
	"""Raise `SendingError` unless there is a recipient and all addresses are addresses."""
	if not split_emails(recipients):
		frappe.throw(_("Enter the address of at least one recipient."), SendingError)
	addresses = split_emails(f"{recipients},{cc}")
	if len(addresses) > MAXIMUM_ADDRESSES:
		frappe.throw(_("A quote is sent to {0} addresses at most.").format(MAXIMUM_ADDRESSES), SendingError)
	for address in addresses:
		if not validate_email_address(address):
			frappe.throw(
				_("{0} is not an e-mail address.").format(frappe.bold(escape_html(address))), SendingError
			)


def validate_queued(email: str) -> None:
	"""Raise `SendingError` if the framework made no entry in its queue: it leaves out who does not want e-mails."""
	if not frappe.db.exists("Email Queue", {"communication": email}):
		frappe.throw(
			_("None of the recipients wants e-mails from this site: they have unsubscribed."), SendingError
		)


def sender() -> str:
	"""Return name and address of the user, as an e-mail names them.

	The framework takes a comma in the name for the end of an address, and would refuse to send.
	"""
	return " ".join(get_formatted_email(frappe.session.user).replace(",", " ").split())

"""The account from which quotes are sent, and a mail that proves it."""

import smtplib

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.email.email_body import get_email
from frappe.utils import escape_html, validate_email_address

FIELDS = ("email_id", "login_id", "smtp_server", "smtp_port", "use_tls", "use_ssl_for_outgoing")


class MailError(frappe.ValidationError):
	pass


def stored() -> dict:
	"""Return the fields of the account from which the site sends, without its password, for those who may set it up."""
	if not frappe.has_permission("Email Account", "create"):
		return {}
	filters = {"enable_outgoing": 1, "default_outgoing": 1}
	return frappe.db.get_value("Email Account", filters, FIELDS, as_dict=True) or {}


def save_account(values: dict) -> str:
	"""Store the account as the default for outgoing e-mails and return its name.

	The framework tries the login before it stores an account, and raises what was wrong; what it lets through becomes
	a `MailError`.
	"""
	validate_email_address(str(values.get("email_id") or ""), throw=True)
	name = frappe.db.get_value("Email Account", {"email_id": values["email_id"]})
	account = frappe.get_doc("Email Account", name) if name else frappe.new_doc("Email Account")
	account.update({field: values[field] for field in FIELDS if field in values})
	account.email_account_name = account.email_account_name or account.email_id
	account.login_id_is_different = int(bool(account.login_id))
	if account.use_ssl_for_outgoing:
		account.use_tls = 0
	account.update({"enable_outgoing": 1, "default_outgoing": 1})
	if values.get("password"):
		account.password = values["password"]
		account.no_smtp_authentication = 0
	elif not name:
		account.no_smtp_authentication = 1
	try:
		account.save()
	except (OSError, smtplib.SMTPException, frappe.OutgoingEmailError) as error:
		frappe.throw(failure(error), MailError, title=_("The Mail Server Refused"))
	return account.name


def send_test(recipient: str) -> None:
	"""Send a mail at once, past the queue, so that what the server says can be told. Raises `MailError`."""
	validate_email_address(recipient, throw=True)
	account = EmailAccount.find_default_outgoing()
	if not account:
		frappe.throw(_("There is no account for outgoing e-mails yet."), MailError)
	text = _("This is a test: the site {0} can send e-mails.").format(escape_html(frappe.local.site))
	email = get_email(
		[recipient],
		sender=account.default_sender,
		subject=_("Test mail"),
		content=f"<p>{text}</p>",
		email_account=account,
		expose_recipients="header",
	)
	try:
		session = account.get_smtp_server().session
		session.sendmail(account.email_id, [recipient], email.as_string().encode())
	except (OSError, smtplib.SMTPException, frappe.OutgoingEmailError, frappe.ValidationError) as error:
		frappe.clear_last_message()
		frappe.throw(failure(error), MailError, title=_("The Mail Server Refused"))


def failure(error: Exception) -> str:
	"""Return what the mail server said, for a person."""
	return _("The e-mail could not be sent: {0}").format(escape_html(str(error)) or type(error).__name__)

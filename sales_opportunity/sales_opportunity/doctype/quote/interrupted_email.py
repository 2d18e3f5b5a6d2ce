"""E-mails whose sending was interrupted: the process that sent them was killed, and nobody knows how far it came.

The framework leaves such an e-mail in the status Sending, never looks at it again, and tells nobody.
"""

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_workers

HOURS = 1
"""An e-mail that has been with the mail server for less long is still being sent."""

SENDING_FUNCTIONS = ("send_mail", "flush")
"""The framework's functions that send: one e-mail, or all that wait."""


def interrupted(email: str) -> list[str]:
	"""Return the entries of a Communication in the framework's queue that were sent for hours by nobody any more."""
	filters = {
		"communication": email,
		"status": "Sending",
		"modified": ("<", add_to_date(now_datetime(), hours=-HOURS)),
	}
	entries = frappe.get_all("Email Queue", filters, pluck="name")
	return [entry for entry in entries if not is_being_sent(entry)] if entries else []


def is_being_sent(entry: str) -> bool:
	"""Return whether a living worker is busy with this entry of the queue."""
	for worker in get_workers():
		job = worker.get_current_job()
		if not job or job.kwargs.get("site") != frappe.local.site:
			continue
		method, values = job.kwargs.get("method"), job.kwargs.get("kwargs") or {}
		name = method.rpartition(".")[2] if isinstance(method, str) else method.__name__
		if name in SENDING_FUNCTIONS and values.get("email_queue_name") in (None, entry):
			return True
	return False


def close(entries: list[str]):
	"""Let the framework's queue say what has happened; an administrator can send such an entry again from there."""
	for entry in entries:
		values = {
			"status": "Error",
			"error": _("Sending was interrupted. It is unclear whether it was sent."),
		}
		frappe.db.set_value("Email Queue", entry, values)

"""E-mails whose sending was interrupted: the process that sent them was killed, and nobody knows how far it came.

The framework leaves such an e-mail in the status Sending, never looks at it again, and tells nobody.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import add_to_date, convert_utc_to_system_timezone, now_datetime
from frappe.utils.background_jobs import get_workers

if TYPE_CHECKING:
	from rq.job import Job

HOURS = 1
"""An e-mail that has been with the mail server for less long is still being sent."""

SEND_ONE = "frappe.email.doctype.email_queue.email_queue.send_mail"
SEND_ALL = "frappe.email.queue.flush"
"""The framework's functions that send: one e-mail, or one after the other all that wait."""


def interrupted_entries(email: str | None) -> list[str]:
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
	modified = frappe.db.get_value("Email Queue", entry, "modified")
	jobs = [worker.get_current_job() for worker in get_workers()]
	return any(
		is_job_of(job, entry, modified) for job in jobs if job and job.kwargs.get("site") == frappe.local.site
	)


def is_job_of(job: "Job", entry: str, modified: datetime) -> bool:
	"""Return whether a running job may be the one that sends an entry of the queue, which it marked at `modified`.

	A job that sends all that wait began before it came to this entry.
	"""
	given: Any = job.kwargs
	values = given.get("kwargs") or {}
	method = values.get("job_type") or given.get("method")
	if method and not isinstance(method, str):
		method = f"{method.__module__}.{method.__qualname__}"
	if method == SEND_ONE:
		return values.get("email_queue_name") == entry
	return method == SEND_ALL and bool(job.started_at) and local_time(job.started_at) <= modified


def local_time(utc: datetime) -> datetime:
	"""Return a moment of the job queue as the site's documents note theirs."""
	return convert_utc_to_system_timezone(utc.replace(tzinfo=None)).replace(tzinfo=None)


def close_entries(entries: list[str]) -> None:
	"""Let the framework's queue say what has happened; an administrator can send such an entry again from there."""
	for entry in entries:
		values = {
			"status": "Error",
			"error": _("Sending was interrupted. It is unclear whether it was sent."),
		}
		frappe.db.set_value("Email Queue", entry, values)

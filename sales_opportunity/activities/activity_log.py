"""Logging activities from the form.

Calls and e-mails are the framework's Communications, meetings Events, tasks ToDos, notes Comments.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.share import add as share
from frappe.utils import escape_html, getdate, now_datetime, nowdate

from sales_opportunity.activities.invitations import invite
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.activities.meetings import create_meeting
from sales_opportunity.activities.next_activity import MAXIMUM_LENGTH, set_next
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date, read_datetime, require_near_day
from sales_opportunity.notifications import in_language_of

if TYPE_CHECKING:
	from frappe.core.doctype.comment.comment import Comment
	from frappe.core.doctype.communication.communication import Communication
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


class ActivityError(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Activity:
	"""What was entered about an activity; the last four are a meeting's."""

	subject: str
	details: str
	scheduled_for: datetime | None
	assigned_to: str | None
	minutes: int | None
	place: str | None
	guests: str | None
	invite: bool


@whitelist(methods=["POST"])
@retried
def add_activity(
	opportunity: str,
	kind: str,
	subject: str,
	details: str | None = None,
	scheduled_for: str | None = None,
	assigned_to: str | None = None,
	next_activity: str | None = None,
	next_activity_date: str | None = None,
	minutes: int | None = None,
	place: str | None = None,
	guests: str | None = None,
	invite: bool = False,
) -> str:
	"""Log an activity on the opportunity and return the name of its document.

	`kind` is Call, Meeting, Task or Note; `scheduled_for` the time of a call or meeting (default: now) or the day
	of a task (default: today); `next_activity` and its date replace the planned ones unless they are None. A meeting
	takes `minutes`; `guests` are addresses as people type them, and get an invitation by e-mail with `invite`.

	Raises `frappe.PermissionError` without write permission on the opportunity, `ActivityError` for another kind,
	or a text that is empty or too long, `MeetingError` for a meeting that cannot be or nobody can be invited to,
	`frappe.ValidationError` for a date that is none, `sales_opportunity.inputs.values.ImpossibleDateError` for one of a
	year that cannot be meant.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	moment = read_datetime(scheduled_for, _("When"))
	require_near_day(moment, _("When"))
	next_day = (
		read_date(next_activity_date, _("Next Activity Date")) if next_activity_date else next_activity_date
	)
	validate_activity(kind, subject, next_activity)
	activity = Activity(subject.strip(), details or "", moment, assigned_to, minutes, place, guests, invite)
	document = LOGGERS[kind](doc, activity)
	set_next(doc.name, next_activity, next_day)
	return document.name


def validate_activity(kind: str, subject: str, next_activity: str | None) -> None:
	"""Raise `ActivityError` for another kind, and for texts that are empty or too long."""
	if kind not in LOGGERS:
		frappe.throw(
			_("{0} is not an activity. Choose one of: {1}.").format(
				kind, ", ".join(_(name, context="Activity") for name in LOGGERS)
			),
			ActivityError,
		)
	if not (subject or "").strip():
		frappe.throw(_("Say in a few words what the activity is about."), ActivityError)
	if max(len(subject), len(next_activity or "")) > MAXIMUM_LENGTH:
		frappe.throw(
			_("Say it in {0} characters at most; there is room for more in the details.").format(
				MAXIMUM_LENGTH
			),
			ActivityError,
		)


def log_call(doc: "SalesOpportunity", activity: Activity) -> "Communication":
	"""Return the call as it was inserted: a message of the opportunity, sent by the user."""
	return frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": "Sent",
			"status": "Linked",
			"sender": frappe.session.user,
			"subject": activity.subject,
			"content": with_subject(activity),
			"communication_date": activity.scheduled_for or now_datetime(),
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
		}
		# Salespeople have no role on Communication; write permission on the opportunity was checked.
	).insert(ignore_permissions=True)


def log_meeting(doc: "SalesOpportunity", activity: Activity) -> "Event":
	"""Return the meeting as it was inserted; its guests are invited if that was asked for."""
	details = as_html(activity.details) if activity.details else ""
	event = create_meeting(
		doc,
		activity.subject,
		details,
		activity.scheduled_for,
		activity.minutes,
		activity.place,
		activity.guests,
	)
	if activity.invite:
		invite(event)
	return event


def log_task(doc: "SalesOpportunity", activity: Activity) -> "ToDo":
	"""Return the task as it was inserted; whom it is given to, and is not the user, is told of it."""
	description = f"<p>{escape_html(activity.subject)}</p>"
	todo = frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": description + (as_html(activity.details) if activity.details else ""),
			"date": getdate(activity.scheduled_for or nowdate()),
			"allocated_to": activity.assigned_to or frappe.session.user,
			"assigned_by": frappe.session.user,
			"reference_type": doc.doctype,
			"reference_name": doc.name,
		}
	).insert()
	notify_assignee(doc, todo)
	return todo


def notify_assignee(doc: "SalesOpportunity", todo: "ToDo") -> None:
	"""Let a colleague see the opportunity of the task, and tell them of it, as the framework does when it assigns."""
	if not frappe.has_permission(doc.doctype, doc=doc, user=todo.allocated_to):
		share(doc.doctype, doc.name, todo.allocated_to)
	with in_language_of(todo.allocated_to):
		notify_assignment(
			todo.assigned_by,
			todo.allocated_to,
			doc.doctype,
			doc.name,
			action="ASSIGN",
			description=todo.description,
		)


def log_note(doc: "SalesOpportunity", activity: Activity) -> "Comment":
	"""Return the note as it was inserted: a comment of the opportunity."""
	return doc.add_comment("Comment", as_html(f"{activity.subject}\n\n{activity.details}".strip()))


LOGGERS = {"Call": log_call, "Meeting": log_meeting, "Task": log_task, "Note": log_note}


def with_subject(activity: Activity) -> str:
	"""Return subject and details as HTML: the stream shows the text of an entry, and not its subject."""
	subject = f"<p><strong>{escape_html(activity.subject)}</strong></p>"
	return subject + (as_html(activity.details) if activity.details else "")


def as_html(text: str) -> str:
	"""Return plain text with its line breaks as HTML."""
	return "<p>" + escape_html(text).replace("\n", "<br>") + "</p>"

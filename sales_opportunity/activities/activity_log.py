"""Activities: logging them from the form, the next one, and since when nothing has happened.

Calls and e-mails are the framework's Communications, meetings Events, tasks ToDos, notes Comments.
"""

from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.share import add as share
from frappe.utils import add_days, escape_html, get_datetime, getdate, now_datetime, nowdate, strip_html

from sales_opportunity.activities.activity_rules import stalled_from
from sales_opportunity.activities.meetings import create_meeting, meetings_of
from sales_opportunity.inputs import is_near, read_date, read_datetime, require_near_day, whitelist
from sales_opportunity.locking import retried
from sales_opportunity.notifications import in_language_of, notify
from sales_opportunity.texts.plain_text import disarmed

OPPORTUNITY = "Sales Opportunity"
DONE = {"ToDo": "Closed", "Event": "Completed"}
"""The status of what has been done."""
MAXIMUM_LENGTH = 140
MADE_UP_DAYS = 3


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
	`frappe.ValidationError` for a date that is none, `sales_opportunity.inputs.ImpossibleDateError` for one of a
	year that cannot be meant.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	scheduled_for = read_datetime(scheduled_for, _("When"))
	require_near_day(scheduled_for, _("When"))
	if next_activity_date:
		next_activity_date = read_date(next_activity_date, _("Next Activity Date"))
	if kind not in LOGGERS:
		frappe.throw(
			_("{0} is not an activity. Choose one of: {1}.").format(kind, ", ".join(map(_, LOGGERS))),
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
	activity = Activity(
		subject.strip(), details or "", scheduled_for, assigned_to, minutes, place, guests, invite
	)
	document = LOGGERS[kind](doc, activity)
	set_next(doc.name, next_activity, next_activity_date)
	return document.name


def log_call(doc, activity: Activity):
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


def log_meeting(doc, activity: Activity):
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
		# The e-mails of quotes, which know what happens on opportunities, are known here by then.
		from sales_opportunity.activities.invitations import invite

		invite(event)
	return event


def log_task(doc, activity: Activity):
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


def notify_assignee(doc, todo):
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


def log_note(doc, activity: Activity):
	return doc.add_comment("Comment", as_html(f"{activity.subject}\n\n{activity.details}".strip()))


LOGGERS = {"Call": log_call, "Meeting": log_meeting, "Task": log_task, "Note": log_note}


def with_subject(activity: Activity) -> str:
	"""Return subject and details as HTML: the stream shows the text of an entry, and not its subject."""
	subject = f"<p><strong>{escape_html(activity.subject)}</strong></p>"
	return subject + (as_html(activity.details) if activity.details else "")


def as_html(text: str) -> str:
	"""Return plain text with its line breaks as HTML."""
	return "<p>" + escape_html(text).replace("\n", "<br>") + "</p>"


def on_activity(doc, method: str | None = None):
	"""Hook of new Communications, Comments, Events and ToDos: something has happened on their opportunities."""
	for name in sorted(opportunities_of(doc)):
		set_idle_since(name, nowdate())


def update_next_activity(doc, method: str | None = None):
	"""Hook of saved Events and ToDos: an open one may be the next activity; it follows what becomes of that one."""
	before = doc.get_doc_before_save()
	former = plan_of(before) if before else plan_of(doc) if method == "on_trash" else None
	current = None if method == "on_trash" else plan_of(doc)
	for name in sorted(opportunities_of(doc) | (opportunities_of(before) if before else set())):
		if former and doc.status in DONE.values():
			set_idle_since(name, nowdate())
		day, subject = frappe.db.get_value(
			OPPORTUNITY, name, ("next_activity_date", "next_activity"), for_update=True
		)
		if former and former == (day, subject):
			day, subject = next_planned(name, without=doc.name if method == "on_trash" else "") or ("", "")
			set_next(name, subject, day)
		elif current and is_ahead(doc) and (not day or current[0] < day):
			set_next(name, current[1], current[0])


def opportunities_of(doc) -> set[str]:
	"""Return the names of the opportunities to which a Communication, Comment, Event or ToDo belongs.

	Only those which the user may read: anyone may write a task or a meeting that names an opportunity. Customers
	who answer a quote are guests, and their answers count.
	"""
	return {
		name
		for name in named_opportunities(doc)
		if frappe.db.exists(OPPORTUNITY, name)
		and (frappe.session.user == "Guest" or frappe.has_permission(OPPORTUNITY, doc=name))
	}


def named_opportunities(doc) -> set[str]:
	if doc.doctype == "Event":
		rows = doc.event_participants
		return {row.reference_docname for row in rows if row.reference_doctype == OPPORTUNITY}
	if doc.doctype == "ToDo":
		return {doc.reference_name} if doc.reference_type == OPPORTUNITY else set()
	if doc.doctype == "Comment" and doc.comment_type != "Comment":
		return set()
	names = {doc.reference_name} if doc.reference_doctype == OPPORTUNITY else set()
	return names | {
		row.link_name for row in doc.get("timeline_links") or [] if row.link_doctype == OPPORTUNITY
	}


def plan_of(doc) -> tuple | None:
	"""Return the day and the first line of an open ToDo or Event, None if it has no day or is done."""
	if doc.status != "Open":
		return None
	if doc.doctype == "ToDo":
		return (getdate(doc.date), first_line(doc.description)) if doc.date else None
	return getdate(doc.starts_on), first_line(doc.subject)


def is_ahead(doc) -> bool:
	"""Return whether something is still to be done: a meeting that has begun is no plan any more."""
	return doc.doctype == "ToDo" or get_datetime(doc.starts_on) > now_datetime()


def first_line(html: str) -> str:
	"""Return the first paragraph as plain text, as long as the field for the next activity takes it."""
	return disarmed(strip_html((html or "").split("</p>")[0]).strip())[:MAXIMUM_LENGTH]


def next_planned(opportunity: str, without: str) -> tuple | None:
	"""Return day and subject of the earliest open task or coming meeting but the one called `without`, or None."""
	todos = frappe.get_all(
		"ToDo",
		{
			"reference_type": OPPORTUNITY,
			"reference_name": opportunity,
			"status": "Open",
			"name": ("!=", without),
		},
		["date", "description"],
	)
	meetings = [name for name in meetings_of(opportunity) if name != without]
	events = frappe.get_all(
		"Event",
		{"name": ("in", meetings), "status": "Open", "starts_on": (">", now_datetime())},
		["starts_on", "subject"],
	)
	plans = [(row.date, first_line(row.description)) for row in todos if row.date]
	plans += [(getdate(row.starts_on), first_line(row.subject)) for row in events]
	return min((plan for plan in plans if is_near(plan[0])), default=None)


def set_next(opportunity: str, subject: str | None, day) -> None:
	"""Store the next activity; None leaves a value as it is, an empty text clears it.

	A form that was opened before must not save what it still shows: it is told to load the document again. Raises
	`sales_opportunity.inputs.ImpossibleDateError` as saving the opportunity does.
	"""
	require_near_day(day, _("Next Activity Date"))
	values = {"next_activity": subject, "next_activity_date": day}
	values = {fieldname: value or None for fieldname, value in values.items() if value is not None}
	if values:
		frappe.get_doc(OPPORTUNITY, opportunity, for_update=True).db_set(values, notify=True)


def notify_due_activities():
	"""Tell the owners, once, which activities are due today; days on which the job did not run are made up for (daily job)."""
	due = frappe.get_all(
		OPPORTUNITY,
		{
			"status": "Open",
			"next_activity_date": ("between", (add_days(nowdate(), -MADE_UP_DAYS), nowdate())),
		},
		pluck="name",
		order_by="name asc",
	)
	for name in due:
		try:
			notify_due(name)
			# A job over many opportunities: what is told stays told, and locks are held for one at a time.
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error("Activity could not be told", reference_doctype=OPPORTUNITY, reference_name=name)


def notify_due(opportunity: str):
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	if doc.status == "Open" and doc.next_activity_date and doc.next_activity_date != doc.activity_told_for:
		notify(doc, "activity_due", [doc.opportunity_owner])
		doc.db_set("activity_told_for", doc.next_activity_date, update_modified=False)


def set_idle_since(opportunity: str, day) -> None:
	"""Store that something happened on the opportunity on this day."""
	values = frappe.db.get_value(OPPORTUNITY, opportunity, ("status", "stage"), as_dict=True, for_update=True)
	if not values:
		return
	days = frappe.get_cached_value("Qualification Stage", values.stage, "stalled_after_days")
	frappe.db.set_value(
		OPPORTUNITY,
		opportunity,
		{"idle_since": day, "stalled_from": stalled_from(values.status, day, days)},
		update_modified=False,
	)

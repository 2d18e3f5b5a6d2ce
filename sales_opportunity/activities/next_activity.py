"""The next activity of an opportunity: it follows open tasks and coming meetings, and its owner is told when it is due."""

from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate, strip_html

from sales_opportunity.activities.idle_time import set_idle_since
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY, opportunities_of
from sales_opportunity.activities.meetings import meetings_of
from sales_opportunity.framework.jobs import each_by_itself
from sales_opportunity.inputs.values import is_near, require_near_day
from sales_opportunity.notifications import notify, responsible
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

DONE = {"ToDo": "Closed", "Event": "Completed"}
"""The status of what has been done."""

MAXIMUM_LENGTH = 140

MADE_UP_DAYS = 3


def update_next_activity(doc: "Event | ToDo", method: str | None = None) -> None:
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


def plan_of(doc: "Event | ToDo") -> tuple | None:
	"""Return the day and the first line of an open ToDo or Event, None if it has no day or is done."""
	if doc.status != "Open":
		return None
	if doc.doctype == "ToDo":
		return (getdate(doc.date), first_line(doc.description)) if doc.date else None
	return getdate(doc.starts_on), first_line(doc.subject)


def first_line(html: str) -> str:
	"""Return the first paragraph as plain text, as long as the field for the next activity takes it."""
	return (disarmed(strip_html((html or "").split("</p>")[0]).strip()) or "")[:MAXIMUM_LENGTH]


def is_ahead(doc: "Event | ToDo") -> bool:
	"""Return whether something is still to be done: a meeting that has begun is no plan any more."""
	return doc.doctype == "ToDo" or get_datetime(doc.starts_on) > now_datetime()


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


def set_next(opportunity: str, subject: str | None, day: date | str | None) -> None:
	"""Store the next activity; None leaves a value as it is, an empty text clears it.

	A form that was opened before must not save what it still shows: it is told to load the document again. Raises
	`sales_opportunity.inputs.values.ImpossibleDateError` as saving the opportunity does.
	"""
	require_near_day(day, _("Next Activity Date"))
	values = {"next_activity": subject, "next_activity_date": day}
	values = {fieldname: value or None for fieldname, value in values.items() if value is not None}
	if values:
		frappe.get_doc(OPPORTUNITY, opportunity, for_update=True).db_set(values, notify=True)


def notify_due_activities() -> None:
	"""Tell the people of the deals, once, which activities are due today; days on which the job did not run are made up for (daily job)."""
	due = frappe.get_all(
		OPPORTUNITY,
		{
			"status": "Open",
			"next_activity_date": ("between", (add_days(nowdate(), -MADE_UP_DAYS), nowdate())),
		},
		pluck="name",
		order_by="name asc",
	)
	each_by_itself(OPPORTUNITY, due, notify_due, "Activity could not be told")


def notify_due(opportunity: str) -> None:
	"""Tell who is responsible that the next activity is due, once for each of its days."""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	if doc.status == "Open" and doc.next_activity_date and doc.next_activity_date != doc.activity_told_for:
		notify(doc, "activity_due", responsible(doc))
		doc.db_set("activity_told_for", doc.next_activity_date, update_modified=False)

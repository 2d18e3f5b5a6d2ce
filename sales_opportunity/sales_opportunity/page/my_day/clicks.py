"""What a click on an activity of My Day does. The kinds are ToDo, Event, and Plan: what only the opportunity names."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate

from sales_opportunity.activities.linked_opportunities import OPPORTUNITY, named_opportunities
from sales_opportunity.activities.next_activity import DONE, next_planned, set_next
from sales_opportunity.activities.open_activities import complete_activity, waited_for
from sales_opportunity.activities.planned_documents import planned_documents
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date, refuse_value, require_near_day

if TYPE_CHECKING:
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

DOCTYPES = {"ToDo": "ToDo", "Event": "Event", "Plan": OPPORTUNITY}
"""What an activity of each kind is stored in."""


@whitelist(methods=["POST"])
@retried
def finish(kind: str, name: str) -> list[dict[str, Any]] | None:
	"""Mark an activity as done, on its opportunity as the form does it; after a Plan the earliest task or meeting is next.

	A Plan that stands for an open task or meeting is done with that one. A task whose opportunity the user may only
	read is marked all the same.

	Returns what is still open on the opportunity (see `open_activities.open_items`) if the user may plan what comes
	next there: None without an open opportunity that they may write. Raises `frappe.PermissionError` without write
	permission on the activity, `sales_opportunity.inputs.values.WrongInputError` for another kind.
	"""
	doc = own_document(kind, name)
	if doc.doctype == OPPORTUNITY:
		return finish_plan(doc)
	for opportunity in sorted(named_opportunities(doc)):
		if frappe.has_permission(OPPORTUNITY, "write", doc=opportunity):
			left = complete_activity(opportunity, doc.doctype, doc.name)
			return left if frappe.db.get_value(OPPORTUNITY, opportunity, "status") == "Open" else None
	doc.set("status", DONE[doc.doctype])
	doc.save()
	return None


def finish_plan(doc: "SalesOpportunity") -> list[dict[str, Any]]:
	"""Tick the next step that was planned, and let the next one that is planned take its place; return what is still open."""
	done = (doc.next_activity_date, doc.next_activity)
	left = complete_activity(doc.name, OPPORTUNITY, doc.name, doc.next_activity or _("Next Activity"))
	planned = next_planned(doc.name, without="")
	if planned and planned != done:
		set_next(doc.name, planned[1], planned[0])
	return left


@whitelist(methods=["POST"])
@retried
def postpone_activity(kind: str, name: str, until: str) -> None:
	"""Put a task, a meeting (to the same time) or what is planned next on an opportunity off to another day.

	Raises as `finish` does, `sales_opportunity.inputs.values.WrongInputError` for a day that is none or has passed, and
	`sales_opportunity.inputs.values.ImpossibleDateError` for one that cannot be meant, too.
	"""
	label = _("Next Activity Date")
	day = read_date(until, label)
	if not day or day < getdate():
		refuse_value(until, label)
	require_near_day(day, label)
	doc = own_document(kind, name)
	if doc.doctype == OPPORTUNITY:
		set_next(doc.name, None, day)
		return
	if doc.doctype == "ToDo":
		doc.set("date", day)
	else:
		move_meeting(doc, day)
	doc.save()


def move_meeting(event: "Event", day: date) -> None:
	"""Let a meeting be on another day, at the same time and as long as before."""
	start = get_datetime(event.starts_on)
	moved = datetime.combine(day, start.time())
	if event.ends_on:
		event.ends_on = get_datetime(event.ends_on) + (moved - start)
	event.starts_on = moved


def own_document(kind: str, name: str) -> "SalesOpportunity | Event | ToDo":
	"""Return the document of an activity, of a Plan the task or meeting that it stands for; the user may write it."""
	if kind not in DOCTYPES:
		refuse_value(kind, _("Kind"))
	doc = frappe.get_doc(DOCTYPES[kind], name)
	doc.check_permission("write")
	found = planned_documents({doc.name: waited_for(doc)}) if kind == "Plan" else {}
	if found:
		doc = frappe.get_doc(*found[doc.name])
		doc.check_permission("write")
	return doc

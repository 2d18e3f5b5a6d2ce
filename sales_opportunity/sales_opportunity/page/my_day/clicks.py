"""What a click on an activity of My Day does. The kinds are ToDo, Event, and Plan: what only the opportunity names."""

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.inputs import read_date, refuse, whitelist
from sales_opportunity.locking import retried
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.activities import (
	OPPORTUNITY,
	named_opportunities,
	next_planned,
	set_next,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.open_activities import DONE, tick

DOCTYPES = {"ToDo": "ToDo", "Event": "Event", "Plan": OPPORTUNITY}
"""What an activity of each kind is stored in."""


@whitelist(methods=["POST"])
@retried
def finish(kind: str, name: str) -> None:
	"""Mark an activity as done, on its opportunity as the form does it; after a Plan the earliest task or meeting is next.

	A task whose opportunity the user may only read is marked all the same. Raises `frappe.PermissionError` without write
	permission on the activity, `sales_opportunity.inputs.WrongInputError` for another kind.
	"""
	doc = own_document(kind, name)
	if kind == "Plan":
		finish_plan(doc)
		return
	for opportunity in sorted(named_opportunities(doc)):
		if frappe.has_permission(OPPORTUNITY, "write", doc=opportunity):
			tick(opportunity, doc.doctype, doc.name)
			return
	doc.status = DONE[doc.doctype]
	doc.save()


def finish_plan(doc) -> None:
	done = (doc.next_activity_date, doc.next_activity)
	tick(doc.name, OPPORTUNITY, doc.name, doc.next_activity or _("Next Activity"))
	planned = next_planned(doc.name, without="")
	if planned and planned != done:
		set_next(doc.name, planned[1], planned[0])


@whitelist(methods=["POST"])
@retried
def postpone(kind: str, name: str, until: str) -> None:
	"""Put a task or what is planned next on an opportunity off to another day.

	Raises as `finish` does, `sales_opportunity.inputs.WrongInputError` for a day that is none or has passed, too.
	"""
	day = read_date(until, _("Next Activity Date"))
	if not day or day < getdate():
		refuse(until, _("Next Activity Date"))
	doc = own_document(kind, name)
	if kind == "ToDo":
		doc.date = day
		doc.save()
	elif kind == "Plan":
		set_next(doc.name, None, day)


def own_document(kind: str, name: str):
	if kind not in DOCTYPES:
		refuse(kind, _("Kind"))
	doc = frappe.get_doc(DOCTYPES[kind], name)
	doc.check_permission("write")
	return doc

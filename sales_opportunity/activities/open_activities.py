"""What is still to be done on an opportunity: open tasks, coming meetings, and the next step that was only named.

Each is ticked off by its own document, so that the framework's rules for tasks and meetings hold.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, get_fullname, getdate, now_datetime, nowdate

from sales_opportunity.activities.activity_rules import activity_state
from sales_opportunity.activities.cadences import EVENT, FIELDS, reason_of_proposal
from sales_opportunity.activities.idle_time import set_idle_since
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY, named_opportunities
from sales_opportunity.activities.meetings import (
	guest_names,
	guests_of,
	is_invited,
	named_guests,
	with_participant,
)
from sales_opportunity.activities.next_activity import DONE, first_line, set_next
from sales_opportunity.features import CADENCES, is_used
from sales_opportunity.framework.compat import place_field
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist

if TYPE_CHECKING:
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

MOST = 50
"""As many tasks, and as many meetings, are shown."""


class NotOpenError(frappe.ValidationError):
	"""What was to be ticked off is not open, or is none of this opportunity."""


def onload(doc: "SalesOpportunity", method: str | None = None) -> None:
	"""Hook of opened opportunities: tell the form what is still to be done."""
	if not doc.is_new():
		doc.set_onload("open_activities", open_items(doc))


@whitelist()
def open_activities(opportunity: str) -> list[dict[str, Any]]:
	"""Return what is still to be done on an opportunity, the earliest first; see `open_items`.

	Raises `frappe.PermissionError` without read permission on the opportunity.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity)
	doc.check_permission("read")
	return open_items(doc)


def open_items(doc: "SalesOpportunity") -> list[dict[str, Any]]:
	"""Return the open items of an opportunity: what (`subject`), when (`day`, for meetings `starts_on` and `ends_on`), who.

	`state` is that of `activity_state`; `may_tick` whether the user may tick it off,
	`proposed` why a cadence proposes it, else empty.
	"""
	items = [*tasks(doc), *meetings(doc)]
	if waited_for(doc) not in {(item["day"], item["subject"]) for item in items}:
		items += named_step(doc)
	may_write = doc.has_permission("write")
	for item in items:
		item["state"] = activity_state(item["day"], nowdate())
		item["assignee_name"] = get_fullname(item["assignee"]) if item["assignee"] else ""
		item["may_tick"] = bool(may_write and item["may_tick"])
	return sorted(items, key=by_time)


def by_time(item: dict) -> tuple:
	"""Return the key by which activities are in the order of their days and moments, those without at the end."""
	moment = item["starts_on"] or item["day"]
	return moment is None, str(moment or "")


def tasks(doc: "SalesOpportunity") -> list[dict[str, Any]]:
	"""Return the open tasks; who may read the opportunity sees them in its stream, too."""
	filters = {"reference_type": OPPORTUNITY, "reference_name": doc.name, "status": "Open"}
	rows = frappe.get_all(
		"ToDo",
		filters,
		["name", "date", "description", "allocated_to", *FIELDS],
		order_by="date asc",
		limit=MOST,
	)
	own = permitted("ToDo", rows)
	return [
		item_of(
			"ToDo",
			row.name,
			first_line(row.description),
			row.date and getdate(row.date),
			row.allocated_to,
			may_tick=row.name in own,
			proposed=reason_of_proposal(row),
		)
		for row in rows
	]


def meetings(doc: "SalesOpportunity") -> list[dict[str, Any]]:
	"""Return the open meetings of today and later, and the one that the opportunity still waits for."""
	rows = frappe.get_all(
		"Event",
		[*with_participant(doc.name), ["status", "=", "Open"]],
		["name", "subject", "starts_on", "ends_on", "owner", place_field(), "sales_guests", "creation"],
		order_by="starts_on desc",
		limit=MOST,
		distinct=True,
	)
	rows = [row for row in rows if is_planned(row, waited_for(doc))]
	names = guest_names([guest for row in rows for guest in guests_of(row.sales_guests)])
	own = permitted("Event", rows)
	return [
		item_of(
			"Event",
			row.name,
			first_line(row.subject),
			getdate(row.starts_on),
			row.owner,
			may_tick=row.name in own,
			starts_on=get_datetime(row.starts_on),
			ends_on=row.ends_on and get_datetime(row.ends_on),
			place=row[place_field()] or "",
			guests=named_guests(row.sales_guests, names),
		)
		for row in rows
	]


def waited_for(doc: "SalesOpportunity") -> tuple:
	"""Return day and subject of the next activity, as the opportunity names it."""
	return doc.next_activity_date and getdate(doc.next_activity_date), doc.next_activity


def is_planned(row: frappe._dict, next_one: tuple) -> bool:
	"""Return whether a meeting lies ahead, or was planned for today and not ticked off, or is still waited for."""
	starts_on = get_datetime(row.starts_on)
	was_planned = starts_on > get_datetime(row.creation)
	return (
		starts_on > now_datetime()
		or (was_planned and starts_on.date() == getdate())
		or (starts_on.date(), first_line(row.subject)) == next_one
	)


def named_step(doc: "SalesOpportunity") -> list[dict[str, Any]]:
	"""Return the next activity that was entered on the opportunity itself, if there is one."""
	if not (doc.next_activity or doc.next_activity_date):
		return []
	day, subject = waited_for(doc)
	subject = subject or _("Next Activity")
	return [item_of(OPPORTUNITY, doc.name, subject, day, doc.opportunity_owner, may_tick=True)]


def item_of(
	doctype: str, name: str, subject: str, day: date | str | None, assignee: str | None, **values: Any
) -> dict[str, Any]:
	"""Return an activity as the form shows it; what only meetings have is empty unless it is given."""
	meeting = {"starts_on": None, "ends_on": None, "place": "", "guests": [], "proposed": ""}
	item = {"doctype": doctype, "name": name, "subject": subject, "day": day, "assignee": assignee}
	return item | meeting | values


def permitted(doctype: str, rows: list) -> set[str]:
	"""Return the names of those which the framework gives to the user: their own, and those that they gave."""
	names = [row.name for row in rows]
	return set(frappe.get_list(doctype, {"name": ("in", names)}, pluck="name", limit=0)) if names else set()


@whitelist(methods=["POST"])
@retried
def complete_activity(
	opportunity: str, doctype: str, name: str, subject: str | None = None
) -> list[dict[str, Any]]:
	"""Tick off what is done on an opportunity, and return what is still open.

	`doctype` is ToDo or Event; for the step that only the opportunity names it is Sales Opportunity, with the
	`subject` that the user saw. Raises `frappe.PermissionError` without write permission on the opportunity or on
	the task or meeting, `NotOpenError` if it is no open one of this opportunity.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	done = (
		complete_next_step(doc, subject)
		if doctype == OPPORTUNITY
		else end_document(doc, doctype, name, DONE.get(doctype))
	)
	doc.add_comment("Info", _("has done: {0}").format(escape_html(done)))
	return open_items(frappe.get_doc(OPPORTUNITY, opportunity))


@whitelist(methods=["POST"])
@retried
def skip_proposal(opportunity: str, name: str) -> list[dict[str, Any]]:
	"""Cancel a task that a cadence proposes on an opportunity, and return what is still open.

	Raises as `complete_activity` does, `NotOpenError` also for a task that nothing has proposed.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	filters = {"name": name, EVENT: ("is", "set")}
	if not (is_used(CADENCES) and frappe.db.exists("ToDo", filters)):
		not_open()
	skipped = end_document(doc, "ToDo", name, "Cancelled")
	doc.add_comment("Info", _("has skipped: {0}").format(escape_html(skipped)))
	return open_items(frappe.get_doc(OPPORTUNITY, opportunity))


def complete_next_step(doc: "SalesOpportunity", subject: str | None) -> str:
	"""Take away the next step that was written by hand, and return it. Raises `NotOpenError` if it is not `subject` any more."""
	stored = doc.next_activity or _("Next Activity")
	if stored != subject or not (doc.next_activity or doc.next_activity_date):
		not_open()
	set_next(doc.name, "", "")
	set_idle_since(doc.name, nowdate())
	return stored


def end_document(doc: "SalesOpportunity", doctype: str, name: str, status: str | None) -> str:
	"""End an open task or meeting of the deal with this status, and return its first line.

	Raises `NotOpenError`, `frappe.PermissionError`.
	"""
	if doctype not in DONE or not frappe.db.exists(doctype, name):
		not_open()
	document = frappe.get_doc(doctype, name, for_update=True)
	if document.status != "Open" or doc.name not in named_opportunities(document):
		not_open()
	document.check_permission("write")
	document.status = status
	document.save()
	return first_line(document.description if doctype == "ToDo" else document.subject)


def not_open() -> None:
	"""Raise `NotOpenError`: somebody else was faster."""
	frappe.throw(_("This is not open any more. Load the page again."), NotOpenError)


def cancel_open_activities(doc: "SalesOpportunity", tell_guests: bool) -> None:
	"""Cancel what is planned on an opportunity that was closed; a meeting that others need stays.

	So does a coming one to which guests were invited, unless they are to hear that it does not take place.

	Whoever closes an opportunity ends its tasks, also those of colleagues: permission on it was checked.
	"""
	filters = {"reference_type": OPPORTUNITY, "reference_name": doc.name, "status": "Open"}
	for name in frappe.db.get_values("ToDo", filters, order_by="name asc", for_update=True, pluck=True):
		cancel_activity(frappe.get_doc("ToDo", name))
	for item in meetings(doc):
		event = frappe.get_doc("Event", item["name"], for_update=True)
		if is_invited(event) and not tell_guests:
			continue
		others = sorted(named_opportunities(event) - {doc.name})
		if not frappe.get_all(OPPORTUNITY, {"name": ("in", others), "status": "Open"}, limit=1):
			cancel_activity(event)


def cancel_activity(document: "ToDo | Event") -> None:
	"""Cancel a task or meeting."""
	document.status = "Cancelled"
	# See `cancel_open_activities`: the opportunity's end decides.
	document.save(ignore_permissions=True)

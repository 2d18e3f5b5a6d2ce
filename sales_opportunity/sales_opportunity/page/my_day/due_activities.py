"""What is due: the user's tasks, other activities of their deals, and meetings of the next week."""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from frappe.utils import getdate
from pypika.terms import ExistsCriterion

from sales_opportunity.activities.activity_rules import activity_state
from sales_opportunity.activities.cadences import FIELDS, reason_of_proposal
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.activities.next_activity import first_line
from sales_opportunity.activities.open_activities import permitted
from sales_opportunity.activities.planned_documents import planned_documents
from sales_opportunity.reporting.query import readable_criterion
from sales_opportunity.sales_opportunity.page.my_day.deals import own_deals
from sales_opportunity.sales_opportunity.page.my_day.paging import SHOWN, first_rows

MEETING_DAYS = 7


def own_tasks(today: date) -> dict:
	"""Return the user's open tasks that are due."""
	todo = frappe.qb.DocType("ToDo")
	mine = (todo.allocated_to == frappe.session.user) & (todo.status == "Open") & (todo.date <= today)
	fields = ("name", "description", "date", "reference_type", "reference_name", *FIELDS)
	found = first_rows(
		frappe.qb.from_(todo).where(mine & readable_criterion("ToDo")),
		tuple(todo[fieldname] for fieldname in fields),
		todo.date,
		todo.name,
	)
	found["rows"] = [
		{
			"kind": "ToDo",
			"name": row.name,
			"subject": first_line(row.description),
			"day": getdate(row.date),
			"may_tick": True,
			"opportunity": row.reference_name if row.reference_type == OPPORTUNITY else None,
			"reference": [row.reference_type, row.reference_name] if row.reference_name else None,
			"proposed": reason_of_proposal(row),
		}
		for row in found["rows"]
	]
	return found


def planned_activities(today: date) -> dict:
	"""Return the user's deals whose next activity is due and neither a task of the user nor a meeting of today.

	What stands for another open task or meeting, as of a colleague or of a day before, has that one's kind and name.
	"""
	deal, todo = frappe.qb.DocType(OPPORTUNITY), frappe.qb.DocType("ToDo")
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	is_task = ExistsCriterion(
		frappe.qb.from_(todo)
		.select(todo.name)
		.where((todo.reference_type == OPPORTUNITY) & (todo.reference_name == deal.name))
		.where((todo.allocated_to == frappe.session.user) & (todo.status == "Open"))
		.where(todo.date == deal.next_activity_date)
	)
	is_todays_meeting = ExistsCriterion(
		frappe.qb.from_(participant)
		.join(event)
		.on(participant.parent == event.name)
		.select(event.name)
		.where((participant.reference_doctype == OPPORTUNITY) & (participant.reference_docname == deal.name))
		.where((event.owner == frappe.session.user) & (event.status == "Open"))
		.where((event.starts_on >= today) & (event.starts_on < today + timedelta(days=1)))
		.where(deal.next_activity_date == today)
	)
	due = own_deals(deal) & (deal.next_activity_date <= today) & is_task.negate() & is_todays_meeting.negate()
	fields = (deal.name, deal.next_activity, deal.next_activity_date)
	found = first_rows(frappe.qb.from_(deal).where(due), fields, deal.next_activity_date, deal.name)
	plans = {row.name: (getdate(row.next_activity_date), row.next_activity) for row in found["rows"]}
	documents = planned_documents(plans)
	may_tick = own_documents(documents.values())
	found["rows"] = []
	for deal_name, (day, subject) in plans.items():
		document = documents.get(deal_name)
		kind, name = document or ("Plan", deal_name)
		found["rows"].append(
			{
				"kind": kind,
				"name": name,
				"subject": subject,
				"day": day,
				"opportunity": deal_name,
				"may_tick": not document or document in may_tick,
			}
		)
	return found


def own_documents(documents: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
	"""Return which of these tasks and meetings, by DocType and name, are the user's own or given by them."""
	documents = list(documents)
	return {
		(doctype, name)
		for doctype in ("ToDo", "Event")
		for name in permitted(
			doctype, [frappe._dict(name=name) for kind, name in documents if kind == doctype]
		)
	}


def merged_activities(tasks: dict, plans: dict, today: date) -> dict:
	"""Return tasks and other due activities as one kind, the oldest first."""
	rows = sorted([*tasks["rows"], *plans["rows"]], key=lambda row: row["day"])[:SHOWN]
	for row in rows:
		row["state"] = activity_state(row["day"], today)
	return {"count": tasks["count"] + plans["count"], "rows": rows}


def own_meetings(today: date) -> dict:
	"""Return the open meetings that the user planned or is assigned to, from today on for a week."""
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	me = frappe.session.user
	mine = (event.owner == me) | event["_assign"].like(f'%"{me}"%')
	week = (event.starts_on >= today) & (event.starts_on < today + timedelta(days=MEETING_DAYS))
	query = frappe.qb.from_(event).where(mine & week & (event.status == "Open") & readable_criterion("Event"))
	found = first_rows(query, (event.name, event.subject, event.starts_on), event.starts_on, event.name)
	opportunities = dict(
		frappe.qb.from_(participant)
		.select(participant.parent, participant.reference_docname)
		.where(participant.reference_doctype == OPPORTUNITY)
		.where(participant.parent.isin([row.name for row in found["rows"]] or [""]))
		.run()
	)
	for row in found["rows"]:
		row.update(kind="Event", opportunity=opportunities.get(row.name))
	return found

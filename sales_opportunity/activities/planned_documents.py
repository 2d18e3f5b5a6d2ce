"""Which open task or meeting the next activity of an opportunity stands for."""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe.utils import getdate

from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.activities.next_activity import first_line

Plan = tuple[date | None, str | None]
"""Day and subject, as the opportunity names its next activity."""


def planned_documents(plans: dict[str, Plan]) -> dict[str, tuple[str, str]]:
	"""Return by opportunity DocType and name of the open task, else meeting, of the same day and subject, if there is one.

	`plans` are by opportunity. The number of statements is the same for any number of them.
	"""
	found: dict[str, tuple[str, str]] = {}
	for doctype, name, opportunity, plan in (*open_tasks(plans), *open_meetings(plans)):
		if plans[opportunity] == plan:
			found.setdefault(opportunity, (doctype, name))
	return found


def open_tasks(plans: dict[str, Plan]) -> Iterator[tuple]:
	"""Yield the open tasks of these opportunities: DocType, name, opportunity, and day with first line."""
	filters = {"reference_type": OPPORTUNITY, "reference_name": ("in", sorted(plans)), "status": "Open"}
	fields = ["name", "reference_name", "date", "description"]
	for row in frappe.get_all("ToDo", filters, fields, order_by="name asc"):
		yield (
			"ToDo",
			row.name,
			row.reference_name,
			(row.date and getdate(row.date), first_line(row.description)),
		)


def open_meetings(plans: dict[str, Plan]) -> Iterator[tuple]:
	"""Yield their open meetings in the same form."""
	participations = frappe.get_all(
		"Event Participants",
		{
			"parenttype": "Event",
			"reference_doctype": OPPORTUNITY,
			"reference_docname": ("in", sorted(plans)),
		},
		["parent", "reference_docname"],
	)
	events = frappe.get_all(
		"Event",
		{"name": ("in", sorted({row.parent for row in participations})), "status": "Open"},
		["name", "starts_on", "subject"],
	)
	plan_of = {row.name: (getdate(row.starts_on), first_line(row.subject)) for row in events}
	for event, opportunity in sorted((row.parent, row.reference_docname) for row in participations):
		if event in plan_of:
			yield "Event", event, opportunity, plan_of[event]

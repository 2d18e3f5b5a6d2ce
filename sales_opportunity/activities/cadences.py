"""The cadence of a class: which next activities are proposed on a deal after something happened, and what becomes of them.

A proposal is a task of who is responsible for the deal, open from the beginning: it is seen, told, postponed and
ticked off as other tasks are. It remembers the step, the event and the quote that called for it, and nothing else of
the cadence, so that later changes of that do not touch it. While a step's task is open, done or skipped, the step is
not proposed again for the same deal or quote; a task that is withdrawn forgets its step.
"""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from sales_opportunity.activities.cadence_rules import (
	EVENTS,
	QUOTE_OPENED,
	QUOTE_SENT,
	STAGE_ENTERED,
	called_for,
	due_day,
	proposal_text,
)
from sales_opportunity.activities.linked_opportunities import (
	OPPORTUNITY,
	following_cadence,
	follows_cadence,
)
from sales_opportunity.features import CADENCES, is_used
from sales_opportunity.notifications import in_language_of

if TYPE_CHECKING:
	from frappe.desk.doctype.todo.todo import ToDo

	from sales_opportunity.sales_opportunity.doctype.class_id_cadence_step.class_id_cadence_step import (
		ClassIDCadenceStep,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

EVENT, QUOTE, STEP = "sales_cadence_event", "sales_cadence_quote", "sales_cadence_step"
FIELDS = (EVENT, QUOTE, STEP)
"""The fields of a task that tell what called for it."""


def follow_cadence(doc: "SalesOpportunity") -> None:
	"""Propose what the stage calls for that a saved opportunity has entered; withdraw what the former one called for.

	A closed deal loses all proposals, another person gets those of the former one. What comes out of a file or from the
	past happened elsewhere and calls for nothing.
	"""
	before, changed = doc.get_doc_before_save(), False
	if before and doc.status != "Open" and before.status == "Open":
		changed = withdraw(doc.name)
	elif before and doc.has_moved():
		changed = withdraw(doc.name, STAGE_ENTERED)
	if before and doc.has_changed("opportunity_owner"):
		changed = reassign_proposals(doc.name, before.opportunity_owner, doc.opportunity_owner) or changed
	if doc.has_moved() and not (doc.happened_on or frappe.flags.in_import):
		changed = propose_on(doc, STAGE_ENTERED) or changed
	if changed:
		# The tasks have set the next activity: the document that was saved, and its form, go on with that.
		fields = ("next_activity", "next_activity_date", "modified")
		doc.update(frappe.db.get_value(OPPORTUNITY, doc.name, fields, as_dict=True))


def propose_for_quote(opportunity: str, event: str, quote: str) -> None:
	"""Propose what is called for by something that happened to a quote."""
	propose_on(frappe.get_doc(OPPORTUNITY, opportunity, for_update=True), event, quote)


def propose_on(doc: "SalesOpportunity", event: str, quote: str | None = None) -> bool:
	"""Propose on an opportunity what an event calls for, and return whether there was something; the caller locks it."""
	if doc.status != "Open" or not is_used(CADENCES):
		return False
	steps = called_for(doc.class_doc.cadence, event, doc.stage, ())
	if steps:
		steps = called_for(steps, event, doc.stage, proposed_steps(doc.name, quote))
	if not steps:
		return False
	with in_language_of(str(doc.opportunity_owner)), following_cadence():
		for step in steps:
			insert_proposal(doc, step, quote)
	return True


def proposed_steps(opportunity: str, quote: str | None) -> list[str]:
	"""Return the steps that were proposed on the opportunity, or on one of its quotes."""
	filters = {**tasks_of(opportunity), STEP: ("is", "set"), **({QUOTE: quote} if quote else {})}
	return frappe.db.get_values("ToDo", filters, STEP, for_update=True, pluck=True)


def insert_proposal(doc: "SalesOpportunity", step: "ClassIDCadenceStep", quote: str | None) -> None:
	"""Insert the task that a step of the class proposes, after an event of `quote` if it was one."""
	subject = _(step.subject) if step.subject else _("Follow up with {0}").format(doc.party_name)
	text = proposal_text(step.activity, _(step.activity, context=step.doctype), subject)
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": f"<p>{escape_html(text)}</p>",
			"date": due_day(getdate(), step.days_after, bool(doc.class_doc.cadence_skips_weekends)),
			"allocated_to": doc.opportunity_owner,
			"assigned_by": doc.opportunity_owner,
			**{"reference_type": OPPORTUNITY, "reference_name": doc.name},
			**{EVENT: step.event, QUOTE: quote, STEP: step.name},
		}
		# The class decides what is proposed, whoever has moved the deal: also a customer, or a job.
	).insert(ignore_permissions=True)


def withdraw(opportunity: str, *events: str, quote: str | None = None) -> bool:
	"""Cancel the open proposals of an opportunity, those of these events or of one quote alone, and return whether there were some."""
	filters = {EVENT: ("in", events or EVENTS), **({QUOTE: quote} if quote else {})}
	return change_open(opportunity, filters, {"status": "Cancelled", STEP: None})


def reassign_proposals(opportunity: str, former: str | None, person: str | None) -> bool:
	"""Give the open proposals of an opportunity to the person who is responsible now; return whether there were some."""
	filters = {EVENT: ("in", EVENTS), "allocated_to": former}
	return change_open(opportunity, filters, {"allocated_to": person, "assigned_by": person})


def change_open(opportunity: str, filters: dict[str, Any], values: dict[str, Any]) -> bool:
	"""Change the deal's open tasks that the filters let through; return whether there was one."""
	filters = {**tasks_of(opportunity), "status": "Open", **filters}
	names = frappe.db.get_values("ToDo", filters, order_by="name asc", for_update=True, pluck=True)
	with following_cadence():
		for name in names:
			task = frappe.get_doc("ToDo", name, for_update=True)
			task.update(values)
			# As for new ones: the deal decides, not who owns the task.
			task.save(ignore_permissions=True)
	return bool(names)


def tasks_of(opportunity: str) -> dict[str, str]:
	"""Return the filters of the tasks about an opportunity."""
	return {"reference_type": OPPORTUNITY, "reference_name": opportunity}


def leave_out_assignment(task: "ToDo", method: str | None = None) -> None:
	"""Hook of validated tasks: the stream does not say that people assign to themselves what a cadence proposes."""
	if follows_cadence():
		task._assignment = None


def reason_of_proposal(row: frappe._dict) -> str:
	"""Return why a task is proposed, in the user's language; empty for other tasks, and where cadences are switched off."""
	texts = {
		STAGE_ENTERED: _("proposed for this stage"),
		QUOTE_SENT: _("proposed: {0} sent"),
		QUOTE_OPENED: _("proposed: {0} opened"),
	}
	return texts[row[EVENT]].format(row[QUOTE]) if row[EVENT] in texts and is_used(CADENCES) else ""

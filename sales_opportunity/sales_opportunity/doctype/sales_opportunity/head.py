"""What stands at the top of an opportunity's form: its stages, its people, its last activity, its primary quote."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import get_datetime, get_fullname, now_datetime, strip_html

from sales_opportunity.access.permissions import require
from sales_opportunity.activities.meetings import with_participant
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.related import call_offs, siblings
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.people import contact_name
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stage_times import seconds_in_stages
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import (
	fact_labels,
	has_issued_quote,
	mandatory_attributes,
	required_facts,
)
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID
	from sales_opportunity.sales_opportunity.doctype.qualification_stage.qualification_stage import (
		QualificationStage,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

SEEN_IN = {
	"items": "items",
	"expected_close_date": "expected_close_date",
	"issued_quote": None,
	"next_activity": "next_activity_date",
	"source": "source",
}
"""By which field of a form one sees that a stage's requirement is met; an issued quote is not seen there."""
LENGTH_OF_SUBJECT = 140
MEDIA = {"Phone": "Call", "Email": "Email", "Other": "Question"}
"""What a Communication is by its medium; by any other one it is an e-mail."""


def set_head(doc: "SalesOpportunity") -> None:
	"""Let the form of a stored opportunity have its head, as far as the user may read what is in it."""
	doc.set_onload("head", head(doc))


def head(doc: "SalesOpportunity") -> dict:
	"""Return the steps, the time in each stage, people, last activity and quote of an opportunity that may be read."""
	times = [
		frappe._dict(entry.as_dict(), changed_on=get_datetime(entry.changed_on)) for entry in doc.stage_log
	]
	return {
		"class_id": doc.class_id,
		"steps": steps_of_class(doc.class_doc, has_issued_quote(doc, for_update=False)),
		"seconds": seconds_in_stages(times, get_datetime(doc.closed_on) if doc.closed_on else now_datetime()),
		"owner": owner_of(doc),
		"contact": contact_of(doc),
		"quote": primary_quote_facts(doc),
		"last_activity": last_activity(doc.name),
		"call_offs": call_offs(doc),
		"siblings": siblings(doc),
	}


@whitelist()
def stage_steps(class_id: str) -> list[dict]:
	"""Return the stages of a class as steps, for an opportunity that is not stored yet.

	Raises `frappe.PermissionError` if the user may not read the class.
	"""
	require("Class ID", "read", doc=class_id)
	return steps_of_class(frappe.get_cached_doc("Class ID", class_id), has_quote=False)


def steps_of_class(class_doc: "ClassID", has_quote: bool) -> list[dict]:
	"""Return the class's stages in their order, those that close a deal at the end, with what each requires.

	A requirement is a dict of its `text` and the `fieldname` by which the form sees that it is met.
	"""
	stages = [frappe.get_cached_doc("Qualification Stage", stage) for stage in class_doc.allowed_stages()]
	stages.sort(key=lambda stage: stage.stage_type != "Open")
	texts = fact_labels()
	return [
		{
			"stage": stage.name,
			"stage_type": stage.stage_type,
			"probability": class_doc.probability_of(stage.name),
			"requires": requirements(class_doc, stage, has_quote, texts),
		}
		for stage in stages
	]


def requirements(
	class_doc: "ClassID", stage: "QualificationStage", has_quote: bool, texts: dict[str, str]
) -> list[dict]:
	"""Return what a stage requires of an opportunity of the class; `texts` are the labels of the facts."""
	required = required_facts(stage)
	found = [
		{"fieldname": fieldname, "text": texts[fact]}
		for fact, fieldname in SEEN_IN.items()
		if getattr(required, fact) and not (fact == "issued_quote" and has_quote)
	]
	found += [
		{"fieldname": row.fieldname, "text": _(row.label, context="Sales Opportunity")}
		for row in mandatory_attributes(class_doc, stage)
	]
	if stage.stage_type == OpportunityStatus.LOST:
		found.append({"fieldname": "closing_reason", "text": _("Closing Reason")})
	return found


def owner_of(doc: "SalesOpportunity") -> dict | None:
	"""Return name and picture of who is responsible."""
	if not doc.opportunity_owner or not doc.has_permlevel_access_to("opportunity_owner"):
		return None
	user = frappe.get_cached_value("User", doc.opportunity_owner, ("full_name", "user_image"), as_dict=True)
	return user and {"user": doc.opportunity_owner, "full_name": user.full_name, "image": user.user_image}


def contact_of(doc: "SalesOpportunity") -> dict | None:
	"""Return name, phone numbers and e-mail address of the contact, None if the user may not read it."""
	if not doc.contact or not doc.has_permlevel_access_to("contact"):
		return None
	if not frappe.has_permission("Contact", "read", doc=doc.contact):
		return None
	contact = frappe.get_doc("Contact", doc.contact)
	numbers = dict.fromkeys(filter(None, (contact.phone, contact.mobile_no)))
	return {
		"name": contact.name,
		"title": contact_name(contact) or contact.name,
		"numbers": list(numbers),
		"email": contact.email_id,
	}


def primary_quote_facts(doc: "SalesOpportunity") -> dict | None:
	"""Return number, status, gross total and validity of the primary quote, None if the user may not read it."""
	if not doc.primary_quote or not doc.has_permlevel_access_to("primary_quote"):
		return None
	fields = ["name", "status", "gross_total", "transaction_currency", "valid_until"]
	found = frappe.get_list("Quote", {"name": doc.primary_quote}, fields)
	return found[0] if found else None


def last_activity(opportunity: str) -> dict | None:
	"""Return kind, subject, time and person of what was done last, None if nothing was done yet.

	The reader of an opportunity sees its whole course; so this looks at all that hangs on it.
	"""
	of_opportunity = {"reference_doctype": "Sales Opportunity", "reference_name": opportunity}
	newest = {"limit": 1, "order_by": "creation desc"}
	found = [
		(row.communication_date, MEDIA.get(row.communication_medium, "Email"), row.subject, author_of(row))
		for row in last_messages(opportunity)
	]
	found += [
		(row.creation, "Note", row.content, get_fullname(row.owner))
		for row in frappe.get_all(
			"Comment",
			{**of_opportunity, "comment_type": "Comment"},
			["creation", "content", "owner"],
			**newest,
		)
	]
	found += [
		(row.modified, "Task", row.description, get_fullname(row.allocated_to or row.owner))
		for row in frappe.get_all(
			"ToDo",
			{"reference_type": "Sales Opportunity", "reference_name": opportunity, "status": "Closed"},
			["modified", "description", "allocated_to", "owner"],
			limit=1,
			order_by="modified desc",
		)
	]
	found += [
		(row.starts_on, "Meeting", row.subject, get_fullname(row.owner)) for row in last_meeting(opportunity)
	]
	if not found:
		return None
	moment, kind, subject, person = max(found, key=lambda activity: get_datetime(activity[0]))
	return {
		"kind": kind,
		"subject": (disarmed(strip_html(subject or "").strip()) or "")[:LENGTH_OF_SUBJECT],
		"on": moment,
		"by": person,
	}


def last_messages(opportunity: str) -> list:
	"""Return the newest call, e-mail or question of the opportunity itself, and the newest that is linked to it.

	Those of its quotes are linked; so are the entries of meetings, which `last_meeting` knows better.
	"""
	fields = [
		"communication_date",
		"communication_medium",
		"sent_or_received",
		"sender_full_name",
		"subject",
		"owner",
	]
	own = [["reference_doctype", "=", "Sales Opportunity"], ["reference_name", "=", opportunity]]
	linked = [
		["Communication Link", "link_doctype", "=", "Sales Opportunity"],
		["Communication Link", "link_name", "=", opportunity],
		["reference_doctype", "!=", "Event"],
	]
	return [
		row
		for filters in (own, linked)
		for row in frappe.get_all(
			"Communication",
			[*filters, ["communication_type", "=", "Communication"]],
			fields,
			limit=1,
			order_by="communication_date desc",
		)
	]


def author_of(message: frappe._dict) -> str:
	"""Return by name who called or wrote; customers have no user."""
	return (message.sent_or_received == "Received" and message.sender_full_name) or get_fullname(
		message.owner
	)


def last_meeting(opportunity: str) -> list:
	"""Return in a list the last meeting that has begun, if there was one."""
	return frappe.get_all(
		"Event",
		[
			*with_participant(opportunity),
			["starts_on", "<=", now_datetime()],
			["status", "!=", "Cancelled"],
		],
		["starts_on", "subject", "owner"],
		limit=1,
		order_by="starts_on desc",
	)

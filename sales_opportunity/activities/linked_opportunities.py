"""To which opportunities an e-mail, call, note, meeting or task belongs."""

from typing import TYPE_CHECKING

import frappe

if TYPE_CHECKING:
	from frappe.core.doctype.comment.comment import Comment
	from frappe.core.doctype.communication.communication import Communication
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

OPPORTUNITY = "Sales Opportunity"


def opportunities_of(doc: "Event | ToDo | Communication | Comment") -> set[str]:
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


def named_opportunities(doc: "Event | ToDo | Communication | Comment") -> set[str]:
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

"""To which opportunities an e-mail, call, note, meeting or task belongs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import frappe

if TYPE_CHECKING:
	from frappe.core.doctype.comment.comment import Comment
	from frappe.core.doctype.communication.communication import Communication
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo

OPPORTUNITY = "Sales Opportunity"

_follows_cadence: ContextVar[bool] = ContextVar("tasks change because a class says so", default=False)


def opportunities_of(doc: "Event | ToDo | Communication | Comment") -> set[str]:
	"""Return the names of the opportunities to which a Communication, Comment, Event or ToDo belongs.

	Only those which the user may read: anyone may write a task or a meeting that names an opportunity. Customers
	who answer a quote are guests, and their answers count; so does what a cadence proposes.
	"""
	return {
		name
		for name in named_opportunities(doc)
		if frappe.db.exists(OPPORTUNITY, name) and (is_free() or frappe.has_permission(OPPORTUNITY, doc=name))
	}


def is_free() -> bool:
	"""Return whether the app itself acts, for a customer or because a class says so: the user's rights do not count then."""
	return frappe.session.user == "Guest" or follows_cadence()


def follows_cadence() -> bool:
	"""Return whether tasks are being changed because of a class's cadence."""
	return _follows_cadence.get()


@contextmanager
def following_cadence() -> Iterator[None]:
	"""Let tasks be changed because of a class's cadence: whoever caused that need not be able to read the deal any more."""
	token = _follows_cadence.set(True)
	try:
		yield
	finally:
		_follows_cadence.reset(token)


def named_opportunities(doc: "Event | ToDo | Communication | Comment") -> set[str]:
	"""Return the names of the opportunities that the document itself names, whether there are such or not."""
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

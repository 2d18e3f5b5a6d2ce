"""Functions of the framework that answer without looking at permissions: here they do, for what is of this app.

Each takes the place of the framework's function of the same name, by the hook `override_whitelisted_methods`, looks at
what it is asked for, and calls it. For DocTypes of others nothing changes.
"""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import client, email
from frappe.desk import listview, search
from frappe.desk.doctype.event import event
from frappe.desk.doctype.tag import tag as tags_of_framework
from frappe.desk.form import assign_to, linked_with
from frappe.model.meta import get_parent_dt
from frappe.utils import get_safe_filters, global_search

from sales_opportunity.access.permissions import RESTRICTED, may_read_field, require
from sales_opportunity.framework.ownership import is_own
from sales_opportunity.overrides.comments_and_tags import REFERENCES, check_access, check_tagging
from sales_opportunity.overrides.read_names import by_displayed_text

TELLING = frozenset({*RESTRICTED, *REFERENCES, "Event", "File", "Notification Log"})
"""What tells of this app's deals: their documents, and what hangs on them."""

ENERGY_POINTS = "frappe.social.doctype.energy_point_log.energy_point_log"
"""A module that 16 does not have any more."""


@frappe.whitelist()
def search_link(doctype: str, txt: str, ignore_user_permissions: bool | str = False, **options: Any) -> Any:
	"""Answer a link field; the client cannot switch permissions off."""
	return _search(search.search_link, doctype, txt, ignore_user_permissions, options)


@frappe.whitelist()
def search_widget(doctype: str, txt: str, ignore_user_permissions: bool | str = False, **options: Any) -> Any:
	"""Answer the search dialog; the client cannot switch permissions off."""
	return _search(search.search_widget, doctype, txt, ignore_user_permissions, options)


def _search(function: Callable, doctype: str, txt: str, ignored: bool | str, options: dict) -> Any:
	ignored = False if doctype in TELLING else ignored
	txt, options = by_displayed_text(doctype, txt, options)
	return frappe.call(function, doctype=doctype, txt=txt, ignore_user_permissions=ignored, **options)


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> Any:
	"""Return the title of a linked document, and no more than its name of one that the user may not read."""
	if doctype in TELLING and not _reads(doctype, docname):
		return docname
	return search.get_link_title(doctype, docname)


@frappe.whitelist(methods=["POST"])
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None) -> Any:
	"""Move a message to another document; both that one and the one it comes from must be the user's to change."""
	message = frappe.get_doc("Communication", name)
	places = [
		(message.reference_doctype, message.reference_name),
		(reference_doctype, reference_name),
	]
	own = [(doctype, place) for doctype, place in places if place and is_own(doctype)]
	if own:
		message.check_permission("read")
	for doctype, place in own:
		require(doctype, "write", doc=place)
	return email.relink(name, reference_doctype, reference_name)


@frappe.whitelist()
def get_linked(doctype: str, docname: str) -> dict:
	"""Return what is linked with a document, of this app and of what hangs on its documents only what the user may read."""
	if is_own(doctype):
		require(doctype, "read", doc=docname)
	linked = linked_with.get(doctype, docname)
	for linked_doctype in TELLING & set(linked):
		found = _readable_among(linked_doctype, [row.name for row in linked[linked_doctype]])
		linked[linked_doctype] = [row for row in linked[linked_doctype] if row.name in found]
	return {linked_doctype: rows for linked_doctype, rows in linked.items() if rows}


@frappe.whitelist()
def get_submitted_linked_docs(doctype: str, name: str, **options: Any) -> dict:
	"""Return the submitted documents that would be cancelled with one, of this app only those that the user may read."""
	if is_own(doctype):
		require(doctype, "read", doc=name)
	answer = frappe.call(linked_with.get_submitted_linked_docs, doctype=doctype, name=name, **options)
	docs = [
		row
		for row in answer["docs"]
		if row["doctype"] not in RESTRICTED or _reads(row["doctype"], row["name"])
	]
	return {"docs": docs, "count": len(docs)}


@frappe.whitelist()
def search_everywhere(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list:
	"""Search the whole site; what is of this app or hangs on its documents is found by those who may read it."""
	rows = global_search.search(text, start, limit, doctype)
	return [row for row in rows if row.doctype not in TELLING or _reads(row.doctype, row.name)]


@frappe.whitelist()
def get_events(start: str, end: str, user: str | None = None, filters: Any = None) -> list:
	"""Return the events of a calendar; others' meetings on this app's documents to those who may read the meeting."""
	events = event.get_events(start, end, user=user, filters=filters)
	if not user or user == frappe.session.user:
		return events
	on_own = frappe.get_all(
		"Event Participants",
		{"parent": ("in", [row.name for row in events]), "reference_doctype": ("in", sorted(RESTRICTED))},
		pluck="parent",
	)
	hidden = {name for name in on_own if not _reads("Event", name)}
	return [row for row in events if row.name not in hidden]


@frappe.whitelist()
def get_count(doctype: str, filters: Any = None, debug: bool | str = False, cache: bool | str = False) -> int:
	"""Return how many documents there are, of this app and of what hangs on its documents those the user may read."""
	if not tells_of_deals(doctype):
		return client.get_count(doctype, filters, debug, cache)
	options = {"pluck": "name", "limit": 0, "parent_doctype": parent_of(doctype)}
	return len(frappe.get_list(doctype, filters=get_safe_filters(filters), **options))


@frappe.whitelist()
def get_data_for_custom_field(doctype: str, field: str, names: str | list | None = None) -> dict:
	"""Return a field of all or the named documents that the user may read, for a report's column.

	It is empty for a field whose level the user may not read, and for what is no field.
	"""
	if not may_read_field(doctype, field):
		return {}
	filters = {"name": ("in", frappe.parse_json(names))} if names else {}
	return dict(frappe.get_list(doctype, filters, ["name", field], limit=0, as_list=True))


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list:
	"""Return how many documents each value of a field has, in the list's sidebar."""
	if doctype in RESTRICTED and field == "assigned_to":
		filters = frappe.parse_json(current_filters)
		names = frappe.get_list(doctype, filters=filters, pluck="name", limit=0)
		if not names:
			return []
		current_filters = frappe.as_json([[doctype, "name", "in", names]])
	return listview.get_group_by_count(doctype, current_filters, field)


@frappe.whitelist()
def get_reviews(doctype: str, docname: str) -> list:
	"""Return what people gave points for on a document, of one of this app to who may read it."""
	if is_own(doctype):
		require(doctype, "read", doc=docname)
	return frappe.get_attr(f"{ENERGY_POINTS}.get_reviews")(doctype, docname)


@frappe.whitelist(methods=["POST"])
def add_assignment(args: str | dict | None = None) -> list:
	"""Assign a document, and return who is assigned; of one of this app only to those who may assign it.

	Whoever may not is refused by the task's hook, but told all the same where there is no new task to make.
	"""
	values = frappe._dict(frappe.parse_json(args) or frappe.form_dict)
	check_access(values.doctype, values.name)
	return assign_to.add(values)


@frappe.whitelist(methods=["POST"])
def remove_tag(tag: str, dt: str, dn: str) -> None:
	"""Take a tag from a document; from one of this app by those who may change it."""
	check_tagging(dt, dn)
	tags_of_framework.remove_tag(tag, dt, dn)


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str) -> list:
	"""Return the documents with a tag, of this app those that the user may read."""
	rows = tags_of_framework.get_tagged_docs(doctype, tag)
	if doctype not in TELLING:
		return rows
	found = _readable_among(doctype, [row[0] for row in rows])
	return [row for row in rows if row[0] in found]


def tells_of_deals(doctype: str | None) -> bool:
	"""Return whether documents of a DocType are this app's, or hang on those."""
	return is_own(doctype) or doctype in TELLING


def parent_of(doctype: str) -> str | None:
	"""Return a DocType whose documents have rows of this DocType, None if it is not one of rows."""
	return get_parent_dt(doctype) if frappe.is_table(doctype) else None


def _reads(doctype: str, name: str) -> bool:
	return bool(frappe.db.exists(doctype, name)) and bool(frappe.has_permission(doctype, "read", doc=name))


def _readable_among(doctype: str, names: list[str]) -> set[str]:
	if not names or not frappe.has_permission(doctype, "read"):
		return set()
	return set(frappe.get_list(doctype, {"name": ("in", names)}, pluck="name", limit=0))

"""Files, comments, e-mails and tasks of ERPNext's documents, tied to the deal and its quotes."""

from typing import Any

import frappe


def link_traces(source: tuple[str, str], target: tuple[str, str]) -> None:
	"""Show files, comments and e-mails of a document at another one, too; they stay where they are."""
	copy_files(source, target)
	copy_comments(source, target)
	link_emails(source, target)


def copy_files(source: tuple[str, str], target: tuple[str, str]) -> None:
	"""Attach the same files once more; what they hold is stored once."""
	for name in frappe.get_all(
		"File",
		{"attached_to_doctype": source[0], "attached_to_name": source[1]},
		pluck="name",
		order_by="creation asc",
	):
		store_copy(
			frappe.get_doc("File", name),
			attached_to_doctype=target[0],
			attached_to_name=target[1],
			attached_to_field=None,
		)


def copy_comments(source: tuple[str, str], target: tuple[str, str]) -> None:
	"""Copy what people have written, with author and time."""
	for name in frappe.get_all(
		"Comment",
		{"reference_doctype": source[0], "reference_name": source[1], "comment_type": "Comment"},
		pluck="name",
		order_by="creation asc",
	):
		store_copy(frappe.get_doc("Comment", name), reference_doctype=target[0], reference_name=target[1])


def store_copy(doc: Any, **values: Any) -> None:
	"""Store a copy with the same author and time, without the checks and messages of a new document."""
	copy = frappe.copy_doc(doc)
	copy.update({**values, "owner": doc.owner, "creation": doc.creation})
	copy.update({"modified": doc.modified, "modified_by": doc.modified_by})
	copy.set_new_name()
	copy.db_insert()


def link_emails(source: tuple[str, str], target: tuple[str, str]) -> None:
	"""Let e-mails and calls stand in the stream of the other document, too."""
	for name in frappe.get_all(
		"Communication", {"reference_doctype": source[0], "reference_name": source[1]}, pluck="name"
	):
		link = {"link_doctype": target[0], "link_name": target[1]}
		place = {"parent": name, "parenttype": "Communication", "parentfield": "timeline_links"}
		row = frappe.get_doc({"doctype": "Communication Link", **link, **place})
		row.idx = frappe.db.count("Communication Link", place) + 1
		row.db_insert()


def copy_notes(opportunity: Any, deal: str) -> None:
	"""Turn the notes of an Opportunity into comments."""
	for note in opportunity.get("notes") or ():
		comment = frappe.new_doc("Comment")
		comment.update(
			{
				"comment_type": "Comment",
				"reference_doctype": "Sales Opportunity",
				"reference_name": deal,
				"content": note.note,
				"comment_email": note.added_by,
				"owner": note.added_by or opportunity.owner,
				"creation": note.added_on or opportunity.creation,
			}
		)
		comment.update({"modified": comment.creation, "modified_by": comment.owner})
		comment.set_new_name()
		comment.db_insert()


def copy_tasks(source: tuple[str, str], deal: str) -> None:
	"""Give the people who have an open task of the document the same one on the deal."""
	fields = ["allocated_to", "description", "date", "priority", "assigned_by"]
	for task in frappe.get_all(
		"ToDo", {"reference_type": source[0], "reference_name": source[1], "status": "Open"}, fields
	):
		frappe.get_doc(
			{"doctype": "ToDo", **task, "reference_type": "Sales Opportunity", "reference_name": deal}
		).insert()

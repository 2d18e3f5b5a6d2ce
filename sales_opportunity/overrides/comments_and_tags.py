"""What the framework hangs on documents: comments, tasks, tags and the like; for files see `files/attachments.py`.

It lets everyone with a login hang them on any document, and lists some of them for all. On documents of this app
they are for those who may read the document, and to hang something on a master the user must be allowed to change it.
"""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.access.permissions import CARRIERS, RESTRICTED, escape, readable
from sales_opportunity.activities.linked_opportunities import is_free
from sales_opportunity.framework.compat import NO_OBJECTION
from sales_opportunity.framework.ownership import is_own

if TYPE_CHECKING:
	from frappe.model.document import Document

REFERENCES = {
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"Energy Point Log": ("reference_doctype", "reference_name"),
	"Tag Link": ("document_type", "document_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Version": ("ref_doctype", "docname"),
}
"""Where each of them names its document; a message names others in its links."""

WRITTEN_BY_PEOPLE = ("Comment", "Like")
"""Types of comments; the framework writes the others itself."""


FAVOURITES = frozenset({"Quote Template"})
"""Masters that people like without a right to change them, to find them sooner."""


def check_access(
	doctype: str, name: str, needs_write: bool = False, user: str | None = None, is_liked: bool = False
) -> None:
	"""Raise `frappe.PermissionError` unless the user may hang something on a document, if it is one of this app's."""
	if not is_own(doctype) or not frappe.db.exists(doctype, name):
		return
	is_for_readers = doctype in RESTRICTED or (is_liked and doctype in FAVOURITES)
	needed = "write" if needs_write or not is_for_readers else "read"
	if not frappe.has_permission(doctype, needed, doc=name, user=user):
		frappe.throw(
			_("You have no permission to add anything to {0} {1}, or to take it away.").format(
				_(doctype), frappe.bold(name)
			),
			frappe.PermissionError,
		)


def check_tagging(doctype: str, name: str) -> None:
	"""Raise `frappe.PermissionError` unless the user may change a document of this app: its tags are part of it."""
	check_access(doctype, name, needs_write=True)


def check_adding(doc: "Document", method: str | None = None) -> None:
	"""Hook of what is new: raise `frappe.PermissionError` if the user may not hang it on the document that it names."""
	if is_free():
		return  # Guests have no right to add anything; a customer's answer is added for them.
	if doc.doctype == "Comment" and doc.get("comment_type") not in WRITTEN_BY_PEOPLE:
		return
	is_liked = doc.doctype == "Comment" and doc.get("comment_type") == "Like"
	for doctype, name in _documents_of(doc):
		check_access(doctype, name, doc.doctype == "Tag Link", _reader(doc), is_liked)


def check_changing(doc: "Document", method: str | None = None) -> None:
	"""Hook of saved tasks: raise `frappe.PermissionError` for others' tasks on a document that the user may not read."""
	if doc.is_new():
		return
	before = frappe.db.get_value("ToDo", doc.name, ("owner", "allocated_to", "assigned_by"))
	if frappe.session.user not in (before or ()):
		check_adding(doc)
	elif doc.has_value_changed("reference_name"):
		check_adding(doc)


def has_permission(doc: "Document", ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Return False for what hangs on a document of this app that the user may not read, else what others say."""
	user = user or frappe.session.user
	if user in ("Administrator", doc.owner):
		return NO_OBJECTION
	may_read = all(
		frappe.db.exists(doctype, name) and frappe.has_permission(doctype, "read", doc=name, user=user)
		for doctype, name in _documents_of(doc)
		if doctype in RESTRICTED
	)
	return NO_OBJECTION if may_read else False


def communication_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on e-mails, calls and messages for what the user may read."""
	return _conditions("Communication", user)


def document_follow_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on who follows what for what the user may read."""
	return _conditions("Document Follow", user)


def energy_point_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on points for what the user may read."""
	return _conditions("Energy Point Log", user)


def tag_link_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on tags for what the user may read."""
	return _conditions("Tag Link", user)


def _documents_of(doc: "Document") -> list[tuple[str, str]]:
	doctype_field, name_field = REFERENCES[doc.doctype]
	documents = [(doc.get(doctype_field), doc.get(name_field))]
	documents += [(row.link_doctype, row.link_name) for row in doc.get("timeline_links") or ()]
	return [(doctype, name) for doctype, name in documents if doctype and name]


def _reader(doc: "Document") -> str:
	"""Return whose right counts: who follows a document is told of all its changes."""
	return doc.get("user") if doc.doctype == "Document Follow" else frappe.session.user


def _conditions(doctype: str, user: str | None) -> str:
	"""Return the condition that a row is on no document of this app, or on a readable one, or the user's own."""
	user = user or frappe.session.user
	queries = {name: readable(name, user) for name in CARRIERS} if user != "Administrator" else {}
	hidden = [
		_hangs_on_others(doctype, restricted, readable_names)
		for restricted, readable_names in queries.items()
		if readable_names
	]
	if not hidden:
		return ""
	return f"(`tab{doctype}`.`owner` = {escape(user)} or not ({' or '.join(hidden)}))"


def _hangs_on_others(doctype: str, restricted: str, readable_names: str) -> str:
	"""Return the condition that a row hangs on a document of the restricted DocType that is not a readable one."""
	table, escaped = f"`tab{doctype}`", escape(restricted)
	doctype_column, name_column = (f"coalesce({table}.`{field}`, '')" for field in REFERENCES[doctype])
	condition = f"({doctype_column} = {escaped} and {name_column} not in ({readable_names}))"
	if doctype != "Communication":
		return condition
	links = f"""
		select `tabCommunication Link`.`parent` from `tabCommunication Link`
		where `tabCommunication Link`.`link_doctype` = {escaped}
			and `tabCommunication Link`.`link_name` not in ({readable_names})
	"""
	return f"{condition} or {table}.`name` in ({links})"

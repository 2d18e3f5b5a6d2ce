"""What requests ask by and for: nobody finds out by questions what they may not read.

The framework looks at permission levels of the fields that it answers only: whoever filters by a field finds out its value in a
few questions. Of a linked document it answers fields to whoever may read any document of that DocType.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from pypika.terms import PseudoColumn

from sales_opportunity.access.concealed import DOCTYPES, LEVEL, hidden_fields
from sales_opportunity.access.permissions import RESTRICTED, readable, sees_all
from sales_opportunity.framework.compat import united
from sales_opportunity.overrides.asked import Asked, asked_of, folded, texts
from sales_opportunity.overrides.permission_checks import TELLING

STORED = {"report_name": ("Report", "ref_doctype"), "chart_name": ("Dashboard Chart", "document_type")}
"""Parameters that name what knows the DocType that is asked about."""


def refuse_hidden_fields() -> None:
	"""Hook of requests, once the user is known. Raises `frappe.PermissionError` if one asks by or for what the user may not read."""
	refuse_hidden(frappe.form_dict, frappe.request.path)


def refuse_hidden(values: dict, path: str = "") -> None:
	"""Raise `frappe.PermissionError` if the parameters of a request ask by or for what the user may not read.

	Most requests of a site end with the first look at them, or at whether a name in them is that of a field on the level.
	"""
	asked = asked_of(values)
	if is_confidential(asked.names) and not asked.names.isdisjoint(
		hidden_names(asked, question_text(values, path))
	):
		frappe.throw(_("You may not filter, sort or group by costs and margins."), frappe.PermissionError)
	if follows_unreadable(asked.links, values, path) or expands_unreadable(values, path):
		frappe.throw(
			_("You may not read all documents of which this asks for fields."), frappe.PermissionError
		)


def question_text(values: dict, path: str) -> str:
	"""Return all that a request says, among it the DocTypes that it is about."""
	return folded("\n".join([path, unquote(path), *texts(values), *stored_doctypes(values)]))


def stored_doctypes(values: dict) -> list[str]:
	"""Return the DocTypes that are asked about by the name of a report or chart."""
	names = {key: values[key] for key in STORED if isinstance(values.get(key), str)}
	return [str(frappe.db.get_value(STORED[key][0], name, STORED[key][1])) for key, name in names.items()]


def is_confidential(names: set[str]) -> bool:
	"""Return whether a field of any DocType that has one of these names is on the level of costs and margins."""
	if not names:
		return False
	field, custom = frappe.qb.DocType("DocField"), frappe.qb.DocType("Custom Field")
	setter = frappe.qb.DocType("Property Setter")
	queries = [
		frappe.qb.from_(table)
		.select(table.fieldname)
		.where((table.permlevel == LEVEL) & table.fieldname.isin(sorted(names)))
		for table in (field, custom)
	]
	is_set = (setter.property == "permlevel") & (setter.value == str(LEVEL))
	queries.append(
		frappe.qb.from_(setter)
		.select(setter.field_name)
		.where(is_set & setter.field_name.isin(sorted(names)))
	)
	return bool(frappe.qb.from_(united(*queries).as_("found")).select("*").limit(1).run())


def hidden_names(asked: Asked, about: str) -> set[str]:
	"""Return the names of fields that the user may not read: of the DocTypes that a request is about, and of linked documents.

	The framework finds a row's field by its name alone where the document is asked about.
	"""
	found: set[str] = set()
	for doctype in DOCTYPES:
		hidden = hidden_fields([doctype])
		names = {name.lower() for fieldnames in hidden.values() for name in fieldnames}
		is_meant = any(folded(each) in about for each in (doctype, *hidden))
		found |= names if is_meant else names & asked.linked
	return found


def follows_unreadable(links: set[str], values: dict, path: str) -> bool:
	"""Return whether fields are asked for by way of links with these names to documents of which the user may not read all."""
	return bool(links) and any(
		_has_unreadable(doctype, fieldname, target)
		for doctype, fieldname, target, _kind in _links(links, question_text(values, path))
		if target in RESTRICTED
	)


def expands_unreadable(values: dict, path: str) -> bool:
	"""Return whether linked documents are asked for as a whole, as newer releases answer them to everybody, and may be unreadable."""
	if not (values.get("expand") or values.get("expand_links")) or _reads_everything():
		return False
	names = None if values.get("expand_links") else {folded(text) for text in texts(values["expand"])}
	return any(
		doctype in TELLING if kind == "Dynamic Link" else target in (*RESTRICTED, *DOCTYPES)
		for doctype, _fieldname, target, kind in _links(names, question_text(values, path))
	)


def _reads_everything() -> bool:
	return sees_all(frappe.session.user) and not get_user_permissions() and not hidden_fields()


def _links(names: set[str] | None, about: str) -> Iterator[tuple[Any, ...]]:
	"""Yield DocType, name, target and type of the link fields with these names, or all, of the DocTypes that a request is about."""
	for table, doctype in (("DocField", "parent"), ("Custom Field", "dt")):
		field = frappe.qb.DocType(table)
		query = frappe.qb.from_(field).select(field[doctype], field.fieldname, field.options, field.fieldtype)
		query = query.where(field.fieldtype.isin(["Link", "Dynamic Link"]))
		for row in (query if names is None else query.where(field.fieldname.isin(sorted(names)))).run():
			if folded(row[0]) in about:
				yield row


def _has_unreadable(doctype: str, fieldname: str, target: str) -> bool:
	"""Return whether a document of the DocType that the user may read is linked with one that they may not."""
	meta, names = frappe.get_meta(doctype), readable(target)
	if not names or meta.issingle or meta.get("is_virtual"):
		return False
	table, documents = frappe.qb.DocType(doctype), "" if meta.istable else readable(doctype)
	found = frappe.qb.from_(table).select(table.name).where(table[fieldname] != "").limit(1)
	found = found.where(PseudoColumn(f"`tab{doctype}`.`{fieldname}` not in ({names})"))
	if documents:
		found = found.where(PseudoColumn(f"`tab{doctype}`.`name` in ({documents})"))
	# It runs without values, as lists do: with some, % in a name would be taken for a placeholder.
	return bool(frappe.db.sql(found.get_sql()))

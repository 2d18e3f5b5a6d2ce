"""Costs and margins stand on a permission level that few may read: for all others documents leave the server without them."""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.meta import Meta

LEVEL = 9
"""The permission level of costs and margins; an admin gives it to other roles by the Role Permission Manager."""


class ConcealingDocument(Document):
	"""A document that says nothing of costs and margins, its own or its rows', to who may not read their permission level.

	The framework leaves such fields out where a form is loaded, but not of what it answers when a document was saved.
	"""

	def as_dict(self, *args: Any, **kwargs: Any) -> Any:
		values = super().as_dict(*args, **kwargs)
		hidden = concealed(self)
		for fieldname in hidden[""]:
			values.pop(fieldname, None)
		for table, fieldnames in hidden.items():
			for row in values.get(table) or () if table else ():
				for fieldname in fieldnames:
					row.pop(fieldname, None)
		return values


def concealed(doc: Document) -> dict[str, list[str]]:
	"""Return by table, "" for the document itself, the fields that the user may not read."""
	if frappe.session.user == "Administrator" or LEVEL in doc.get_permlevel_access("read"):
		return {"": []}
	tables = {
		"": doc.meta,
		**{field.fieldname: frappe.get_meta(field.options) for field in doc.meta.get_table_fields()},
	}
	return {table: confidential(meta) for table, meta in tables.items()}


def confidential(meta: Meta) -> list[str]:
	"""Return the fields of a DocType that are on the level of costs and margins."""
	return [field.fieldname for field in meta.fields if field.permlevel == LEVEL]

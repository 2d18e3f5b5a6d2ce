"""Texts that were stored before all were checked and that cannot change any more, as those of issued quotes."""

from typing import TYPE_CHECKING

from sales_opportunity.texts.cleaning import PLAIN, text_fields
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from frappe.model.document import Document


def disarm_row(doc: "Document") -> None:
	"""Take from the plain texts of a new document, or a new row, what a browser would run in those it was copied from.

	A person who wins an opportunity or revises a quote has not written them and need not correct them.
	"""
	for row in (doc, *doc.get_all_children()):
		for field in text_fields(row.meta):
			value = row.get(field.fieldname)
			if field.fieldtype in PLAIN and isinstance(value, str):
				row.set(field.fieldname, disarmed(value))

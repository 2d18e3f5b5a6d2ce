"""What people type into this app's documents: rich text is cleaned, plain text is kept as it was typed.

The framework cleans neither what is sent together with the submit nor what looks like JSON, and it stores plain text
as half HTML. So the fields of this app are left out of that (`ignore_xss_filter`), and all goes through here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import cstr, escape_html

from sales_opportunity.framework.ownership import is_own
from sales_opportunity.texts.plain_text import is_live
from sales_opportunity.texts.rich_text import clean, clean_template

if TYPE_CHECKING:
	from frappe.model.document import Document
	from frappe.model.meta import Meta

RICH = ("Text Editor", "HTML Editor")
PLAIN = ("Data", "Small Text", "Text", "Long Text", "Read Only", "Autocomplete", "Phone")
TEMPLATES = {("Quote Text", "content"), ("Quote Template", "introduction"), ("Quote Template", "closing")}
"""Rich texts with placeholders."""


class LiveTextError(frappe.ValidationError):
	"""A plain text holds HTML that a browser would run."""


def clean_document(doc: "Document", method: str | None = None) -> None:
	"""Hook of documents that are saved, issued or changed afterwards: clean all their texts and those of their rows.

	Raises `LiveTextError` for plain text that a browser would run. What cannot change any more is left as it is.
	"""
	if not is_own(doc.doctype):
		return
	is_fixed = method == "before_update_after_submit"
	for row in (doc, *doc.get_all_children()):
		for field in text_fields(row.meta):
			value = row.get(field.fieldname)
			if not isinstance(value, str) or (is_fixed and not field.allow_on_submit):
				continue
			if field.fieldtype in RICH:
				row.set(field.fieldname, cleaner_of_field(row.doctype, field.fieldname)(value))
			else:
				validate_plain(value, field.label, row.get("idx") if row is not doc else None, row.doctype)


def validate_new_name(doc: "Document", method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Hook of documents that are renamed. Raises `LiveTextError`."""
	if is_own(doc.doctype):
		validate_plain(new, "Name")


def validate_plain(value: str, label: str, row: int | None = None, context: str | None = None) -> None:
	"""Raise `LiveTextError` for plain text that a browser would run if a view took it for HTML.

	`label` is in English, `context` that of its translation.
	"""
	if not is_live(value):
		return
	text = _(
		"{0} holds code that a browser would run: {1}. Write it without HTML; single words in angle brackets may stay."
	).format(frappe.bold(escape_html(_(label, context=context))), escape_html(cstr(value)[:100]))
	frappe.throw(_("Row #{0}: {1}").format(row, text) if row else text, LiveTextError)


def cleaner_of_field(doctype: str, fieldname: str) -> Callable[[str | None], str | None]:
	"""Return what cleans a rich text."""
	return clean_template if (doctype, fieldname) in TEMPLATES else clean


def text_fields(meta: "Meta") -> list:
	"""Return the fields of a DocType that hold text, those that an admin has added among them."""
	return [field for field in meta.fields if field.fieldtype in (*RICH, *PLAIN)]


def clean_for_view(doc: "Document", method: str | None = None, *print_settings: Any) -> None:
	"""Hook of documents that are opened or printed: show clean what was stored before all was cleaned. Stores nothing."""
	if not is_own(doc.doctype):
		return
	for row in (doc, *doc.get_all_children()):
		for field in text_fields(row.meta):
			value = row.get(field.fieldname)
			if field.fieldtype in RICH and isinstance(value, str):
				row.set(field.fieldname, cleaner_of_field(row.doctype, field.fieldname)(value))

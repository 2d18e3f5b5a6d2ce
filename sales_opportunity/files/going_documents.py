"""Documents that go with quotes, on the masters that have them: private files of the site, attached to the master."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document

from sales_opportunity.files.kept_files import PREFIX

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_document.sales_document import SalesDocument


class DocumentFileError(frappe.ValidationError):
	pass


def validate_documents(master: Document, rows: "Sequence[SalesDocument]") -> None:
	"""Give rows without a title that of their file. Raise `DocumentFileError` for files that may not be chosen."""
	former = {row.name: row.file for row in rows_before(master, rows)}
	for row in rows:
		if row.file != former.get(row.name):
			validate_file(row)
		row.title = (row.title or "").strip() or os.path.splitext(name_at_address(row.file))[0]


def rows_before(master: Document, rows: "Sequence[SalesDocument]") -> "Sequence[SalesDocument]":
	"""Return the rows of the same table as they are stored."""
	before = master.get_doc_before_save()
	return before.get(rows[0].parentfield) if before and rows else []


def validate_file(row: "SalesDocument") -> None:
	"""Raise `DocumentFileError` unless a row names a private file of the site that the user may read."""
	if not (row.file or "").startswith(PREFIX):
		frappe.throw(
			_(
				"Row #{0}: {1} is no private file of this site. Attach the file itself, as a private one."
			).format(row.idx, frappe.bold(row.file)),
			DocumentFileError,
		)
	files = frappe.get_all("File", {"file_url": row.file}, pluck="name")
	if not any(frappe.has_permission("File", "read", doc=file) for file in files):
		frappe.throw(
			_("Row #{0}: There is no file {1} that you may read. Attach it anew.").format(
				row.idx, frappe.bold(row.file)
			),
			DocumentFileError,
		)


def attach_documents(master: Document, rows: "Sequence[SalesDocument]") -> None:
	"""Attach the files to the master, if they are not yet: who may read it may read them.

	The framework does so for fields of the document, but not for those of its rows.
	"""
	for row in rows:
		if not attached_file(master.doctype, str(master.name), row.file):
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": name_at_address(row.file),
					"file_url": row.file,
					"is_private": 1,
					"attached_to_doctype": master.doctype,
					"attached_to_name": master.name,
				}
			).insert()


def attached_file(doctype: str, name: str, address: str) -> str | None:
	"""Return the File with this address that is attached to a document, None if there is none."""
	filters = {"file_url": address, "attached_to_doctype": doctype, "attached_to_name": name}
	return frappe.db.get_value("File", filters)


def name_at_address(address: str) -> str:
	"""Return what the file at an address is called."""
	return frappe.db.get_value("File", {"file_url": address}, "file_name") or os.path.basename(address)

"""What goes with a quote: data sheets of its items and documents of its class, kept once it is issued."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _

from sales_opportunity.features import DATA_SHEETS, DOCUMENTS_LIMIT, is_used
from sales_opportunity.files.going_documents import DocumentFileError, attached_file
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.adapters import get_item, going_documents, registered_types
from sales_opportunity.sales_opportunity.doctype.quote.document_rules import (
	MEGABYTE,
	GoingDocument,
	documents_in_language,
	file_name_of_title,
	is_too_much,
)
from sales_opportunity.sales_opportunity.doctype.quote_document.kept_rows import kept_content, kept_row
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.texts.formatting import format_size

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_document.quote_document import QuoteDocument
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem


class TooManyDocumentsError(frappe.ValidationError):
	pass


def onload(doc: "Quote", method: str | None = None) -> None:
	"""Hook of the quote's form: say what goes with it."""
	doc.set_onload("documents", listed_documents(doc, is_strict=False))


def listed_documents(quote: "Quote", is_strict: bool = True) -> list[dict]:
	"""Return what goes with a quote, or would if it were issued now: `title`, `source`, `bytes`, `size` and `address`.

	Raises `DocumentFileError` for a file that is missing, or leaves it out if it need not be strict.
	"""
	if quote.issued_on:
		found = [(row.title, row.source, row.file_size, download_address(row)) for row in quote.documents]
	else:
		found = [
			(document.title, document.address, os.path.getsize(path), document.address)
			for document in current_documents(quote)
			if (path := path_of_document(document)) or (is_strict and refuse_missing(document))
		]
	return [
		{
			"title": title,
			"source": source,
			"bytes": size,
			"size": format_size(size, frappe.local.lang),
			"address": address,
		}
		for title, source, size, address in found
	]


def current_documents(quote: "Quote") -> list[GoingDocument]:
	"""Return what items and class have now for this quote."""
	return documents_in_language(_documents(quote), quote.language) if is_used(DATA_SHEETS) else []


def _documents(quote: "Quote") -> Iterator[GoingDocument]:
	for holder in offered_items(quote):
		item = get_item(*holder, quote.language)
		for each in item.documents:
			yield GoingDocument(each.title, each.address, each.language, holder, item.title)
	if quote.class_id:
		class_doc = frappe.get_cached_doc("Class ID", quote.class_id)
		for each in going_documents(class_doc.documents):
			holder = ("Class ID", class_doc.name)
			yield GoingDocument(each.title, each.address, each.language, holder, class_doc.title)


def offered_items(quote: "Quote") -> list[tuple[str, str]]:
	"""Return type and name of each item on a quote, optional ones too, in the order of the lines.

	Without those of an app that is not there any more.
	"""
	known = registered_types()["item"]
	rows = (row for row in quote.items if row.item and row.row_type in NUMBERED and row.item_type in known)
	return list(dict.fromkeys(map(item_of_row, rows)))


def item_of_row(row: "QuoteItem") -> tuple[str, str]:
	"""Return DocType and name of a row's item, empty without one."""
	return row.item_type or "", row.item or ""


def path_of_document(document: GoingDocument) -> str | None:
	"""Return where the file of a document lies, None if it is not there or not attached to its master any more."""
	file = attached_file(*document.holder, document.address)
	path = frappe.get_doc("File", file).get_full_path() if file else ""
	return path if os.path.isfile(path) else None


def refuse_missing(document: GoingDocument) -> NoReturn:
	"""Raise `DocumentFileError` for a document whose file is not on the site."""
	frappe.throw(
		_(
			"The document {0} of {1} is missing on this site. Attach it there anew, or remove it from the documents."
		).format(frappe.bold(document.title), frappe.bold(document.holder_title)),
		DocumentFileError,
	)


def freeze_documents(quote: "Quote") -> None:
	"""Keep what goes with a quote that is issued. Raises `DocumentFileError` for missing files, and as `kept_row`."""
	quote.set("documents", [])
	for document in current_documents(quote):
		path = path_of_document(document) or refuse_missing(document)
		name = file_name_of_title(document.title, os.path.splitext(path)[1])
		quote.append("documents", kept_row(document.title, document.address, name, Path(path).read_bytes()))


def download_address(row: "QuoteDocument") -> str:
	"""Return where the desk opens a document that was kept."""
	return f"/api/method/{__name__}.download?quote={row.parent}&document={row.name}"


@whitelist()
def download(quote: str, document: str) -> None:
	"""Answer with a document that went with the quote.

	Raises `frappe.PermissionError` without read permission on the quote, `frappe.DoesNotExistError` for one that did not.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	name, content = kept_document(doc, document)
	frappe.response.update({"type": "download", "filename": name, "filecontent": content})


def kept_document(quote: "Quote", name: str) -> tuple[str, bytes]:
	"""Return the file name and the bytes of a document that went with the quote. Raises `frappe.DoesNotExistError`."""
	row = next((row for row in quote.documents if row.name == name), None)
	content = kept_content(row) if row else None
	if not row or content is None:
		frappe.throw(_("This document is not there any more."), frappe.DoesNotExistError)
	return frappe.db.get_value("File", row.kept_file, "file_name"), content


def files_for_email(quote: "Quote", left_out: list[str]) -> list[str]:
	"""Return the Files that an issued quote is sent with, without those whose `source` is left out."""
	return [row.kept_file for row in quote.documents if row.source not in left_out and row.kept_file]


def validate_size(quote: "Quote", left_out: list[str]) -> None:
	"""Raise `TooManyDocumentsError` if what goes with the quote, and is not left out, is more than an e-mail may carry."""
	sizes = [each["bytes"] for each in listed_documents(quote) if each["source"] not in left_out]
	if is_too_much(sizes, limit()):
		frappe.throw(
			_(
				"The documents have {0}, an e-mail takes at most {1}. Leave some out: on the page of the quote, the customer finds all of them."
			).format(
				frappe.bold(format_size(sum(sizes), frappe.local.lang)),
				frappe.bold(format_size(limit() * MEGABYTE, frappe.local.lang)),
			),
			TooManyDocumentsError,
		)


def limit() -> int:
	"""Return how many megabytes of documents go with one e-mail."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	return settings.documents_limit or DOCUMENTS_LIMIT

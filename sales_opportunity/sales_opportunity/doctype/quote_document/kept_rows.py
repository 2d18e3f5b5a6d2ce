"""What an issued quote keeps of what goes with it: a row for each document, and for each picture of an item."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import frappe

from sales_opportunity.files.kept_files import checksum_of, keep_document

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_document.quote_document import QuoteDocument

KEPT_TABLES = ("documents", "pictures")
"""Tables of a quote that are filled when it is issued."""

KEPT_FIELDS = ("title", "source", "file_size", "kept_file", "sha256")


def kept_row(title: str, source: str, file_name: str, content: bytes) -> dict:
	"""Keep a file that goes with a quote, and return the row that says so. Raises as `keep_document`."""
	sha256 = hashlib.sha256(content).hexdigest()
	kept_file = keep_document(file_name, content, sha256)
	return dict(zip(KEPT_FIELDS, (title, source, len(content), kept_file, sha256), strict=True))


def kept_content(row: "QuoteDocument") -> bytes | None:
	"""Return a file that was kept when its quote was issued, None if it is not what it was."""
	if not frappe.db.exists("File", row.kept_file):
		return None
	path = frappe.get_doc("File", row.kept_file).get_full_path()
	return Path(path).read_bytes() if checksum_of(path) == row.sha256 else None


def carry_kept(quote: "Quote", revision: "Quote") -> None:
	"""Let a revision have the very documents and pictures that went with the quote, whatever the masters have now."""
	for table in KEPT_TABLES:
		for row in quote.get(table):
			revision.append(table, {field: row.get(field) for field in KEPT_FIELDS})

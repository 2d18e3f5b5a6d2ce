"""The paper of an issued quote: rendered once, kept as it went out, and its checksum."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.files.kept_files import (
	FrozenPaperError,
	keep_file,
	raising_disk_full,
)
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def attach_pdf(quote: "Quote") -> None:
	"""Render the paper once, keep it as a private file and remember its checksum. Raises `DiskFullError`.

	The paper that was looked over before issuing is taken if it says what is stored.
	"""
	file_name = f"{quote.name}.pdf"
	with raising_disk_full(file_name):
		stored = frappe.get_doc("Quote", quote.name)
		stored.is_chosen = quote.is_chosen
		content = issued_pages(stored).pdf()
	# What a customer has chosen is issued by a guest, whose right is the link's token, which was checked.
	file = keep_file(quote.name, file_name, content, ignore_permissions=quote.is_chosen)
	quote.db_set({"pdf_file": file.name, "pdf_sha256": hashlib.sha256(content).hexdigest()})


@whitelist()
def verify_pdf(quote: str) -> dict:
	"""Return whether the frozen paper is still what was issued: `is_intact`, and both checksums (SHA-256).

	`found` is None if the file is missing. Raises `frappe.PermissionError` without read permission, and
	`FrozenPaperError` if the quote was never issued.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	if not doc.pdf_file:
		frappe.throw(_("The quote was not issued yet: it has no frozen PDF."), FrozenPaperError)
	found = checksum(doc)
	return {"is_intact": found == doc.pdf_sha256, "expected": doc.pdf_sha256, "found": found}


def is_intact(quote: "Quote") -> bool:
	"""Return whether the file of an issued quote's paper is byte for byte what was issued."""
	return bool(quote.pdf_file) and checksum(quote) == quote.pdf_sha256


def checksum(quote: "Quote") -> str | None:
	"""Return the SHA-256 of the frozen paper as it lies there now, None if it is missing."""
	try:
		return hashlib.sha256(frozen_pdf(quote)).hexdigest()
	except (OSError, frappe.DoesNotExistError):
		return None


def validate_deletable(quote: "Quote") -> None:
	"""Raise `FrozenPaperError` if the quote was ever issued: what went out is kept, also if it is cancelled."""
	if quote.issued_on or quote.pdf_file:
		frappe.throw(
			_("Quote {0} was issued. It is kept with its PDF and cannot be deleted.").format(
				frappe.bold(quote.name)
			),
			FrozenPaperError,
		)


def frozen_pdf(quote: "Quote") -> bytes:
	"""Return the file that was attached when the quote was issued."""
	return Path(frappe.get_doc("File", quote.pdf_file).get_full_path()).read_bytes()

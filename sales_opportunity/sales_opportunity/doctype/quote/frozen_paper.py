"""The paper of an issued quote: rendered once, kept as it went out, and its checksum."""

import hashlib

import frappe
from frappe import _

from sales_opportunity.printing import frozen_pdf, render_pdf

FIXED_FIELDS = (
	"file_name",
	"file_url",
	"is_private",
	"content_hash",
	"attached_to_doctype",
	"attached_to_name",
)


class FrozenPaperError(frappe.ValidationError):
	pass


def attach_pdf(quote):
	"""Render the paper once, keep it as a private file and remember its checksum."""
	content = render_pdf("Quote", quote.name)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{quote.name}.pdf",
			"attached_to_doctype": "Quote",
			"attached_to_name": quote.name,
			"is_private": 1,
			"content": content,
		}
	).insert()
	quote.db_set({"pdf_file": file.name, "pdf_sha256": hashlib.sha256(content).hexdigest()})


@frappe.whitelist()
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


def is_intact(quote) -> bool:
	"""Return whether the file of an issued quote's paper is byte for byte what was issued."""
	return checksum(quote) == quote.pdf_sha256


def checksum(quote) -> str | None:
	"""Return the SHA-256 of the frozen paper as it lies there now, None if it is missing."""
	try:
		return hashlib.sha256(frozen_pdf(quote)).hexdigest()
	except (OSError, frappe.DoesNotExistError):
		return None


def validate_deletable(quote):
	"""Raise `FrozenPaperError` if the quote was ever issued: what went out is kept, also if it is cancelled."""
	if quote.issued_on or quote.pdf_file:
		frappe.throw(
			_("Quote {0} was issued. It is kept with its PDF and cannot be deleted.").format(
				frappe.bold(quote.name)
			),
			FrozenPaperError,
		)


def refuse_change(file, method: str | None = None):
	"""Keep everything of the file of a frozen paper or a signature as it is (File, before_validate). Raises `FrozenPaperError`."""
	if file.is_new():
		return
	before = frappe.db.get_value("File", file.name, FIXED_FIELDS, as_dict=True)
	changed = [field for field in FIXED_FIELDS if (file.get(field) or None) != (before[field] or None)]
	if changed:
		refuse_if_kept(frappe.get_all("File", {"file_url": before.file_url}, pluck="name"))


def refuse_deletion(file, method: str | None = None):
	"""Keep the file of a frozen paper or a signature (File, on_trash). Raises `FrozenPaperError`."""
	refuse_if_kept([file.name])


def delete_content(file, only_thumbnail: bool = False):
	"""Delete the content of a file from the disk, unless it is a frozen paper or a signature.

	The framework does that before any app hears of the deletion, and a rolled back transaction does not bring
	the content back; hence this hook. Whatever other apps have hooked in for their storage goes on to do its work.
	"""
	refuse_deletion(file)
	own = f"{__name__}.{delete_content.__name__}"
	others = [path for path in frappe.get_hooks("delete_file_data_content") if path != own]
	if others:
		frappe.get_attr(others[0])(file, only_thumbnail=only_thumbnail)
	else:
		file.delete_file_from_filesystem(only_thumbnail=only_thumbnail)


def refuse_if_kept(files: list[str]):
	"""Raise `FrozenPaperError` if one of the files is the paper of an issued quote, or the signature under one."""
	quote = files and frappe.db.get_value("Quote", {"pdf_file": ("in", files)})
	if quote:
		refuse(
			_("This file is the PDF with which quote {0} was issued. It can be neither changed nor deleted."),
			quote,
		)
	quote = files and frappe.db.get_value("Quote Answer", {"signature_file": ("in", files)}, "quote")
	if quote:
		refuse(
			_(
				"This file is the signature with which quote {0} was accepted. It can be neither changed nor deleted."
			),
			quote,
		)


def refuse(text: str, quote: str):
	frappe.throw(text.format(frappe.bold(quote)), FrozenPaperError)

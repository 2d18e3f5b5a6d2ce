"""Files that stay as they are: frozen papers and signatures. No other file record ends in their bytes.

The framework lets several file records share one file on the disk, and each of them change, move or remove it. So
what counts here is the file on the disk that a record's addresses stand for, and not the record.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.file_manager import save_file_on_filesystem

from sales_opportunity.files.file_addresses import names_on_disk, safe_name

if TYPE_CHECKING:
	from frappe.core.doctype.file.file import File

FIXED_FIELDS = (
	"file_name",
	"file_url",
	"is_private",
	"content_hash",
	"attached_to_doctype",
	"attached_to_name",
)
PREFIX = "/private/files/"

_written: ContextVar["File | None"] = ContextVar("the File that `keep_file` is about to write", default=None)


class FrozenPaperError(frappe.ValidationError):
	pass


class DiskFullError(frappe.ValidationError):
	pass


def keep_file(quote: str, file_name: str, content: bytes, **options: Any) -> "File":
	"""Write a file of the quote's, and return its File, which is called `file_name`.

	On the disk it has a name that nobody can guess, and it shares its bytes with no other file. `options` are
	those of inserting a document. Raises `DiskFullError` if it cannot be written; nothing is left on the disk then.
	"""
	name = secrets.token_hex(16) + os.path.splitext(file_name)[1]
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"folder": frappe.db.get_value("File", {"is_attachments_folder": 1}),
			"is_private": 1,
			"content": content,
		}
	)
	with disk_full_is_told(file_name), writing(file):
		try:
			file.insert(**options)
			if name not in file.file_url:
				file.save_file(content, ignore_existing_file_check=True)
		except OSError:
			Path(path_of(name)).unlink(missing_ok=True)
			raise
	file.db_set(
		{
			"file_name": file_name,
			"file_url": file.file_url,
			"attached_to_doctype": "Quote",
			"attached_to_name": quote,
		}
	)
	file.create_attachment_record()
	return file


@contextmanager
def writing(file: "File") -> Iterator[None]:
	"""Let the framework write a kept file for the first time: what it calls on the way leaves this one alone."""
	token = _written.set(file)
	try:
		yield
	finally:
		_written.reset(token)


@contextmanager
def disk_full_is_told(file_name: str) -> Iterator[None]:
	"""Raise `DiskFullError`, which says what that means, if the system cannot write a file on the way to this one."""
	try:
		yield
	except OSError as error:
		frappe.throw(
			_(
				"The file {0} could not be stored ({1}). Nothing was saved. Ask the administrator of this site whether its disk is full."
			).format(frappe.bold(file_name), os.strerror(error.errno) if error.errno else error),
			DiskFullError,
		)


def refuse_change(file: "File", method: str | None = None) -> None:
	"""Hook of saved Files: a kept file, whichever record stands for it, is neither changed, moved nor published.

	Raises `FrozenPaperError`, or `frappe.PermissionError` for a record that is to stand for the file of a quote which
	the user may not read.
	"""
	if file is _written.get():
		return
	before = frappe.db.get_value(
		"File", file.name, (*FIXED_FIELDS, "thumbnail_url"), as_dict=True
	) or frappe._dict(thumbnail_url=None)
	changed = {field for field in before if (file.get(field) or None) != (before[field] or None)}
	if "thumbnail_url" in changed:
		refuse_if_any(kept_files_at(file.thumbnail_url))
	if changed.intersection(FIXED_FIELDS):
		refuse_if_any(kept_files_among([file.name]))
	refuse_by_address(file, before, changed)
	refuse_by_content(file, before, changed)


def refuse_by_address(file: "File", before: frappe._dict, changed: set[str]) -> None:
	at_address = kept_files_at(address(file))
	if "is_private" in changed:
		refuse_if_any(at_address or kept_files_at(address(before)))
	if not at_address:
		return
	if not cint(file.is_private):
		refuse_if_any(at_address)
	if file.is_new() or address(file) != address(before):
		require_read_of_quotes(at_address)
	if file.file_name in names_on_disk(file.file_url):
		file.file_name = frappe.db.get_value("File", next(iter(at_address)), "file_name")


def refuse_by_content(file: "File", before: frappe._dict, changed: set[str]) -> None:
	"""Refuse what would move a kept file, too: the framework moves all records that have the same checksum."""
	if not changed & {"is_private", "content_hash"} and not (file.is_new() and file.is_remote_file):
		return
	same = file.content_hash and frappe.get_all("File", {"content_hash": file.content_hash}, pluck="name")
	refuse_if_any(kept_files_among(same or []))


def refuse_deletion(file: "File", method: str | None = None) -> None:
	"""Keep the file of a frozen paper or a signature (File, on_trash). Raises `FrozenPaperError`."""
	refuse_if_any(kept_files_among([file.name]))


def refuse_renaming(
	file: "File", method: str | None = None, old: str = "", new: str = "", merge: bool = False
) -> None:
	"""Hook of renamed and merged Files: the framework leads all links to the new name before it deletes the old one."""
	refuse_if_any(kept_files_among([old, new]))


def delete_content(file: "File", only_thumbnail: bool = False) -> None:
	"""Delete the content of a file from the disk, but never that of a kept one, whichever address leads to it.

	The framework does that before any app hears of the deletion, and a rolled back transaction does not bring
	the content back; hence this hook. Whatever other apps have hooked in for their storage goes on to do its work.
	"""
	refuse_deletion(file)
	if kept_files_at(file.thumbnail_url):
		file.thumbnail_url = None
	only_thumbnail = only_thumbnail or bool(kept_files_at(file.file_url))
	other = other_hook("delete_file_data_content", delete_content)
	if other:
		other(file, only_thumbnail=only_thumbnail)
	else:
		file.delete_file_from_filesystem(only_thumbnail=only_thumbnail)


def write_content(
	file: "File", content: bytes | str | None = None, content_type: str | None = None, is_private: int = 0
) -> Any:
	"""Write the content of a File to the disk, but never over a kept file, nor a copy of one that the user may not read.

	The framework calls this hook with a File, and an older function of its own with name and content. Whatever other
	apps have hooked in for their storage goes on to do its work.
	"""
	other = other_hook("write_file", write_content)
	if isinstance(file, str):
		if cint(is_private):
			refuse_if_any(kept_files_at(PREFIX + file))
		return (other or save_file_on_filesystem)(
			file, content, content_type=content_type, is_private=is_private
		)
	if file is not _written.get():
		refuse_if_any(kept_files_among([file.name]))
		require_read_of_quotes(kept_files_at(address(file)))
		if cint(file.is_private):
			refuse_if_any(
				kept_files_at(PREFIX + file.file_name) | kept_files_at(PREFIX + safe_name(file.file_name))
			)
	return other(file) if other else file.save_file_on_filesystem()


def other_hook(hook: str, own: Callable) -> Callable | None:
	"""Return what another app has hooked in for the same, None if there is nothing."""
	own_path = f"{own.__module__}.{own.__name__}"
	others = [path for path in frappe.get_hooks(hook) if path != own_path]
	return frappe.get_attr(others[0]) if others else None


def address(file: "File") -> str | None:
	"""Return what a record says of where its content is: without an address, the name of the file is one."""
	return file.get("file_url") or file.get("file_name")


def kept_files_at(address: str | None) -> dict[str, str]:
	"""Return the kept files that an address stands for, as names of the File and of its quote."""
	names = {other for name in names_on_disk(address) for other in same_on_disk(name)}
	filters = {"file_url": ("in", [PREFIX + name for name in names])}
	files = frappe.get_all("File", filters, ["name", "file_url"]) if names else []
	# Databases compare names without regard to case, disks with it.
	return kept_files_among([file.name for file in files if file.file_url.removeprefix(PREFIX) in names])


def same_on_disk(name: str) -> set[str]:
	"""Return all names of a private file: its own, where it points to, and what else leads to the same bytes."""
	path = path_of(name)
	try:
		status = os.stat(path)
		target = os.path.basename(os.path.realpath(path))
	except (OSError, ValueError):
		return {name}
	if status.st_nlink == 1:
		return {name, target}
	others = {entry.name for entry in os.scandir(os.path.dirname(path)) if entry.inode() == status.st_ino}
	return {name, target, *others}


def path_of(name: str) -> str:
	return frappe.get_site_path("private", "files", name)


def kept_files_among(files: list[str]) -> dict[str, str]:
	"""Return those of the Files that are the paper of an issued quote or the signature under one, with the quote."""
	files = list(filter(None, files))
	if not files:
		return {}
	papers = frappe.get_all("Quote", {"pdf_file": ("in", files)}, ["pdf_file", "name"], as_list=True)
	signatures = frappe.get_all(
		"Quote Answer", {"signature_file": ("in", files)}, ["signature_file", "quote"], as_list=True
	)
	return {**dict(papers), **dict(signatures)}


def may_read(files: dict[str, str], user: str | None = None) -> bool:
	"""Return whether the user may read the quotes of all these kept files."""
	return all(frappe.has_permission("Quote", "read", doc=quote, user=user) for quote in files.values())


def require_read_of_quotes(files: dict[str, str]) -> None:
	"""Raise `frappe.PermissionError` unless the user may read the quotes of all these kept files."""
	if not may_read(files):
		frappe.throw(_("This file belongs to a quote that you may not read."), frappe.PermissionError)


def refuse_if_any(files: dict[str, str]) -> None:
	"""Raise `FrozenPaperError` if there is a file among these kept files."""
	for file, quote in files.items():
		text = (
			_("This file is the PDF with which quote {0} was issued. It can be neither changed nor deleted.")
			if frappe.db.exists("Quote", {"pdf_file": file})
			else _(
				"This file is the signature with which quote {0} was accepted. It can be neither changed nor deleted."
			)
		)
		frappe.throw(text.format(frappe.bold(quote)), FrozenPaperError)

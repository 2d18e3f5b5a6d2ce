"""Files that stay as they are: frozen papers, what went with them, and signatures. No other file record ends in their bytes.

The framework lets several file records share one file on the disk, and each of them change, move or remove it. So
what counts here is the file on the disk that a record's addresses stand for, and not the record.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.query_builder.functions import Min
from frappe.utils import cint
from frappe.utils.file_manager import save_file_on_filesystem
from pypika.terms import PseudoColumn

from sales_opportunity.access.permissions import quote_document_conditions
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
	file = _written_file(file_name, content, **options)
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


def keep_document(file_name: str, content: bytes, sha256: str) -> str:
	"""Keep a document that goes with a quote, and return the name of its File; quotes share those that are the same.

	It is attached to no document: who may read one of these quotes may read it. Raises as `keep_file`.
	"""
	known = frappe.get_all("Quote Document", {"sha256": sha256}, pluck="kept_file", distinct=True)
	for file in frappe.get_all("File", {"name": ("in", known), "file_name": file_name}, ["name", "file_url"]):
		if checksum_of(path_of(file.file_url.removeprefix(PREFIX))) == sha256:
			return file.name
	file = _written_file(file_name, content)
	# Without a checksum the framework does not take it for a copy of what people upload.
	file.db_set({"file_name": file_name, "file_url": file.file_url, "content_hash": None})
	return str(file.name)


def checksum_of(path: str) -> str | None:
	"""Return the SHA-256 of a file on the disk, None if it is missing."""
	try:
		return hashlib.sha256(Path(path).read_bytes()).hexdigest()
	except OSError:
		return None


def _written_file(file_name: str, content: bytes, **options: Any) -> "File":
	"""Write a file under a name that nobody can guess, byte for byte: the framework would take data out of pictures."""
	ending = re.search(r"\.\w{1,8}$", file_name)
	name = secrets.token_hex(16) + (ending[0] if ending else "")
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"folder": frappe.db.get_value("File", {"is_attachments_folder": 1}),
			"is_private": 1,
			"content": content,
		}
	)
	with raising_disk_full(file_name), writing(file):
		try:
			file.insert(**options)
			if name not in file.file_url:
				file.save_file(content, ignore_existing_file_check=True)
			if checksum_of(path_of(name)) not in (None, hashlib.sha256(content).hexdigest()):
				Path(path_of(name)).write_bytes(content)
		except OSError:
			Path(path_of(name)).unlink(missing_ok=True)
			raise
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
def raising_disk_full(file_name: str) -> Iterator[None]:
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
	"""Refuse what would change or publish a kept file under the addresses of this record. Raises as `refuse_change`."""
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
		fields = ("file_name", "content_hash")
		file.update(frappe.db.get_value("File", next(iter(at_address)), fields, as_dict=True))


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
		kept = kept_files_at(address(file))
		require_read_of_quotes(kept)
		if kept and file.file_url:
			return share_content(file)
		if cint(file.is_private):
			refuse_if_any(
				kept_files_at(PREFIX + file.file_name) | kept_files_at(PREFIX + safe_name(file.file_name))
			)
	return other(file) if other else file.save_file_on_filesystem()


def share_content(file: "File") -> dict[str, str]:
	"""Let a record that stands for a kept file do so: the framework writes a copy if it finds no file with its checksum."""
	file.file_name = file.file_url.rpartition("/")[2]
	return {"file_name": file.file_name, "file_url": file.file_url}


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
	"""Return where a private file lies."""
	return frappe.get_site_path("private", "files", name)


def kept_files_among(files: list[str]) -> dict[str, str]:
	"""Return those of the Files that are the paper of an issued quote, what went with it, or the signature under it.

	With each stands the quote, with what went with several one of them.
	"""
	files = list(filter(None, files))
	if not files:
		return {}
	papers = frappe.get_all("Quote", {"pdf_file": ("in", files)}, ["pdf_file", "name"], as_list=True)
	signatures = frappe.get_all(
		"Quote Answer", {"signature_file": ("in", files)}, ["signature_file", "quote"], as_list=True
	)
	table = frappe.qb.DocType("Quote Document")
	kept = frappe.qb.from_(table).where(table.kept_file.isin(files)).groupby(table.kept_file)
	documents = kept.select(table.kept_file, Min(table.parent)).run()
	return {**dict(documents), **dict(papers), **dict(signatures)}


def may_read(files: dict[str, str], user: str | None = None) -> bool:
	"""Return whether the user may read the quotes of all these kept files."""
	return all(
		frappe.has_permission("Quote", "read", doc=quote, user=user) or went_with_readable(file, user)
		for file, quote in files.items()
	)


def went_with_readable(file: str, user: str | None = None) -> bool:
	"""Return whether a file went with a quote that the user may read."""
	table, conditions = frappe.qb.DocType("Quote Document"), quote_document_conditions(user)
	found = frappe.qb.from_(table).where(table.kept_file == file).select(table.name).limit(1)
	# It runs without values, as lists do: with some, % in a name would be taken for a placeholder.
	return bool(frappe.db.sql((found.where(PseudoColumn(conditions)) if conditions else found).get_sql()))


def require_read_of_quotes(files: dict[str, str]) -> None:
	"""Raise `frappe.PermissionError` unless the user may read the quotes of all these kept files."""
	if not may_read(files):
		frappe.throw(_("This file belongs to a quote that you may not read."), frappe.PermissionError)


def refuse_if_any(files: dict[str, str]) -> None:
	"""Raise `FrozenPaperError` if there is a file among these kept files."""
	for file, quote in files.items():
		if frappe.db.exists("Quote", {"pdf_file": file}):
			text = _(
				"This file is the PDF with which quote {0} was issued. It can be neither changed nor deleted."
			)
		elif frappe.db.exists("Quote Document", {"kept_file": file}):
			text = _("This file went with quote {0}. It can be neither changed nor deleted.")
		else:
			text = _(
				"This file is the signature with which quote {0} was accepted. It can be neither changed nor deleted."
			)
		frappe.throw(text.format(frappe.bold(quote)), FrozenPaperError)

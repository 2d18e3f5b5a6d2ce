"""PDFs of print formats by WeasyPrint: paged, with fonts embedded, fit for archiving, and without a network."""

import logging
import mimetypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import DataHandler, Request

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import escape_html, get_url
from frappe.www.printview import get_rendered_template

from sales_opportunity.framework.compat import pdf_options, url_fetcher
from sales_opportunity.printing.page_check import Unseen, unseen
from sales_opportunity.printing.pictures import UnreadablePictureError, for_archiving, paths_of
from sales_opportunity.printing.styles import extract_style
from sales_opportunity.printing.templates import COMPILED

if TYPE_CHECKING:
	from frappe.core.doctype.file.file import File
	from frappe.model.document import Document

BASE_URL = "https://paper.invalid/"
"""Stands for the site: only addresses below it are looked up, and only among the site's own files."""


LAID_OUT = re.compile(r"Creating layout - Page (\d+)")
"""How WeasyPrint's log says which page it has come to."""

ARCHIVABLE = "* { image-rendering: crisp-edges !important }"
"""What PDF/A asks of every print format: pictures are not interpolated."""


class ResourceRefusedError(Exception):
	"""A print format asked for something that is not a file of the site; it is left out of the paper."""


@dataclass(frozen=True)
class FileAccess:
	"""Which private files a paper may show besides those made for paper.

	These are all that are attached to one of `sources` (DocType and name), and others that all `readers` may read,
	or the user if there are none.
	"""

	sources: frozenset[tuple[str, str]] = frozenset()
	readers: tuple[str, ...] = ()

	def allows_file(self, file: "File") -> bool:
		"""Return whether a private file may be shown."""
		if (file.attached_to_doctype, file.attached_to_name) in self.sources:
			return True
		return all(_may_read(file, user) for user in self.readers or (frappe.session.user,))


OF_THE_USER = FileAccess()
"""The user's own: whatever they may read."""

OF_EVERYONE = FileAccess(readers=("Guest",))
"""What everyone may read: of private files only those made for paper."""


@dataclass(frozen=True)
class Pages:
	"""A laid-out paper: the page as HTML, with which files, WeasyPrint's document, and the addresses of what is missing."""

	html: str
	access: FileAccess
	document: Any
	not_loaded: tuple[str, ...]

	def unseen(self) -> Unseen:
		"""Return what of the paper does not come to be seen."""
		return unseen(self.document)

	def pdf(self) -> bytes:
		"""Return the paper as PDF/A-3b."""
		return self.document.write_pdf(**pdf_options())


def page_html(
	doc: "Document",
	print_format: str,
	letterhead: str | None = None,
	no_letterhead: bool = False,
	language: str | None = None,
) -> str:
	"""Return a document's print as a page of HTML with its style, in its own language (or `language`).

	The framework renders the print format and checks the permission to print; the format brings its own CSS.
	Raises `frappe.PermissionError`, or `frappe.ValidationError` if the format is not made of Jinja.
	"""
	in_language = language or doc.get("language") or frappe.local.lang
	if not is_jinja(print_format):
		frappe.throw(_("The print format {0} is not made of Jinja.").format(frappe.bold(print_format)))
	format_doc = frappe.get_doc("Print Format", print_format)
	with print_language(in_language):
		frappe.get_jenv().bytecode_cache = COMPILED
		body = get_rendered_template(
			doc,
			print_format=format_doc,
			meta=doc.meta,
			no_letterhead=no_letterhead,
			letterhead=letterhead or doc.get("letter_head"),
		)
	title = f"{doc.name} {doc.get_title() or ''}".strip()
	return _page(body, title=title, language=in_language, css=format_doc.css or "")


class _PageHandler(logging.Handler):
	"""Passes on the number of the page that WeasyPrint has come to."""

	def __init__(self, tell: Callable[[int], None]) -> None:
		super().__init__()
		self.tell = tell

	def emit(self, record: logging.LogRecord) -> None:
		page = LAID_OUT.search(record.getMessage())
		if page:
			self.tell(int(page[1]))


@contextmanager
def reporting_pages(tell: Callable[[int], None]) -> Iterator[None]:
	"""Call `tell` with the number of each page that is laid out in this context.

	WeasyPrint logs for the whole process: only for jobs, each of which has a process of its own.
	"""
	logger, handler = logging.getLogger("weasyprint.progress"), _PageHandler(tell)
	level = logger.level
	logger.addHandler(handler)
	logger.setLevel(logging.INFO)
	try:
		yield
	finally:
		logger.removeHandler(handler)
		logger.setLevel(level)


def lay_out(html: str, access: FileAccess = OF_THE_USER) -> Pages:
	"""Return a page of HTML laid out on paper, with the pictures that it may show.

	Raises `frappe.ValidationError` without WeasyPrint's libraries.
	"""
	not_loaded: list[str] = []
	page = _weasyprint()(string=html, base_url=BASE_URL, url_fetcher=_fetcher(access, not_loaded))
	style = extract_style(page, _public_fetcher)
	document = page.render(**(style.options() if style else {}), **pdf_options())
	missing = [*(style.not_loaded if style else ()), *not_loaded]
	return Pages(html, access, document, tuple(dict.fromkeys(missing)))


def _public_fetcher(not_loaded: list[str]) -> Any:
	return _fetcher(OF_EVERYONE, not_loaded)


def _fetcher(access: FileAccess, not_loaded: list[str]) -> Any:
	"""Return WeasyPrint's URL fetcher, which notes the addresses that it could not get."""

	def find(url: str) -> dict:
		try:
			return for_archiving(fetch(url, access))
		except (OSError, ResourceRefusedError, UnreadablePictureError):
			not_loaded.append(url)
			raise

	return url_fetcher(find)


def fetch(url: str, access: FileAccess = OF_THE_USER) -> dict:
	"""Return an image or font that a print format names, as `string` (bytes) and `mime_type`.

	Embedded data, public assets of installed apps and files of the site are found; nothing else is, and nothing goes
	over a network. Raises `ResourceRefusedError`.
	"""
	if url.startswith("data:"):
		with DataHandler().data_open(Request(url)) as data:
			return {"string": data.read(), "mime_type": data.headers.get_content_type()}
	for base in (BASE_URL, f"{get_url()}/"):
		if url.startswith(base):
			path = _first_file(paths_of(url.removeprefix(base)), access)
			break
	else:
		raise ResourceRefusedError(url)
	mime_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
	return {"string": path.read_bytes(), "mime_type": mime_type}


def _first_file(paths: list[str], access: FileAccess) -> Path:
	for path in paths[:-1]:
		try:
			return _local_file(path, access)
		except ResourceRefusedError:
			continue
	return _local_file(paths[-1], access)


def _local_file(path: str, access: FileAccess) -> Path:
	first, *rest = path.lstrip("/").split("/")
	if first == "assets" and rest and rest[0] in frappe.get_installed_apps():
		folder, rest = Path(frappe.get_app_path(rest[0], "public")), rest[1:]
	elif first == "files" and _may_show(path, access):
		folder = Path(frappe.get_site_path("public", "files"))
	elif first == "private" and rest and rest[0] == "files" and _may_show(path, access):
		folder, rest = Path(frappe.get_site_path("private", "files")), rest[1:]
	else:
		raise ResourceRefusedError(path)
	file = folder.joinpath(*rest).resolve()
	if not file.is_relative_to(folder.resolve()) or not file.is_file():
		raise ResourceRefusedError(path)
	return file


def _may_show(path: str, access: FileAccess) -> bool:
	"""Return whether a picture may be printed: one that everybody sees, that is made for paper, or that the user may read.

	Apps name by the hook `sales_made_for_paper` the DocTypes whose pictures are printed by everyone who may print.
	"""
	files = frappe.get_all(
		"File",
		{"file_url": f"/{path.lstrip('/')}"},
		["name", "owner", "is_private", "attached_to_doctype", "attached_to_name"],
	)
	made_for_paper = frappe.get_hooks("sales_made_for_paper")
	return any(
		not file.is_private or file.attached_to_doctype in made_for_paper or access.allows_file(file)
		for file in files
	)


def _may_read(file: "File", user: str) -> bool:
	"""Return whether a user may read a file; the framework's own check asks for the user of the session only."""
	if user in ("Administrator", file.owner) and user != "Guest":
		return True
	holder = file.attached_to_doctype, file.attached_to_name
	if not all(holder) or not frappe.db.exists(*holder):
		return False
	return bool(frappe.has_permission(holder[0], "read", doc=holder[1], user=user))


def is_jinja(print_format: str) -> bool:
	"""Return whether a print format is a template, and not one of the framework's print format builders."""
	kind = frappe.db.get_value(
		"Print Format",
		print_format,
		["print_format_type", "custom_format", "standard", "print_format_builder_beta", "raw_printing"],
		as_dict=True,
	)
	if not kind or kind.print_format_type != "Jinja" or kind.print_format_builder_beta or kind.raw_printing:
		return False
	return bool(kind.custom_format or kind.standard == "Yes")


def _page(body: str, title: str, language: str, css: str) -> str:
	return (
		f'<!doctype html><html class="pdf" lang="{escape_html(language)}"><head><meta charset="utf-8">'
		f"<title>{escape_html(title)}</title><style>{css}{ARCHIVABLE}</style></head><body>{body}</body></html>"
	)


def _weasyprint() -> Any:
	try:
		from weasyprint import HTML
	except (ImportError, OSError) as error:
		frappe.throw(
			_(
				"The PDF could not be made: {0}. Ask your administrator to install WeasyPrint and Pango."
			).format(error)
		)
	return HTML

"""PDFs of print formats by WeasyPrint: paged, with fonts embedded, fit for archiving, and without a network."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.request import DataHandler, Request

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import escape_html, get_url
from frappe.www.printview import get_rendered_template

from sales_opportunity.compat import pdf_options, url_fetcher
from sales_opportunity.printing.page_check import Unseen, unseen
from sales_opportunity.printing.pictures import UnreadablePictureError, for_archiving, paths_of

BASE_URL = "https://paper.invalid/"
"""Stands for the site: only addresses below it are looked up, and only among the site's own files."""

DEFAULT_FORMAT = "Quote"

MADE_FOR_PAPER = ("Letter Head", "Sales Opportunity Settings", "Quote Text")
"""Images attached to these are made for paper: they are printed by everyone who may print."""


ARCHIVABLE = "* { image-rendering: crisp-edges !important }"
"""What PDF/A asks of every print format: pictures are not interpolated."""


class ResourceRefusedError(Exception):
	"""A print format asked for something that is not a file of the site; it is left out of the paper."""


@dataclass(frozen=True)
class Pages:
	"""A laid-out paper: the page as HTML, for whom, WeasyPrint's document, and what could not be loaded (addresses)."""

	html: str
	users: tuple[str, ...]
	document: object
	not_loaded: tuple[str, ...]

	def unseen(self) -> Unseen:
		"""Return what of the paper does not come to be seen."""
		return unseen(self.document)

	def pdf(self) -> bytes:
		"""Return the paper as PDF/A-3b."""
		return self.document.write_pdf(**pdf_options())


def render_pdf(
	doctype: str,
	name: str,
	print_format: str | None = None,
	letterhead: str | None = None,
	no_letterhead: bool = False,
	language: str | None = None,
) -> bytes:
	"""Return a document as PDF/A-3b in its own language (or `language`), on its own letter head.

	The framework renders the print format and checks the permission to print; the format brings its own CSS.
	Raises `frappe.PermissionError`, or `frappe.ValidationError` if the format is not made of Jinja or the
	machine lacks WeasyPrint's libraries.
	"""
	doc = frappe.get_doc(doctype, name)
	return lay_out(page_html(doc, print_format, letterhead, no_letterhead, language), doc).pdf()


def issued_pages(quote) -> Pages:
	"""Return the paper with which a quote is or would be issued: of the document as it is in memory, and no draft.

	Laying out takes a moment, so what was laid out last in this request is given back if it says the same. Raises as
	`render_pdf`.
	"""
	html = page_html(frappe.get_doc({**quote.as_dict(), "docstatus": 1}))
	last = frappe.flags.last_issued_pages
	if not last or (last.html, last.users) != (html, readers(quote)):
		last = frappe.flags.last_issued_pages = lay_out(html, quote)
	return last


def page_html(
	doc,
	print_format: str | None = None,
	letterhead: str | None = None,
	no_letterhead: bool = False,
	language: str | None = None,
) -> str:
	"""Return a document's print as a page of HTML with its style. Raises as `render_pdf`."""
	language = language or doc.get("language") or frappe.local.lang
	format_name = print_format or doc.get("print_format") or DEFAULT_FORMAT
	if not is_jinja(format_name):
		frappe.throw(_("The print format {0} is not made of Jinja.").format(frappe.bold(format_name)))
	format_doc = frappe.get_doc("Print Format", format_name)
	with print_language(language):
		body = get_rendered_template(
			doc,
			print_format=format_doc,
			meta=doc.meta,
			no_letterhead=no_letterhead,
			letterhead=letterhead or doc.get("letter_head"),
		)
	title = f"{doc.name} {doc.get_title() or ''}".strip()
	return _page(body, title=title, language=language, css=format_doc.css or "")


def lay_out(html: str, doc=None) -> Pages:
	"""Return a page of HTML laid out on paper, with the pictures that `doc` may show, see `fetch`.

	Raises `frappe.ValidationError` without WeasyPrint's libraries.
	"""
	users = readers(doc) if doc and doc.doctype == "Quote" else ()
	not_loaded = {}

	def find(url: str) -> dict:
		try:
			return for_archiving(fetch(url, doc, users))
		except (OSError, ResourceRefusedError, UnreadablePictureError):
			not_loaded[url] = True
			raise

	document = _weasyprint()(string=html, base_url=BASE_URL, url_fetcher=url_fetcher(find)).render(
		**pdf_options()
	)
	return Pages(html, users, document, tuple(not_loaded))


def fetch(url: str, doc=None, users: tuple[str, ...] = ()) -> dict:
	"""Return an image or font that a print format names, as `string` (bytes) and `mime_type`.

	Embedded data, public assets of installed apps and files of the site are found; nothing else is, and nothing goes
	over a network. A private file must be made for paper, be attached to `doc` (a quote) or to what it was made from,
	or be readable by all `users`, or else by the user. Raises `ResourceRefusedError`.
	"""
	if url.startswith("data:"):
		with DataHandler().data_open(Request(url)) as data:
			return {"string": data.read(), "mime_type": data.headers.get_content_type()}
	for base in (BASE_URL, f"{get_url()}/"):
		if url.startswith(base):
			path = _first_file(paths_of(url.removeprefix(base)), doc, users)
			break
	else:
		raise ResourceRefusedError(url)
	mime_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
	return {"string": path.read_bytes(), "mime_type": mime_type}


def readers(quote) -> tuple[str, ...]:
	"""Return who must be able to read a private file that is attached elsewhere, for it to be shown in a quote's texts.

	Those are the user and whoever began the quote and its opportunity: nobody gets to see a file by naming it in a text.
	"""
	return (frappe.session.user, *authors(quote))


def authors(quote) -> tuple[str, ...]:
	"""Return who began a quote and its opportunity."""
	begun = frappe.db.get_value("Sales Opportunity", quote.opportunity, "owner")
	return tuple(dict.fromkeys(filter(None, [quote.owner, begun])))


def _first_file(paths: list[str], doc, users: tuple[str, ...]) -> Path:
	for path in paths[:-1]:
		try:
			return _local_file(path, doc, users)
		except ResourceRefusedError:
			continue
	return _local_file(paths[-1], doc, users)


def _local_file(path: str, doc, users: tuple[str, ...]) -> Path:
	first, *rest = path.lstrip("/").split("/")
	if first == "assets" and rest and rest[0] in frappe.get_installed_apps():
		folder, rest = Path(frappe.get_app_path(rest[0], "public")), rest[1:]
	elif first == "files" and _may_show(path, doc, users):
		folder = Path(frappe.get_site_path("public", "files"))
	elif first == "private" and rest and rest[0] == "files" and _may_show(path, doc, users):
		folder, rest = Path(frappe.get_site_path("private", "files")), rest[1:]
	else:
		raise ResourceRefusedError(path)
	file = folder.joinpath(*rest).resolve()
	if not file.is_relative_to(folder.resolve()) or not file.is_file():
		raise ResourceRefusedError(path)
	return file


def _may_show(path: str, doc, users: tuple[str, ...]) -> bool:
	files = frappe.get_all(
		"File",
		{"file_url": f"/{path.lstrip('/')}"},
		["name", "owner", "is_private", "attached_to_doctype", "attached_to_name"],
	)
	held = _sources(doc) if doc else set()
	return any(
		not file.is_private
		or file.attached_to_doctype in MADE_FOR_PAPER
		or (file.attached_to_doctype, file.attached_to_name) in held
		or all(_may_read(file, user) for user in users or (frappe.session.user,))
		for file in files
	)


def _sources(doc) -> set[tuple[str, str]]:
	"""Return the documents whose texts are on a quote: itself, its revisions, its opportunity and its items."""
	if doc.doctype != "Quote":
		return set()
	revisions = frappe.get_all("Quote", {"quote_number": doc.quote_number or doc.name}, pluck="name")
	return {
		("Sales Opportunity", doc.opportunity),
		*(("Quote", name) for name in [doc.name, *revisions]),
		*((row.item_type, row.item) for row in doc.items if row.item),
	}


def _may_read(file, user: str) -> bool:
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


def _weasyprint():
	try:
		from weasyprint import HTML
	except (ImportError, OSError) as error:
		frappe.throw(
			_(
				"The PDF could not be made: {0}. Ask your administrator to install WeasyPrint and Pango."
			).format(error)
		)
	return HTML

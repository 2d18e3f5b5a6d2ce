"""PDFs of print formats by WeasyPrint: paged, with fonts embedded, fit for archiving, and without a network."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import DataHandler, Request

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import cint, escape_html
from frappe.utils.print_format import download_multi_pdf as framework_download_multi_pdf
from frappe.utils.print_format import download_pdf as framework_download_pdf
from frappe.www.printview import get_rendered_template, validate_print_permission

from sales_opportunity.compat import pdf_options, url_fetcher

BASE_URL = "https://paper.invalid/"
"""Stands for the site: only addresses below it are looked up, and only among the site's own files."""

DEFAULT_FORMAT = "Quote"

LETTERHEAD_DOCTYPES = ("Letter Head", "Sales Opportunity Settings")
"""Images attached to these are made for paper: they are printed by everyone who may print."""


class ResourceRefusedError(Exception):
	"""A print format asked for something that is not a file of the site; it is left out of the paper."""


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
	language = language or doc.get("language") or frappe.local.lang
	format_name = print_format or doc.get("print_format") or DEFAULT_FORMAT
	if not _is_jinja(format_name):
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
	return _weasyprint()(
		string=_page(
			body,
			title=f"{doc.name} {doc.get_title() or ''}".strip(),
			language=language,
			css=format_doc.css or "",
		),
		base_url=BASE_URL,
		url_fetcher=url_fetcher(fetch),
	).write_pdf(**pdf_options())


@frappe.whitelist()
def download_multi_pdf(doctype: str | dict, name: str | list):
	"""Answer the list's print dialog; takes the place of the framework's function of the same name.

	Raises `frappe.ValidationError` for quotes: the framework would render anew what was frozen.
	"""
	doctypes = frappe.parse_json(doctype) if str(doctype).startswith("{") else [doctype]
	if "Quote" in doctypes:
		frappe.throw(_("The PDF of each quote was frozen for itself: open the quotes and download theirs."))
	return frappe.call(framework_download_multi_pdf, **frappe.form_dict)


@frappe.whitelist(allow_guest=True)
def download_pdf(
	doctype: str,
	name: str,
	format: str | None = None,
	doc: str | dict | None = None,
	no_letterhead: str | int = 0,
	language: str | None = None,
	letterhead: str | None = None,
):
	"""Answer the desk's PDF button; takes the place of the framework's function of the same name.

	A quote comes from WeasyPrint, an issued one as the file that was frozen when it was issued. Everything
	else goes to the framework, as do formats that are not made of Jinja. Guests get in as far as the framework
	lets them: with a document's key.
	"""
	quote = frappe.get_doc("Quote", name) if doctype == "Quote" else None
	own_format = quote and (quote.print_format or DEFAULT_FORMAT)
	if not quote or not _is_jinja(format or own_format):
		return frappe.call(framework_download_pdf, **frappe.form_dict)
	validate_print_permission(quote)
	if quote.docstatus == 1 and quote.pdf_file and (format or own_format) == own_format:
		content = frozen_pdf(quote)
	else:
		content = render_pdf(
			"Quote",
			name,
			format or own_format,
			letterhead=letterhead if frappe.db.exists("Letter Head", letterhead) else None,
			no_letterhead=bool(cint(no_letterhead)),
			language=language or frappe.form_dict.get("_lang"),
		)
	filename = name.replace(" ", "-").replace("/", "-") + ".pdf"
	frappe.local.response.update({"filename": filename, "filecontent": content, "type": "pdf"})


def frozen_pdf(quote) -> bytes:
	"""Return the file that was attached when the quote was issued."""
	return Path(frappe.get_doc("File", quote.pdf_file).get_full_path()).read_bytes()


def fetch(url: str) -> dict:
	"""Return an image or font that a print format names, as `string` (bytes) and `mime_type`.

	Embedded data, public assets of installed apps and files of the site that the user may read are found;
	nothing else is, and nothing goes over a network. Raises `ResourceRefusedError`.
	"""
	if url.startswith("data:"):
		with DataHandler().data_open(Request(url)) as data:
			return {"string": data.read(), "mime_type": data.headers.get_content_type()}
	if not url.startswith(BASE_URL):
		raise ResourceRefusedError(url)
	path = _local_file(unquote(urlsplit(url).path))
	mime_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
	return {"string": path.read_bytes(), "mime_type": mime_type}


def _local_file(path: str) -> Path:
	first, *rest = path.lstrip("/").split("/")
	if first == "assets" and rest and rest[0] in frappe.get_installed_apps():
		folder, rest = Path(frappe.get_app_path(rest[0], "public")), rest[1:]
	elif first == "files" and _may_read_file(path):
		folder = Path(frappe.get_site_path("public", "files"))
	elif first == "private" and rest and rest[0] == "files" and _may_read_file(path):
		folder, rest = Path(frappe.get_site_path("private", "files")), rest[1:]
	else:
		raise ResourceRefusedError(path)
	file = folder.joinpath(*rest).resolve()
	if not file.is_relative_to(folder.resolve()) or not file.is_file():
		raise ResourceRefusedError(path)
	return file


def _may_read_file(path: str) -> bool:
	files = frappe.get_all("File", {"file_url": path}, ["name", "attached_to_doctype"])
	return any(
		file.attached_to_doctype in LETTERHEAD_DOCTYPES
		or frappe.has_permission("File", "read", doc=file.name)
		for file in files
	)


def _is_jinja(print_format: str) -> bool:
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
		f"<title>{escape_html(title)}</title><style>{css}</style></head><body>{body}</body></html>"
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

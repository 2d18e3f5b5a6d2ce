"""Downloads of prints: quotes as they were issued, this app's formats as PDF/A, all others by the framework."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.print_format import download_multi_pdf as framework_download_multi_pdf
from frappe.utils.print_format import download_pdf as framework_download_pdf
from frappe.www.printview import validate_print_permission

from sales_opportunity.inputs.arguments import read_dict, read_list, whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.printing.pdf import is_jinja
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import DEFAULT_FORMAT, render_quote


@whitelist()
def download_multi_pdf(doctype: str | dict, name: str | list) -> Any:
	"""Answer the list's print dialog; takes the place of the framework's function of the same name.

	Raises `frappe.ValidationError` for quotes: the framework would render anew what was frozen.
	"""
	if isinstance(doctype, str) and not doctype.startswith("{"):
		chosen = {doctype: name}
	else:
		chosen = read_dict(doctype, _("DocType"))
	for one, names in chosen.items():
		require_doctype(one)
		read_list(names, _("Name"))
	if "Quote" in chosen:
		frappe.throw(_("The PDF of each quote was frozen for itself: open the quotes and download theirs."))
	return frappe.call(framework_download_multi_pdf, **frappe.form_dict)


@whitelist(allow_guest=True)
def download_pdf(
	doctype: str,
	name: str,
	format: str | None = None,
	doc: str | dict | None = None,
	no_letterhead: str | int = 0,
	language: str | None = None,
	letterhead: str | None = None,
) -> Any:
	"""Answer the desk's PDF button; takes the place of the framework's function of the same name.

	A quote comes from WeasyPrint, an issued one as the file that was frozen when it was issued. Everything
	else goes to the framework, as do formats that are not made of Jinja. Guests get in as far as the framework
	lets them: with a document's key.
	"""
	require_doctype(doctype)
	if format and format != "Standard" and not frappe.db.exists("Print Format", format):
		refuse_value(format, _("Print Format"))
	quote = frappe.get_doc("Quote", name) if doctype == "Quote" else None
	own_format = (quote.print_format or DEFAULT_FORMAT) if quote else ""
	if not quote or not is_jinja(format or own_format):
		# A document is for callers on the server; a text would be taken for one.
		return frappe.call(framework_download_pdf, **{**frappe.form_dict, "doc": None})
	validate_print_permission(quote)
	if quote.docstatus == 1 and quote.pdf_file and (format or own_format) == own_format:
		content = frozen_pdf(quote)
	else:
		content = render_quote(
			name,
			format or own_format,
			letterhead=letterhead if frappe.db.exists("Letter Head", letterhead) else None,
			no_letterhead=bool(cint(no_letterhead)),
			language=language or frappe.form_dict.get("_lang"),
		)
	filename = name.replace(" ", "-").replace("/", "-") + ".pdf"
	frappe.local.response.update({"filename": filename, "filecontent": content, "type": "pdf"})


def require_doctype(doctype: str) -> None:
	"""Raise `WrongInputError` unless there is this DocType."""
	if not frappe.db.exists("DocType", doctype):
		refuse_value(doctype, _("DocType"))

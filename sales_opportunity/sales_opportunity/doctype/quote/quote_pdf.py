"""The PDF of a quote: with which print format, and which private pictures its texts may show."""

from typing import TYPE_CHECKING, Any

import frappe

from sales_opportunity.printing.pdf import FileAccess, Pages, lay_out, page_html

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

DEFAULT_FORMAT = "Quote"


def render_quote(
	name: str,
	print_format: str | None = None,
	letterhead: str | None = None,
	no_letterhead: bool = False,
	language: str | None = None,
) -> bytes:
	"""Return a quote as PDF/A-3b in its own language (or `language`), on its own letter head.

	The framework renders the print format and checks the permission to print; the format brings its own CSS.
	Raises `frappe.PermissionError`, or `frappe.ValidationError` if the format is not made of Jinja or the
	machine lacks WeasyPrint's libraries.
	"""
	quote = frappe.get_doc("Quote", name)
	html = quote_html(quote, print_format, letterhead, no_letterhead, language)
	return lay_out(html, file_access(quote)).pdf()


def issued_pages(quote: "Quote") -> Pages:
	"""Return the paper with which a quote is or would be issued: of the document as it is in memory, and no draft.

	Laying out takes a moment, so what was laid out last in this request is given back if it says the same. Raises as
	`render_quote`.
	"""
	html, access = quote_html(frappe.get_doc({**quote.as_dict(), "docstatus": 1})), file_access(quote)
	last = frappe.flags.last_issued_pages
	if not last or (last.html, last.access) != (html, access):
		last = frappe.flags.last_issued_pages = lay_out(html, access)
	return last


def quote_html(quote: "Quote", print_format: str | None = None, *args: Any, **kwargs: Any) -> str:
	"""Return a quote's print as a page of HTML, in its own print format by default. Arguments as of `page_html`."""
	return page_html(quote, print_format or quote.get("print_format") or DEFAULT_FORMAT, *args, **kwargs)


def file_access(quote: "Quote") -> FileAccess:
	"""Return which private files a quote's texts may show.

	Of those attached elsewhere only what the user and whoever began the quote and its opportunity may read: nobody
	gets to see a file by naming it in a text. A customer's choice shows what was issued, whoever is at work.
	"""
	users = () if quote.is_chosen else (frappe.session.user,)
	return FileAccess(sources_of(quote), (*users, *authors(quote)))


def authors(quote: "Quote") -> tuple[str, ...]:
	"""Return who began a quote and its opportunity."""
	begun = frappe.db.get_value("Sales Opportunity", quote.opportunity, "owner")
	return tuple(dict.fromkeys(filter(None, [quote.owner, begun])))


def sources_of(quote: "Quote") -> frozenset[tuple[str, str]]:
	"""Return the documents whose texts are on a quote: itself, its revisions, its opportunity and its items."""
	revisions = frappe.get_all("Quote", {"quote_number": quote.quote_number or quote.name}, pluck="name")
	return frozenset(
		{
			("Sales Opportunity", quote.opportunity),
			*(("Quote", name) for name in [quote.name, *revisions]),
			*((str(row.item_type), row.item) for row in quote.items if row.item),
		}
	)

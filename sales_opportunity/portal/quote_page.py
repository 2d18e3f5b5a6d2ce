"""The customer's page of a quote, at /quote/<token>: read it, get its PDF, accept, decline, ask. Nobody logs in.

The token in the address is the only key. The page sends its answers without cookies and with the token, so there is
no session whose rights another site could borrow: whoever wants to forge an answer has to know the token, and who
knows it may answer anyway. That is why these functions need no CSRF token. Only POST changes anything; that the page
was opened is posted by the page, too, so that programs which merely look at links in e-mails do not count.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.translate import print_language
from frappe.website.page_renderers.base_renderer import BaseRenderer
from werkzeug.wrappers import Response

from sales_opportunity.deal.quote_status import ANSWERED, SHOWN, WAITING, QuoteStatus
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.companies import company_on_paper
from sales_opportunity.portal.choosing import accept_choice, consent_text, shown_choice
from sales_opportunity.portal.variants import variants
from sales_opportunity.printing.fitting import file_address
from sales_opportunity.printing.pdf import BASE_URL, OF_THE_USER, FileAccess, ResourceRefusedError, fetch
from sales_opportunity.printing.pictures import data_url, for_page, reduced_picture
from sales_opportunity.sales_opportunity.doctype.quote.choice import controls
from sales_opportunity.sales_opportunity.doctype.quote.documents import kept_document
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf, is_intact
from sales_opportunity.sales_opportunity.doctype.quote.print_context import company_data, quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import authors, sources_of
from sales_opportunity.sales_opportunity.doctype.quote_answer import answers
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import (
	MESSAGE_LENGTH,
	NAME_LENGTH,
	is_late,
)
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import PAGE, Entry
from sales_opportunity.sales_opportunity.doctype.quote_answer.refusals import answer_refusal, refusal_text
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	LinkUnknownError,
	find_link,
)
from sales_opportunity.texts.formatting import format_date, format_money, format_size

if TYPE_CHECKING:
	from sales_opportunity.masters.companies import Company
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
		QuoteCustomerLink,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

ADDRESS = re.compile(r"quote/([^/]+)(?:/(pdf)|/documents/(\w+))?")
TEMPLATES = "sales_opportunity/portal"
HOUR = 60 * 60
VISITS_AN_HOUR = 600
ANSWERS_AN_HOUR = 30
"""How often one IP address may ask for pages, and send answers of each kind: an office shares its address."""

HEADERS = {
	"Cache-Control": "no-store, no-cache, must-revalidate, private",
	"Pragma": "no-cache",
	"Expires": "0",
	"X-Robots-Tag": "noindex, nofollow, noarchive",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
}
POLICY = (
	"default-src 'none'; script-src 'nonce-{0}'; style-src 'unsafe-inline'; img-src 'self' data:; "
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class QuotePage(BaseRenderer):
	"""Answers GET requests to the page, its PDF and the documents with it; a wrong address looks like one that is over."""

	def can_render(self) -> bool:
		"""Return whether the address is that of a quote's page or of its PDF."""
		return bool(ADDRESS.fullmatch(self.path))

	def render(self) -> Response:
		"""Return the page, or the file that is asked for; for all that is unknown the same page with status 404."""
		address = ADDRESS.fullmatch(self.path)
		if not address:
			return missing_page(404)
		token, wants_pdf, document = address.groups()
		try:
			limit_visits()
		except frappe.ValidationError:
			return missing_page(429)
		try:
			link = find_link(token)
			quote = quote_of(link, frappe.form_dict.get("variant") or "")
			if document:
				return document_of(quote, document)
			return pdf_of(quote) if wants_pdf else page_of(quote, token, link)
		except LinkUnknownError:
			return missing_page(404)
		except Exception:
			return failed_page()


@rate_limit(limit=lambda: VISITS_AN_HOUR, seconds=HOUR)
def limit_visits() -> None:
	"""Raise `frappe.ValidationError` if too many pages were asked for from the visitor's address."""


@whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
@rate_limit(limit=lambda: ANSWERS_AN_HOUR, seconds=HOUR)
@retried
def accept(
	token: str,
	person_name: str = "",
	signature_type: str = "",
	signature: str = "",
	consent: bool = False,
	choice: dict | None = None,
	variant: str = "",
) -> str:
	"""Accept the quote with a signature that is "Drawn" (`signature`: PNG as data URL) or "Typed"; return its status.

	`choice` is what was chosen, as `choose` takes it, None on a page without choice; `variant` as of `visited`. Texts are
	plain and are escaped wherever they are shown, which is why the framework need not clean them. Raises
	`LinkUnknownError`, `ChoiceRefusedError`, and as `answers.accept_quote` does.
	"""
	with visited(token, variant) as (link, quote):
		entry = Entry(
			PAGE,
			link=link.name,
			consent=consent_text(quote) if consent is True else "",
			person_name=person_name,
			signature_type=signature_type,
			signature=signature,
		)
		if choice is not None:
			return accept_choice(quote, choice, entry)
		return answers.accept_quote(quote.name, entry).status


@whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
@rate_limit(limit=lambda: ANSWERS_AN_HOUR, seconds=HOUR)
@retried
def decline(token: str, person_name: str = "", message: str = "", variant: str = "") -> str:
	"""Decline the quote for a reason and return its status. Raises `LinkUnknownError`, and as `answers.decline_quote`."""
	with visited(token, variant) as (link, quote):
		entry = Entry(PAGE, link=link.name, person_name=person_name, message=message)
		return answers.decline_quote(quote.name, entry).status


@whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
@rate_limit(limit=lambda: ANSWERS_AN_HOUR, seconds=HOUR)
@retried
def ask(token: str, person_name: str = "", message: str = "", variant: str = "") -> str:
	"""Ask a question about the quote and return its status. Raises `LinkUnknownError`, and as `answers.ask_question`."""
	with visited(token, variant) as (link, quote):
		entry = Entry(PAGE, link=link.name, person_name=person_name, message=message)
		return answers.ask_question(quote.name, entry).status


@whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
@rate_limit(limit=lambda: VISITS_AN_HOUR, seconds=HOUR)
@retried
def opened(token: str, variant: str = "") -> None:
	"""Note that a person has the page open; `variant` as of `visited`. Raises `LinkUnknownError`."""
	link = find_link(token)
	link.record_opening(quote_of(link, variant).name)


@whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
@rate_limit(limit=lambda: VISITS_AN_HOUR, seconds=HOUR)
def choose(token: str, choice: dict, variant: str = "") -> dict:
	"""Return what the quote comes to with a choice, and store nothing: see `shown_choice`.

	`choice` has the lines that are taken: by their number a quantity as text, or None for that which is offered. Raises
	`LinkUnknownError`, and as `shown_choice` does.
	"""
	with visited(token, variant) as (_link, quote):
		return shown_choice(quote, choice)


@contextmanager
def visited(token: str, variant: str = "") -> Iterator[tuple["QuoteCustomerLink", "Quote"]]:
	"""Give the link and the quote that is asked for, and speak the quote's language meanwhile. Raises `LinkUnknownError`.

	`variant` names one of the quotes that are offered together, by default that of the link.
	"""
	link = find_link(token)
	quote = quote_of(link, variant)
	with print_language(quote.language):
		yield link, quote


def quote_of(link: "QuoteCustomerLink", variant: str) -> "Quote":
	"""Return the quote that the link opens: of several the `variant`, else the accepted one, else its own. Raises `LinkUnknownError`."""
	names = link.quotes()
	if variant and variant not in names:
		raise LinkUnknownError
	accepted = {"name": ("in", names), "status": QuoteStatus.ACCEPTED}
	return frappe.get_doc("Quote", variant or frappe.db.get_value("Quote", accepted) or link.quote)


def page_of(quote: "Quote", token: str, link: "QuoteCustomerLink | None" = None) -> Response:
	"""Return the page of a quote, in its language."""
	with print_language(quote.language):
		return html_response("page.html", **page_context(quote, token, link))


def page_context(quote: "Quote", token: str, link: "QuoteCustomerLink | None") -> dict:
	"""Return what the page shows, in the quote's language; of a quote that no longer applies only that."""
	company = company_on_paper(quote.company)
	is_shown = quote.status in SHOWN
	reason = answer_refusal(quote)
	is_preview = frappe.session.user != "Guest" and frappe.has_permission("Quote", "read", doc=quote)
	return {
		"language": quote.language,
		"token": token,
		"quote": quote if is_shown else None,
		"name": quote.name,
		"company": company.company_name or "",
		"logo": logo(company),
		"footer": company_data(company, quote.language),
		"paper": paper_of(quote, link) if is_shown else None,
		"files": files_of(quote) if is_shown else [],
		"controls": controls(quote) if is_shown and not reason and not is_preview else {},
		"variants": variants(quote, link) if is_shown and link else [],
		"status": status_text(quote),
		"notice": notice(quote, reason),
		"kind": notice_kind(quote, reason),
		"is_preview": is_preview,
		"is_answerable": not reason,
		"gross": format_money(quote.gross_total, quote.transaction_currency, quote.language),
		"consent": consent_text(quote) if is_shown else "",
		"contact_name": quote.contact_name or "",
		"name_length": NAME_LENGTH,
		"message_length": MESSAGE_LENGTH,
	}


def status_text(quote: "Quote") -> str:
	"""Return the status as the customer sees it: whether it was sent by e-mail is none of the page's business."""
	if quote.status in WAITING:
		is_over = is_late(quote.status, quote.valid_until, frappe.utils.getdate())
		return (
			_("Expired", context="Quote")
			if is_over
			else _("Valid until {0}").format(format_date(quote.valid_until, quote.language))
		)
	return _(quote.status, context="Quote")


def notice_kind(quote: "Quote", reason: str | None) -> str:
	"""Return the style of the sentence that says why a quote cannot be answered."""
	return "good" if reason == QuoteStatus.ACCEPTED else "calm" if reason else ""


def notice(quote: "Quote", reason: str | None) -> str | None:
	"""Return what stands above the quote if it cannot be answered: what was answered when, or why it cannot be."""
	if reason not in ANSWERED:
		return refusal_text(reason) if reason else None
	given = frappe.db.get_value(
		"Quote Answer",
		{"quote": quote.name, "answer": reason},
		["person_name", "answered_on"],
		order_by="creation desc",
		as_dict=True,
	)
	if not given or not given.person_name:
		return refusal_text(reason)
	text = {
		QuoteStatus.ACCEPTED: _("{0} accepted this quote on {1}. Thank you!"),
		QuoteStatus.DECLINED: _("{0} declined this quote on {1}."),
	}[reason]
	return text.format(given.person_name, format_date(given.answered_on, quote.language))


def paper_of(quote: "Quote", link: "QuoteCustomerLink | None") -> frappe._dict:
	"""Return what `quote_paper` says, with pictures that need neither a login nor another server."""
	paper = quote_paper(quote)
	access = FileAccess(sources_of(quote), (*authors(quote), *filter(None, [link and link.owner])))
	texts = [(paper, fieldname) for fieldname in ("introduction", "terms", "closing")]

	def find(url: str) -> dict | None:
		return picture(url, access)

	for holder, fieldname in [*texts, *((line, "description") for line in paper.lines)]:
		holder[fieldname] = for_page(holder[fieldname], find)
	return paper


def picture(url: str, access: FileAccess = OF_THE_USER) -> dict | None:
	"""Return a picture of a quote, small enough for a phone, or None if it may not be shown here or is none."""
	try:
		return reduced_picture(fetch(urljoin(BASE_URL, url), access))
	except (OSError, ValueError, ResourceRefusedError):
		return None


def logo(company: "Company | SalesOpportunitySettings") -> str | None:
	"""Return the company's logo as data URL, so that the page needs nothing else and the file may be private."""
	found = company.logo and picture(file_address(company.logo))
	return data_url(found) if found else None


def pdf_of(quote: "Quote") -> Response:
	"""Return the paper with which the quote was issued, as long as it is that."""
	if quote.status not in SHOWN or not is_intact(quote):
		raise LinkUnknownError
	response = Response(frozen_pdf(quote), mimetype="application/pdf", headers=HEADERS)
	filename = re.sub(r"[^\w.-]", "-", quote.name, flags=re.ASCII)
	response.headers["Content-Disposition"] = f'attachment; filename="{filename}.pdf"'
	return response


def files_of(quote: "Quote") -> list[dict]:
	"""Return what went with the quote when it was issued: `name` of its row, `title` and `size`."""
	return [
		{"name": row.name, "title": row.title, "size": format_size(row.file_size, quote.language)}
		for row in quote.documents
	]


def document_of(quote: "Quote", name: str) -> Response:
	"""Return a document that went with the quote, to be stored and not shown. Raises `LinkUnknownError`."""
	if quote.status not in SHOWN:
		raise LinkUnknownError
	try:
		file_name, content = kept_document(quote, name)
	except frappe.DoesNotExistError:
		raise LinkUnknownError from None
	mimetype = guess_type(file_name)[0] or "application/octet-stream"
	response = Response(content, mimetype=mimetype, headers=HEADERS)
	response.headers.set("Content-Disposition", "attachment", filename=file_name)
	return response


def missing_page(status_code: int) -> Response:
	"""Return the page for an address that does not work, in the visitor's language."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	return html_response(
		"missing.html",
		status_code,
		language=frappe.local.lang,
		company=settings.company_name or "",
		logo=logo(settings),
		footer=[],
		page_status=status_code,
	)


def failed_page() -> Response:
	"""Return the page for an error that nobody foresaw: what happened is in the Error Log, and not for visitors."""
	frappe.db.rollback()
	frappe.log_error("Customer's page")
	# Requests that only read are rolled back at their end, and with them the note of the error.
	frappe.db.commit()
	return missing_page(500)


def html_response(template: str, status_code: int = 200, **context: Any) -> Response:
	"""Return a page that runs the scripts of its own template and no others."""
	nonce = secrets.token_urlsafe(16)
	html = frappe.render_template(f"{TEMPLATES}/{template}", {**context, "nonce": nonce})
	response = Response(html, status_code, HEADERS, mimetype="text/html")
	response.headers["Content-Security-Policy"] = POLICY.format(nonce)
	return response

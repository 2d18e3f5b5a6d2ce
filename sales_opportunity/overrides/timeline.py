"""What the stream of an opportunity shows besides the framework's own entries: its stages, quotes and other apps' documents."""

import json
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname, get_link_to_form, getdate

from sales_opportunity.access.concealed import DOCTYPES, confidential
from sales_opportunity.currency import decimal_places, format_amount
from sales_opportunity.deal.documents import documents_of
from sales_opportunity.deal.quote_status import ANSWERED
from sales_opportunity.pricing.valuation import weighted
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import stage_changes
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from frappe.core.doctype.version.version import Version
	from frappe.model.meta import Meta

FOLLOWING_FIELDS = {
	"Sales Opportunity": {
		"stage",
		"status",
		"forecast_category",
		"weighted_amount",
		"base_amount",
		"base_weighted_amount",
		"stage_log",
		"idle_since",
		"stalled_from",
		"likely_close_date",
	},
	"Quote": {"issued_on", "sent_on", "answered_on", "pdf_file", "pdf_sha256", "last_email", "taxes"},
}
"""What follows from something else, or has an entry of its own in the stream; with the stage the probability does."""


def opportunity_stream(doctype: str, docname: str) -> list[dict]:
	"""Return the timeline entries of an opportunity that the user has just been allowed to open."""
	return [
		*stage_entries(docname),
		*quote_entries(docname),
		*document_entries(docname),
	]


def quote_stream(doctype: str, docname: str) -> list[dict]:
	"""Return the timeline entries of a quote that the user has just been allowed to open."""
	fields = ["name", "creation", "party_name", "customer_opened_on"]
	return opening_entries(frappe.get_list("Quote", {"name": docname}, fields))


def stage_entries(opportunity: str) -> list[dict]:
	"""Return one entry for each stage change, with the value and the currency of that time."""
	return [
		{
			"icon": "right",
			"creation": fact.changed_on,
			"content": _("{0} moved it to {1}: {2} at {3} % count {4}.").format(
				escape_html(get_fullname(fact.changed_by)),
				frappe.bold(escape_html(_(fact.stage, context="Qualification Stage"))),
				format_amount(fact.amount, fact.transaction_currency),
				format_number(fact.probability, frappe.local.lang),
				format_amount(
					weighted(fact.amount, fact.probability, places=decimal_places(fact.transaction_currency)),
					fact.transaction_currency,
				),
			),
		}
		for fact in stage_changes([opportunity])
	]


def quote_entries(opportunity: str) -> list[dict]:
	"""Return one entry for each time that something happened to a quote that the user may read."""
	quotes = frappe.get_list(
		"Quote",
		{"opportunity": opportunity},
		[
			"name",
			"creation",
			"issued_on",
			"sent_on",
			"answered_on",
			"customer_opened_on",
			"party_name",
			"status",
			"gross_total",
			"transaction_currency",
		],
	)
	entries = opening_entries(quotes)
	for quote in quotes:
		answer = _("Quote {0}: {1}.") if quote.status in ANSWERED else None
		happened = (
			(quote.creation, _("Quote {0} was made, {1} gross.")),
			(quote.issued_on, _("Quote {0} was issued, {1} gross.")),
			(quote.sent_on, _("Quote {0} was sent.")),
			(quote.answered_on, answer),
		)
		for moment, text in happened:
			if moment and text:
				detail = (
					_(quote.status, context="Quote")
					if text == answer
					else format_amount(quote.gross_total, quote.transaction_currency)
				)
				entries.append(
					{
						"icon": "file",
						"creation": moment,
						"content": text.format(get_link_to_form("Quote", quote.name), detail),
					}
				)
	return entries


def opening_entries(quotes: list[frappe._dict]) -> list[dict]:
	"""Return when customers had the pages of these quotes open, which the user may read: first and last by each link.

	When a variant was opened last by the link of another one, the quote alone knows; a quote that the customer's choice has made has
	the moment of the one that it was made of.
	"""
	parties = {quote.name: quote.party_name for quote in quotes if quote.customer_opened_on}
	if not parties:
		return []
	links = frappe.get_all(
		"Quote Customer Link",
		{"quote": ("in", sorted(parties))},
		["quote", "recipient", "first_opened", "last_opened"],
	)
	told, openings = {quote.name: quote.creation for quote in quotes}, []
	first, again = _("{0} has opened quote {1}."), _("{0} has opened quote {1} again.")
	for link in links:
		if not link.first_opened:
			continue
		told[link.quote] = max(told[link.quote], link.last_opened)
		who = link.recipient or parties[link.quote]
		openings.append((link.first_opened, first, who, link.quote))
		if getdate(link.last_opened) != getdate(link.first_opened):
			openings.append((link.last_opened, again, who, link.quote))
	openings += [
		(quote.customer_opened_on, first, quote.party_name, quote.name)
		for quote in quotes
		if quote.customer_opened_on and quote.customer_opened_on > told[quote.name]
	]
	return [
		{
			"icon": "unhide",
			"creation": moment,
			"content": text.format(frappe.bold(escape_html(who)), get_link_to_form("Quote", quote)),
		}
		for moment, text, who, quote in openings
	]


def document_entries(opportunity: str) -> list[dict]:
	"""Return one entry for each document of another app that followed from it and the user may read, as that is now."""
	return [
		{
			"icon": "file",
			"creation": document.moment,
			"content": _("{0} {1}: {2}, {3}.").format(
				_(document.doctype),
				get_link_to_form(document.doctype, document.name),
				document.status,
				format_amount(document.amount, document.currency),
			),
		}
		for document in documents_of([opportunity])
	]


def leave_out_following_fields(version: "Version", method: str | None = None) -> None:
	"""Hook of new Versions: let the framework's entry on a document name what a person has changed, and no cost or margin."""
	if version.ref_doctype not in (*FOLLOWING_FIELDS, *DOCTYPES):
		return
	data = json.loads(version.data)
	moved = any(change[0] == "stage" for change in data.get("changed", ()))
	left_out = FOLLOWING_FIELDS.get(version.ref_doctype, set()) | ({"probability"} if moved else set())
	for kind in ("changed", "added", "removed", "row_changed"):
		if kind in data:
			data[kind] = [change for change in data[kind] if change[0] not in left_out]
	leave_out_confidential(version.ref_doctype, data)
	version.data = json.dumps(data)


def leave_out_confidential(doctype: str, data: dict) -> None:
	"""Take out of an entry of changes what few may read, for all read it who read the document, and what was computed."""
	meta = frappe.get_meta(doctype)
	left_out = {*confidential(meta), *computed(meta)}
	data["changed"] = [change for change in data.get("changed", ()) if change[0] not in left_out]
	rows = {field.fieldname: frappe.get_meta(field.options) for field in meta.get_table_fields()}
	for kind in ("added", "removed"):
		for table, row in data.get(kind, ()):
			for fieldname in confidential(rows[table]):
				row.pop(fieldname, None)
	changed_rows = []
	for table, place, name, changes in data.get("row_changed", ()):
		left_out = {*confidential(rows[table]), *computed(rows[table])}
		told = [change for change in changes if change[0] not in left_out]
		if told:
			changed_rows.append([table, place, name, told])
	data["row_changed"] = changed_rows


def computed(meta: "Meta") -> list[str]:
	"""Return the fields that nobody types: of rows all that are read-only, of documents the figures among them."""
	return [
		field.fieldname
		for field in meta.fields
		if field.read_only and (meta.istable or field.fieldtype in ("Currency", "Float", "Percent"))
	]

"""Further quotes from a former one: a revision takes its place once it is issued, a copy stands on its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import nowdate

from sales_opportunity.deal.margins import carry_over
from sales_opportunity.deal.quote_status import REVISABLE, QuoteStatus
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import validate_open
from sales_opportunity.texts.former_texts import disarm_row

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


@dataclass(frozen=True)
class CopySource:
	"""The quote whose content a new one has taken over, and its number if the new one is a revision of it."""

	quote: str
	revised_number: str | None = None


class RevisionError(frappe.ValidationError):
	pass


@whitelist(methods=["POST"])
@retried
def new_revision(quote: str, valid_until: str) -> str:
	"""Return the draft revision of an issued quote: the one that there is, with the new date, else a new one.

	The issued quote stays what it is until the revision is issued. Raises `frappe.PermissionError` without
	write permission on the opportunity, `OpportunityClosedError` if that is won or lost, `RevisionError` if
	the quote is a draft, superseded or cancelled.
	"""
	source = lock_source(quote)
	draft = draft_revision(source.quote_number)
	if draft:
		revision = frappe.get_doc("Quote", draft, for_update=True)
		revision.valid_until = valid_until
		return revision.save().name
	if source.status not in REVISABLE:
		frappe.throw(
			_("Quote {0} is {1}: there can be no new revision of it.").format(
				frappe.bold(source.name), _(source.status, context="Quote")
			),
			RevisionError,
		)
	revision = copy_fields(source, valid_until)
	revision.copy_source = CopySource(source.name, source.quote_number)
	return revision.insert().name


@whitelist(methods=["POST"])
@retried
def copy_quote(quote: str, valid_until: str, request_key: str | None = None) -> str:
	"""Return a new draft with a number of its own and the content of `quote`, for the same opportunity.

	The same `request_key` gives the same copy, however often it arrives. Raises `frappe.PermissionError`
	without write permission on the opportunity, `OpportunityClosedError` if that is won or lost.
	"""
	source = lock_source(quote)
	key = {"opportunity": source.opportunity, "request_key": request_key}
	existing = request_key and frappe.db.get_value("Quote", key, for_update=True)
	if existing:
		return existing
	copy = copy_fields(source, valid_until)
	copy.request_key = request_key
	return copy.insert().name


def lock_source(quote: str) -> "Quote":
	"""Return the quote to copy, as it is while its opportunity is locked, which must be open and writable."""
	source = frappe.get_doc("Quote", quote, for_update=True)
	source.check_permission("read")
	opportunity = frappe.get_doc("Sales Opportunity", source.opportunity, for_update=True)
	opportunity.check_permission("write")
	validate_open(opportunity)
	return source


def copy_fields(source: "Quote", valid_until: str) -> "Quote":
	"""Return an unsaved draft with all that a person entered or changed in `source`."""
	copy = frappe.copy_doc(source, ignore_no_copy=False)
	copy.update({"docstatus": 0, "quote_date": nowdate(), "valid_until": valid_until})
	for row, row_before in zip(copy.items, source.items, strict=True):
		row.docstatus, row.opportunity_item = 0, row_before.opportunity_item
		row.unit_cost = row_before.unit_cost
		carry_over(row)
	for row in (*copy.taxes, *copy.instalments):
		row.docstatus = 0
	disarm_row(copy)
	copy.copy_source, copy.plan_source = CopySource(source.name), source
	return copy


def draft_revision(quote_number: str | None) -> str | None:
	"""Return the draft among the revisions of a number; there is at most one."""
	return frappe.db.get_value("Quote", {"quote_number": quote_number, "docstatus": 0}, for_update=True)


def set_place_in_chain(quote: "Quote") -> None:
	"""Number a new quote: the first of its own, or the next revision of the one that it revises or amends.

	A cancelled quote cannot be linked to and is not superseded: there `amended_from` tells what came before. A draft
	that was discarded keeps its number of a revision, and is superseded by nothing.
	Raises `RevisionError` for an amendment of a quote that is not a cancelled one of the same opportunity.
	"""
	number = (quote.copy_source and quote.copy_source.revised_number) or amended_number(quote)
	quote.quote_number, quote.revision, quote.supersedes, quote.superseded_by = number, 1, None, None
	quote.offered_together = 0
	if not number:
		return
	chain = frappe.db.get_values(
		"Quote",
		{"quote_number": number},
		("name", "revision", "docstatus", "issued_on", "offered_together"),
		order_by="revision desc",
		for_update=True,
		as_dict=True,
	)
	latest = next((former for former in chain if former.issued_on), None)
	quote.revision = chain[0].revision + 1
	quote.supersedes = latest.name if latest and latest.docstatus == 1 else None
	quote.offered_together = latest.offered_together if latest and quote.supersedes else 0


def amended_number(quote: "Quote") -> str | None:
	"""Return the number of the cancelled quote that this one amends."""
	if not quote.amended_from:
		return None
	former = frappe.get_doc("Quote", quote.amended_from, for_update=True)
	if former.docstatus != 2 or former.opportunity != quote.opportunity:
		frappe.throw(_("Only a cancelled quote of the same opportunity can be amended."), RevisionError)
	draft = draft_revision(former.quote_number)
	if draft:
		frappe.throw(_("There is a draft revision already: {0}.").format(frappe.bold(draft)), RevisionError)
	return former.quote_number


def revision_name(quote_number: str | None, revision: int) -> str:
	"""Return the name of a revision: QTN-2026-00001-R2."""
	return f"{quote_number}-R{revision}"


def validate_not_accepted(quote: "Quote") -> None:
	"""Raise `RevisionError` if the customer has accepted an earlier revision: what was signed is not replaced."""
	filters = {"quote_number": quote.quote_number, "status": QuoteStatus.ACCEPTED, "name": ("!=", quote.name)}
	accepted = frappe.db.get_value("Quote", filters, for_update=True)
	if accepted:
		frappe.throw(
			_(
				"Quote {0} was accepted. Cancel it before you issue the revision, or make a copy instead of a revision."
			).format(frappe.bold(accepted)),
			RevisionError,
		)


def supersede_earlier(quote: "Quote") -> None:
	"""Put an issued revision in the place of the earlier ones, also as the primary quote."""
	earlier = frappe.db.get_values(
		"Quote",
		{
			"quote_number": quote.quote_number,
			"status": ("in", sorted(REVISABLE)),
			"name": ("!=", quote.name),
		},
		for_update=True,
		pluck=True,
	)
	for name in earlier:
		frappe.get_doc("Quote", name, for_update=True).change_status(
			QuoteStatus.SUPERSEDED, successor=quote, superseded_by=quote.name
		)


def release_draft(quote: "Quote") -> None:
	"""Take from the draft revision of a cancelled quote what it would have superseded."""
	frappe.db.set_value("Quote", {"supersedes": quote.name, "docstatus": 0}, "supersedes", None)

"""Closing and reopening: what must be said, and what follows for quotes and partner."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import comma_and, get_link_to_form, getdate

from sales_opportunity.access.permissions import may_reopen
from sales_opportunity.activities.open_activities import cancel_open_activities
from sales_opportunity.deal.line_sync import are_equal, link_lines, set_lines_from_quote
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.party_change import point_to_party
from sales_opportunity.deal.primary import mark_as_primary, strongest_quote, unmark_other_primary
from sales_opportunity.deal.quote_status import ISSUED, QuoteStatus, is_allowed
from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.locking import lock_opportunity
from sales_opportunity.masters.adapters import CUSTOMER, advance_party, show_concerns
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
	validate_no_frame_documents,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import moment_of

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

CLOSING_FIELDS = (
	"closed_on",
	"closing_reason",
	"won_quote",
	"competitor",
	"competitor_price",
	"closing_notes",
)


@dataclass(frozen=True)
class CloseOptions:
	"""What is said when an opportunity is closed: the quote it is won with, and whether planned activities stay.

	None for `keep_plans` is no answer: then meetings with invited guests stay.
	"""

	won_quote: str | None = None
	keep_plans: bool | None = None


class ClosingReasonError(frappe.ValidationError):
	pass


class WonQuoteError(frappe.ValidationError):
	pass


class OpportunityClosedError(frappe.ValidationError):
	pass


def validate_closing(doc: "SalesOpportunity") -> None:
	"""Set and check what closing needs; an open opportunity has nothing of it."""
	before = doc.get_doc_before_save()
	if before and before.status not in ("Open", doc.status):
		clear_closing_data(doc, before)
	if doc.status == "Open":
		doc.update({fieldname: None for fieldname in (*CLOSING_FIELDS, "closed_month") if doc.get(fieldname)})
		return
	if is_newly_closed(doc):
		doc.closed_on = moment_of(doc)
		if not doc.close_options.keep_plans:
			doc.next_activity = doc.next_activity_date = None
	doc.closed_month = month_of(doc.closed_on)
	validate_reason(doc)


def month_of(moment: datetime | str | None) -> str | None:
	"""Return the month of a moment as text that sorts like time, for reports that group by it: 2026-11."""
	return f"{getdate(moment):%Y-%m}" if moment else None


def store_months() -> None:
	"""Store the month of closing where it is not that of the moment of closing."""
	table = frappe.qb.DocType("Sales Opportunity")
	closed = frappe.qb.from_(table).where(table.closed_on.notnull())
	for row in closed.select(table.name, table.closed_on, table.closed_month).run(as_dict=True):
		if row.closed_month != month_of(row.closed_on):
			month = month_of(row.closed_on)
			frappe.db.set_value("Sales Opportunity", row.name, "closed_month", month, update_modified=False)


def set_won_quote(doc: "SalesOpportunity") -> "Quote | None":
	"""Choose the quote that a newly won opportunity was won with, and return it: its lines are what was sold."""
	if not is_newly_closed(doc):
		return None
	doc.won_quote = winning_quote(doc) if doc.status == OpportunityStatus.WON else None
	if not doc.won_quote:
		return None
	quote = frappe.get_doc("Quote", doc.won_quote, for_update=True)
	if not are_equal(quote, doc):
		set_lines_from_quote(doc, quote)
	doc.primary_quote, doc.manual_amount = doc.won_quote, 0
	return quote


def set_successor(doc: "SalesOpportunity") -> "Quote | None":
	"""Choose the primary quote of a reopened opportunity among those still on the table, and return it: its lines count."""
	before = doc.get_doc_before_save()
	if not before or before.status == "Open" or doc.status != "Open" or doc.primary_quote:
		return None
	successor = strongest_quote(doc.name)
	if successor:
		if not are_equal(successor, doc):
			set_lines_from_quote(doc, successor)
		doc.primary_quote, doc.successor_quote = successor.name, successor
	return successor


def promote_successor(doc: "SalesOpportunity") -> None:
	"""Mark the quote that `set_successor` has chosen."""
	successor, doc.successor_quote = doc.successor_quote, None
	if successor:
		mark_as_primary(successor)
		link_lines(successor, doc)


def is_newly_closed(doc: "SalesOpportunity") -> bool:
	"""Return whether this save closes the opportunity, or closes it differently than it was."""
	before = doc.get_doc_before_save()
	return doc.status != "Open" and (not before or before.status != doc.status)


def clear_closing_data(doc: "SalesOpportunity", before: "SalesOpportunity") -> None:
	"""Drop what an opportunity that is opened or closed anew has from its former end.

	Raises `frappe.PermissionError`, and as `validate_no_requests` and `validate_no_frame_documents`.
	"""
	if not may_reopen():
		frappe.throw(_("Only a Sales Manager may reopen a closed opportunity."), frappe.PermissionError)
	validate_no_requests(doc.name)
	validate_no_frame_documents(doc.name)
	# A closed one may also be closed differently: what was not entered anew belongs to the former outcome.
	for fieldname in CLOSING_FIELDS:
		if doc.get(fieldname) == before.get(fieldname):
			doc.set(fieldname, None)


def winning_quote(doc: "SalesOpportunity") -> str | None:
	"""Return the quote that was won: the chosen one, else an accepted one, else the primary one if it can be accepted.

	Raises `WonQuoteError` if the chosen one is another opportunity's or was never issued.
	"""
	accepted = {"opportunity": doc.name, "status": QuoteStatus.ACCEPTED}
	chosen = (
		doc.close_options.won_quote
		or frappe.db.get_value("Quote", accepted, order_by="answered_on desc", for_update=True)
		or doc.primary_quote
	)
	if not chosen:
		return None
	found = frappe.db.get_value("Quote", chosen, ("opportunity", "status"), for_update=True)
	opportunity, status = found or (None, None)
	if status and opportunity == doc.name and is_allowed(status, QuoteStatus.ACCEPTED):
		return chosen
	if doc.close_options.won_quote:
		frappe.throw(
			_("Quote {0} cannot be won: choose an issued quote of this opportunity.").format(
				frappe.bold(chosen)
			),
			WonQuoteError,
		)
	return None


def validate_reason(doc: "SalesOpportunity") -> None:
	"""Raise `ClosingReasonError` if a lost opportunity has no reason, or the reason is one for the other outcome."""
	if doc.status == OpportunityStatus.LOST and not doc.closing_reason:
		frappe.throw(
			_("Enter the reason why the opportunity was lost in the field {0}.").format(
				frappe.bold(_("Closing Reason"))
			),
			ClosingReasonError,
		)
	if doc.closing_reason:
		reason = frappe.get_cached_doc("Closing Reason", doc.closing_reason)
		if not reason.enabled and doc.has_changed("closing_reason"):
			frappe.throw(
				_("The reason {0} is disabled. Choose another one.").format(
					frappe.bold(_(doc.closing_reason, context="Closing Reason"))
				),
				ClosingReasonError,
			)
		outcome = reason.outcome
		if outcome != doc.status:
			frappe.throw(
				_("{0} is a reason for {1}, not for {2}.").format(
					frappe.bold(_(doc.closing_reason, context="Closing Reason")),
					_(outcome, context="Closing Reason"),
					_(doc.status, context=doc.doctype),
				),
				ClosingReasonError,
			)


def cancel_planned_activities(doc: "SalesOpportunity") -> None:
	"""Cancel the open tasks and coming meetings of a newly closed opportunity, unless `keep_plans` was asked for.

	Guests who were invited hear of it only if somebody was asked and said that plans are not kept.
	"""
	if is_newly_closed(doc) and not doc.close_options.keep_plans:
		cancel_open_activities(doc, tell_guests=doc.close_options.keep_plans is not None)


def advance_partner(doc: "SalesOpportunity") -> None:
	"""Let the partner of a won opportunity be a customer, and the opportunity be with what it has become."""
	if not is_newly_closed(doc) or doc.status != OpportunityStatus.WON or doc.is_taken_over:
		return
	gross = doc.won_quote and frappe.db.get_value("Quote", doc.won_quote, "base_gross_total")
	show_concerns(doc.party_type, doc.party, gross or doc.base_amount, doc.company)
	successor = advance_party(doc.party_type, doc.party, CUSTOMER)
	if successor:
		point_to_party(doc, *successor)


def close_quotes(doc: "SalesOpportunity") -> None:
	"""Accept the won quote and decline all others that are on the table, once the opportunity is closed."""
	if not is_newly_closed(doc):
		return
	note = (
		_("The opportunity was won.")
		if doc.status == OpportunityStatus.WON
		else _(doc.closing_reason, context="Closing Reason")
	)
	if doc.won_quote:
		won = frappe.get_doc("Quote", doc.won_quote, for_update=True)
		unmark_other_primary(won)
		won.change_status(QuoteStatus.ACCEPTED, answered_on=won.answered_on or doc.closed_on)
		link_lines(won, doc)
	filters = {
		"opportunity": doc.name,
		"status": ("in", sorted(ISSUED)),
		"name": ("!=", doc.won_quote or ""),
	}
	for name in frappe.db.get_values("Quote", filters, order_by="name asc", for_update=True, pluck=True):
		quote = frappe.get_doc("Quote", name, for_update=True)
		quote.change_status(
			QuoteStatus.DECLINED, answered_on=quote.answered_on or doc.closed_on, answer_note=note
		)


def validate_open(opportunity: "SalesOpportunity | frappe._dict") -> None:
	"""Raise `OpportunityClosedError` if quotes of the opportunity can no longer be made or issued."""
	if opportunity.status != "Open":
		frappe.throw(
			_("The opportunity is {0}. Reopen it before you make or issue a quote.").format(
				_(opportunity.status, context="Sales Opportunity")
			),
			OpportunityClosedError,
		)


class OpportunityRequestedError(frappe.ValidationError):
	pass


def validate_no_requests(opportunity: str) -> None:
	"""Raise `OpportunityRequestedError` if the opportunity has requests that are not cancelled.

	Locks the opportunity's row, so that none is made before the transaction ends.
	"""
	lock_opportunity(opportunity)
	requests = frappe.db.get_values(
		"Fulfilment Request",
		{"opportunity": opportunity, "status": ("!=", RequestStatus.CANCELLED)},
		"name",
		order_by="name asc",
		pluck=True,
		for_update=True,
	)
	if requests:
		frappe.throw(
			_("The opportunity cannot be reopened while it has requests that are not cancelled: {0}").format(
				comma_and(
					[get_link_to_form("Fulfilment Request", name) for name in requests], add_quotes=False
				)
			),
			OpportunityRequestedError,
		)

"""What of an opportunity can no longer change: its value once it is closed, partner, company and currency once a quote was issued."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.access.permissions import may_reopen
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
	validate_no_frame_documents,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

FROZEN_FIELDS = ("party_type", "party", "class_id", "company", "transaction_currency", "freight_tax_rate")
FROZEN_NUMBERS = (
	"conversion_rate",
	"discount_percentage",
	"fixed_discount",
	"freight",
	"amount",
	"manual_amount",
	"probability",
)
FROZEN_ITEM_FIELDS = (
	"name",
	"item_type",
	"item",
	"item_name",
	"description",
	"unit",
	"tax_rate",
	"recurrence",
	"deduction",
)
FROZEN_ITEM_NUMBERS = ("quantity", "rate", "discount_percentage", "discount_amount", "periods")
LOCKED_FIELDS = ("party_type", "party", "company", "transaction_currency")


class IssuedQuoteError(frappe.ValidationError):
	pass


def validate_frozen_value(doc: "SalesOpportunity") -> None:
	"""Raise `OpportunityClosedError` if the value of a closed opportunity, or what it comes from, was changed.

	Whether reports count it changes only by who may reopen it. Raises as `validate_no_frame_documents`.
	"""
	before = doc.get_doc_before_save()
	if not before or before.status == "Open" or doc.status != before.status:
		return
	if frozen_values(doc) != frozen_values(before):
		frappe.throw(
			_(
				"The opportunity is closed: partner, class, lines, amount and probability can no longer change."
			),
			OpportunityClosedError,
		)
	if bool(doc.is_frame) == bool(before.is_frame):
		return
	if not may_reopen():
		frappe.throw(
			_(
				"The opportunity is closed: ask a Sales Manager to change whether it is a frame contract, since reports do not count these."
			),
			OpportunityClosedError,
		)
	validate_no_frame_documents(doc.name)


def frozen_values(doc: "SalesOpportunity") -> tuple:
	"""Return what must not change any more once the opportunity is closed."""
	return (
		[doc.get(fieldname) or None for fieldname in FROZEN_FIELDS],
		[flt(doc.get(fieldname)) for fieldname in FROZEN_NUMBERS],
		[[row.get(fieldname) or None for fieldname in FROZEN_ITEM_FIELDS] for row in doc.items],
		[[flt(row.get(fieldname)) for fieldname in FROZEN_ITEM_NUMBERS] for row in doc.items],
	)


def validate_party_and_currency(opportunity: "SalesOpportunity") -> None:
	"""Raise `IssuedQuoteError` if partner, company or currency change after a quote of the opportunity was issued."""
	before = opportunity.get_doc_before_save()
	if not before:
		return
	if all((opportunity.get(field) or None) == (before.get(field) or None) for field in LOCKED_FIELDS):
		return
	filters = {"opportunity": opportunity.name, "docstatus": 1}
	issued = frappe.db.get_value("Quote", filters, for_update=True)
	if issued:
		frappe.throw(
			_(
				"Quote {0} was issued: partner and currency of the opportunity can no longer change. Cancel the quote, or make a new opportunity."
			).format(frappe.bold(issued)),
			IssuedQuoteError,
		)

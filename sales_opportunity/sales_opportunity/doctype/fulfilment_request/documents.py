"""What becomes of the documents that other apps make of requests, told by these apps: requests follow them."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import (
	is_requestable,
	lock,
	sold_lines,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import requested_quantities

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import DocumentState

REQUEST = "Fulfilment Request"


def follow_document(kind: str, opportunity: str, state: "DocumentState") -> str | None:
	"""Let the request that a document stands for be as the document is, and return its name; None if it has nothing of the deal.

	What it has more than before is taken from the open requests that ask for these lines and have no document, the oldest first:
	what is left of them stays open. A document that was made by hand gets the first one of which nothing is left, else a new one;
	others are cancelled. What it has no longer is free again. Services are not shipped, so they are left out of what was.

	To be called whenever the document is stored, submitted or amended, or something comes back of it, by who may do that: the
	right to change the deal is not asked for. Raises what a request raises, such as `ExceedsSoldError`.
	"""
	lock(opportunity)
	sold = sold_lines(opportunity, kind, for_update=True)
	parts = {
		name: quantity
		for name, quantity in state.parts.items()
		if quantity > 0 and not (name in sold and not is_requestable(sold[name], kind))
	}
	state = replace(state, parts=parts)
	request = request_for(kind, opportunity, state)
	if not parts:
		if request:
			request.end_with_document()
		return None
	if request and is_followed(request, state):
		return request.name
	emptied = reduce_waiting_requests(kind, opportunity, more_than(parts, request), is_new=not request)
	if emptied and not request:
		request = emptied.pop(0)
	for each in emptied:
		each.end_with_document()
	if not request:
		request = frappe.new_doc(REQUEST)
		request.update({"opportunity": opportunity, "kind": kind})
	request.follow_document(state)
	return request.name


def more_than(parts: dict[str, Decimal], request: "FulfilmentRequest | None") -> dict[str, Decimal]:
	"""Return what a document has more than its request."""
	former = requested_quantities(request) if request else {}
	return {name: quantity - former.get(name, Decimal(0)) for name, quantity in parts.items()}


def reduce_waiting_requests(
	kind: str, opportunity: str, needed: dict[str, Decimal], is_new: bool
) -> list["FulfilmentRequest"]:
	"""Let open requests without a document ask for less by what a document has, and return those of which nothing is left.

	They are stored with the rest only. The freight goes on to a document that `is_new`.
	"""
	emptied = []
	for request in waiting_requests(kind, opportunity):
		wanted = requested_quantities(request)
		taken = {name: min(wanted[name], needed[name]) for name in wanted if needed.get(name, 0) > 0}
		if not taken:
			continue
		needed = {name: quantity - taken.get(name, 0) for name, quantity in needed.items()}
		rest = {name: quantity - taken.get(name, 0) for name, quantity in wanted.items()}
		if any(rest.values()):
			request.ask_for_less(rest, without_freight=is_new)
		else:
			emptied.append(request)
	return emptied


def request_for(kind: str, opportunity: str, state: "DocumentState") -> "FulfilmentRequest | None":
	"""Return the open or done request of a document, if it has one."""
	found = frappe.db.get_value(
		REQUEST,
		{
			"opportunity": opportunity,
			"kind": kind,
			"reference_doctype": state.doctype,
			"reference_name": state.name,
			"status": ("!=", RequestStatus.CANCELLED),
		},
		for_update=True,
	)
	return frappe.get_doc(REQUEST, found, for_update=True) if found else None


def waiting_requests(kind: str, opportunity: str) -> list["FulfilmentRequest"]:
	"""Return the open requests of a deal that have no document yet, the oldest first."""
	filters = {"opportunity": opportunity, "kind": kind, "status": RequestStatus.OPEN}
	names = frappe.db.get_values(
		REQUEST,
		{**filters, "reference_name": ("is", "not set")},
		order_by="creation asc",
		pluck=True,
		for_update=True,
	)
	return [frappe.get_doc(REQUEST, name, for_update=True) for name in names]


def is_followed(request: "FulfilmentRequest", state: "DocumentState") -> bool:
	"""Return whether a request is as its document is already."""
	is_done = request.status == RequestStatus.DONE or not state.is_final
	has_values = all(request.get(fieldname) == value for fieldname, value in state.values.items())
	return is_done and has_values and requested_quantities(request) == state.parts


def end_requests(doctype: str, name: str, is_deleted: bool = False) -> None:
	"""Cancel the requests, open or done, of a document that is cancelled or deleted: this frees their quantities."""
	document = {"reference_doctype": doctype, "reference_name": name}
	for opportunity in sorted(set(frappe.get_all(REQUEST, document, pluck="opportunity"))):
		lock(opportunity)
		requests = frappe.db.get_values(
			REQUEST, {"opportunity": opportunity, **document}, pluck=True, for_update=True
		)
		for request in sorted(requests):
			frappe.get_doc(REQUEST, request, for_update=True).end_with_document(is_deleted)

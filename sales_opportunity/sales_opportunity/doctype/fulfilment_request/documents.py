"""What becomes of the documents that other apps make of requests, told by these apps: requests follow them."""

from dataclasses import replace
from typing import TYPE_CHECKING

import frappe

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import (
	is_requestable,
	lock,
	sold_lines,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import asked

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import DocumentState

REQUEST = "Fulfilment Request"


def follow_document(kind: str, opportunity: str, state: "DocumentState") -> str | None:
	"""Let the request that a document stands for be as the document is, and return its name; None if it has nothing of the deal.

	A document that was made by hand, and has none yet, gets one: that which asks for these lines and has no document, else a new
	one. What it has no longer is free again. Services are not shipped, so they are left out of what was.

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
	if not request:
		request = frappe.new_doc(REQUEST)
		request.update({"opportunity": opportunity, "kind": kind})
	if not is_followed(request, state):
		request.follow_document(state)
	return request.name


def request_for(kind: str, opportunity: str, state: "DocumentState") -> "FulfilmentRequest | None":
	"""Return the open or done request of a document, else an open one for some of its lines that has no document yet."""
	lines = {"opportunity": opportunity, "kind": kind}
	own = {"reference_doctype": state.doctype, "reference_name": state.name}
	found = frappe.db.get_value(
		REQUEST, {**lines, **own, "status": ("!=", RequestStatus.CANCELLED)}, for_update=True
	)
	if found:
		return frappe.get_doc(REQUEST, found, for_update=True)
	waiting = frappe.db.get_values(
		REQUEST,
		{**lines, "status": RequestStatus.OPEN, "reference_name": ("is", "not set")},
		order_by="creation asc",
		pluck=True,
		for_update=True,
	)
	for name in waiting:
		request = frappe.get_doc(REQUEST, name, for_update=True)
		if asked(request).keys() & state.parts.keys():
			return request
	return None


def is_followed(request: "FulfilmentRequest", state: "DocumentState") -> bool:
	"""Return whether a request is as its document is already."""
	is_done = request.status == RequestStatus.DONE or not state.is_final
	has_values = all(request.get(fieldname) == value for fieldname, value in state.values.items())
	return is_done and has_values and asked(request) == state.parts


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

"""What follows from a won opportunity: requests for billing and shipping, and for an order where an app makes one."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_list, whitelist
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	UnknownKindError,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import (
	is_requestable,
	kinds,
	lock,
	sold_lines,
)


@whitelist(methods=["POST"])
@retried
def create_fulfilment_request(
	opportunity: str, kind: str, items: list | str | None = None, request_key: str | None = None
) -> str:
	"""Create a request of `kind` (Billing or Shipping; Order where an app makes orders) from a won opportunity and return its name.

	`items` says how much of which line: `[{"opportunity_item": row name, "quantity": 2}]`; without it, the
	request takes everything that is still open. `request_key` identifies one click: the same key gives the same
	request, however often it arrives. Requests that come at the same time are made one after the other. An
	error leaves nothing half made.

	Raises `frappe.PermissionError` without write permission on the opportunity, `UnknownKindError`,
	`OpportunityNotWonError`, `NothingOpenError`, the errors of a single line (see `lines.fill_in_lines`), and what a
	provider raises.
	"""
	if kind not in kinds():
		frappe.throw(
			_("{0} cannot be requested, only: {1}.").format(
				kind, ", ".join(_(one, context="Fulfilment Request") for one in kinds())
			),
			UnknownKindError,
		)
	frappe.get_doc("Sales Opportunity", opportunity).check_permission("write")
	lock(opportunity)
	existing = existing_request(opportunity, request_key)
	if existing:
		return existing

	request = frappe.new_doc("Fulfilment Request")
	request.update({"opportunity": opportunity, "kind": kind, "request_key": request_key})
	for item in read_list(items or [], _("Items")):
		request.append("items", {key: item.get(key) for key in ("opportunity_item", "quantity")})
	frappe.db.savepoint("fulfilment_request")
	try:
		return request.insert().name
	except Exception:
		frappe.db.rollback(save_point="fulfilment_request")
		raise


def existing_request(opportunity: str, request_key: str | None) -> str | None:
	"""Return the request of the opportunity that was made with this key, if there is one."""
	filters = {"opportunity": opportunity, "request_key": request_key}
	return request_key and frappe.db.get_value("Fulfilment Request", filters, for_update=True)


@whitelist()
def follow_ups(opportunity: str) -> dict[str, list[dict[str, Any]]]:
	"""Return what of a won opportunity is sold, requested, done and still open: a list of lines per kind.

	Raises `frappe.PermissionError` without read permission on the opportunity.
	"""
	frappe.get_doc("Sales Opportunity", opportunity).check_permission("read")
	return {kind: requestable_lines(opportunity, kind) for kind in kinds()}


@whitelist()
def done_amounts(opportunity: str) -> dict[str, float]:
	"""Return what of a won opportunity is done per kind, net in its currency.

	That is what the documents of other apps come to, else what was asked for.

	Raises `frappe.PermissionError` without read permission on the opportunity.
	"""
	frappe.get_doc("Sales Opportunity", opportunity).check_permission("read")
	requests = frappe.get_all(
		"Fulfilment Request",
		{"opportunity": opportunity, "status": RequestStatus.DONE},
		["kind", "net_total", "document_total", "reference_name"],
	)
	amounts: dict[str, list[float]] = {kind: [] for kind in kinds()}
	for request in requests:
		amounts.setdefault(request.kind, []).append(
			request.document_total if request.reference_name else request.net_total
		)
	return {kind: float(exact_sum(parts)) for kind, parts in amounts.items()}


def requestable_lines(opportunity: str, kind: str) -> list[dict[str, Any]]:
	"""Return the lines that can be requested in a kind, with their quantities."""
	return [
		{
			"opportunity_item": name,
			"item_name": line.row.item_name,
			"unit": line.row.unit,
			"sold": line.row.quantity,
			"requested": float(line.requested),
			"done": float(line.done),
			"open": float(line.open),
		}
		for name, line in sold_lines(opportunity, kind).items()
		if line.row.quantity and is_requestable(line, kind)
	]

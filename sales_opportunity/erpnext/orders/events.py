"""What happens in ERPNext to orders, delivery notes and invoices, seen from their deals."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.erpnext.orders.deferral import set_service_periods
from sales_opportunity.erpnext.orders.rows import OpenRow, lines_for
from sales_opportunity.erpnext.orders.states import SALES_ORDER, is_made_of_request, state_of
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.documents import (
	end_requests,
	follow_document,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import lock

if TYPE_CHECKING:
	from frappe.model.document import Document

REQUEST = "Fulfilment Request"
ORDER_ROW = "so_detail"
"""The field of delivered and billed rows that names the order's row."""


def free_quantities(doc: "Document", method: str | None = None) -> None:
	"""Hook of documents that are cancelled or deleted: cancel their requests, open or done; what a return took back is there again."""
	end_requests(doc.doctype, doc.name, is_deleted=method == "on_trash")
	if doc.get("is_return") and method == "on_cancel":
		follow_original(doc)


def on_order(doc: Any, method: str | None = None) -> None:
	"""Hook of saved, submitted and later changed orders: let the request be as the order is.

	One that is being made of it is told of later.
	"""
	if is_made_of_request():
		return
	if is_order_of_deal(doc):
		if method == "on_update_after_submit":
			for row in relink_rows(doc):
				row.db_set("sales_opportunity_item", row.sales_opportunity_item)
		ensure_request(doc)
	elif is_amended(doc):
		end_requests(doc.doctype, doc.amended_from)
		ensure_request(doc)


def on_order_status(doc: Any, method: str | None = None) -> None:
	"""Hook of orders whose fields were stored alone, as ERPNext does it with their status.

	A closed one has only what was delivered or billed.

	One that is opened again is a draft at first, and then what its deliveries and bills say.
	"""
	if (
		doc.docstatus == 1
		and doc.status in ("Closed", "Draft")
		and not doc.flags.in_insert
		and is_order_of_deal(doc)
	):
		ensure_request(doc)


def ensure_request(order: Any) -> None:
	"""Let an order have its request. Raises what a request raises, such as `ExceedsSoldError`."""
	request = follow_document("Order", order.sales_opportunity, state_of(order, order.sales_opportunity))
	if (request or None) != order.fulfilment_request:
		order.db_set("fulfilment_request", request)


def is_order_of_deal(order: Any) -> bool:
	"""Return whether an order was made of the deal that it names: its request, open or not, says so."""
	return bool(
		order.sales_opportunity
		and frappe.db.exists(
			REQUEST,
			{
				"opportunity": order.sales_opportunity,
				"reference_doctype": order.doctype,
				"reference_name": order.name,
			},
		)
	)


def is_amended(order: Any) -> bool:
	"""Return whether an order follows from a cancelled one of the same deal."""
	return bool(
		order.amended_from
		and order.sales_opportunity
		and frappe.db.get_value(SALES_ORDER, order.amended_from, "sales_opportunity")
		== order.sales_opportunity
	)


def link_order_rows(order: Any, method: str | None = None) -> None:
	"""Hook of orders before they are named and checked: new rows, and those with another item, are of the deal if it has it.

	The deal is locked before anything is stored, see `link_rows`.
	"""
	if is_amended(order) or (not order.is_new() and is_order_of_deal(order)):
		lock(order.sales_opportunity)
		relink_rows(order)


def relink_rows(order: Any) -> list[Any]:
	"""Let the rows of an order that have no line of the deal, or another item than this, have the line of their item; return them."""
	lines = frappe.get_all(
		"Sales Opportunity Item",
		{"parent": order.sales_opportunity, "item_type": "Item"},
		["name", "item", "quantity"],
		order_by="idx asc",
	)
	items = {line.name: line.item for line in lines}
	taken: dict[str, Decimal] = defaultdict(Decimal)
	loose = []
	for row in order.items:
		if row.item_code and items.get(row.sales_opportunity_item) == row.item_code:
			taken[row.sales_opportunity_item] += to_decimal(row.qty)
		else:
			loose.append(row)
	found = lines_for(
		[(row.item_code or "", to_decimal(row.qty)) for row in loose],
		[OpenRow(line.name, line.item, to_decimal(line.quantity) - taken[line.name]) for line in lines],
	)
	for row, name in zip(loose, found, strict=True):
		row.sales_opportunity_item = name
	return loose


def link_rows(doc: Any, method: str | None = None) -> None:
	"""Hook of delivery notes and invoices before they are named and checked: let each row name the deal of its order's row.

	The deals are locked before anything is stored, as a click here does: the one waits for the other, instead of both.
	"""
	names = [row.get(ORDER_ROW) for row in doc.items if row.get(ORDER_ROW)]
	rows = frappe.get_all(
		"Sales Order Item",
		{"name": ("in", names), "sales_opportunity_item": ("is", "set")},
		["name", "parent", "sales_opportunity_item"],
	)
	deals = deals_of_orders({row.parent for row in rows})
	lines = {row.name: (deals.get(row.parent), row.sales_opportunity_item) for row in rows}
	for row in doc.items:
		deal, line = lines.get(row.get(ORDER_ROW), (None, None))
		row.update({"sales_opportunity": deal, "sales_opportunity_item": line if deal else None})
	set_service_periods(doc)
	for deal in sorted(set(deals.values())):
		lock(deal)


def deals_of_orders(orders: set[str]) -> dict[str, str]:
	"""Return the deals that orders were made of, by the orders' names."""
	if not orders:
		return {}
	filters = {
		"kind": "Order",
		"reference_doctype": SALES_ORDER,
		"reference_name": ("in", sorted(orders)),
		"status": ("!=", RequestStatus.CANCELLED),
	}
	return dict(frappe.get_all(REQUEST, filters, ["reference_name", "opportunity"], as_list=True))


def on_document(doc: Any, method: str | None = None) -> None:
	"""Hook of saved and submitted delivery notes and invoices, made of a request or by hand: let their requests be as they are."""
	if is_made_of_request():
		return
	if doc.is_return:
		if doc.docstatus == 1:
			follow_original(doc)
		return
	sync_requests(doc)


def follow_original(returned: Any) -> None:
	"""Let the requests of the document that something was returned of have less, or again all of it."""
	if returned.return_against and frappe.db.exists(returned.doctype, returned.return_against):
		sync_requests(frappe.get_doc(returned.doctype, returned.return_against))


def sync_requests(doc: Any) -> None:
	"""Let the requests of a document be as it is; its deals are locked before what other transactions may change is read."""
	for deal in sorted(deals_of(doc)):
		lock(deal)
	for deal in sorted(deals_of(doc, for_update=True)):
		for kind in kinds_of(doc):
			follow_document(kind, deal, state_of(doc, deal, kind))
		for kind in former_kinds(doc, deal):
			follow_document(kind, deal, replace(state_of(doc, deal), parts={}))


def lock_deals(doc: Any, method: str | None = None) -> None:
	"""Hook of documents before they are cancelled: lock their deals before anything else, as who submits or clicks here does."""
	deals = deals_of(doc)
	if doc.get("is_return") and doc.return_against:
		deals |= deals_of(frappe.get_doc(doc.doctype, doc.return_against))
	for deal in sorted(deals):
		lock(deal)


def former_kinds(doc: Any, deal: str) -> list[str]:
	"""Return what a document stood for and does no longer: an invoice that delivers no more."""
	known = {**requests_of(doc), "opportunity": deal, "kind": ("not in", kinds_of(doc))}
	return sorted(frappe.get_all(REQUEST, known, pluck="kind"))


def deals_of(doc: Any, for_update: bool = False) -> set[str]:
	"""Return the deals that rows of a document belong to, and those whose rows it has no longer."""
	return {row.sales_opportunity for row in doc.items if row.get("sales_opportunity")} | set(
		frappe.db.get_values(REQUEST, requests_of(doc), "opportunity", pluck=True, for_update=for_update)
	)


def requests_of(doc: Any) -> dict[str, Any]:
	"""Return the filters of a document's requests, open or done."""
	return {
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"status": ("!=", RequestStatus.CANCELLED),
	}


def kinds_of(doc: Any) -> tuple[str, ...]:
	"""Return what a document stands for; an invoice can deliver, too."""
	if doc.doctype == "Delivery Note":
		return ("Shipping",)
	return ("Billing", "Shipping") if doc.update_stock else ("Billing",)

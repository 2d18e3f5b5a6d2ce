"""What happens to an order in ERPNext, seen from its deal."""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe

from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from frappe.model.document import Document

	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)


def free_quantities(doc: "Document", method: str | None = None) -> None:
	"""Hook of orders that are cancelled or deleted: cancel the request that the order was made of, open or done."""
	request = request_of(doc)
	if request:
		request.end_with_document(is_deleted=method == "on_trash")


def request_of(doc: "Document") -> "FulfilmentRequest | None":
	"""Return the request that an order was made of, locked; None if it is gone or refers to something else."""
	name = doc.get("fulfilment_request")
	if not name or not frappe.db.exists("Fulfilment Request", name):
		return None
	request = frappe.get_doc("Fulfilment Request", name, for_update=True)
	is_its_own = (request.reference_doctype, request.reference_name) == (doc.doctype, doc.name)
	return request if is_its_own else None


def take_amended(doc: Any, method: str | None = None) -> None:
	"""Hook of new orders: make a request for what an amended one sells of the deal, in place of the cancelled order's.

	Raises what a request raises, such as `ExceedsSoldError` if the order sells more than is open.
	"""
	if not (doc.get("amended_from") and doc.get("sales_opportunity")):
		return
	amended = frappe.get_doc(doc.doctype, doc.amended_from)
	if amended.get("sales_opportunity") != doc.sales_opportunity:
		return
	free_quantities(amended)
	quantities = sold_quantities(doc)
	doc.db_set("fulfilment_request", make_request(doc, quantities) if quantities else None)


def make_request(doc: Any, quantities: dict[str, Decimal]) -> str:
	"""Make the request that an order stands for, and return its name."""
	request = frappe.new_doc("Fulfilment Request")
	request.update({"opportunity": doc.sales_opportunity, "kind": "Order"})
	for line, quantity in quantities.items():
		request.append("items", {"opportunity_item": line, "quantity": float(quantity)})
	# Who may amend the order was checked there, whether they may change the deal or not.
	return request.insert_for(doc.doctype, doc.name, ignore_permissions=True).name


def sold_quantities(doc: Any) -> dict[str, Decimal]:
	"""Return how much an order sells of the deal's lines, in their units, by the names of their rows."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.items:
		if row.sales_opportunity_item:
			found[row.sales_opportunity_item] += in_unit_of_deal(row)
	return dict(found)


def in_unit_of_deal(row: Any) -> Decimal:
	"""Return the quantity of an order's row in the unit of the deal's line, also if another one was chosen."""
	from erpnext.stock.get_item_details import get_conversion_factor

	unit = frappe.db.get_value("Sales Opportunity Item", row.sales_opportunity_item, "unit")
	if not unit or unit == row.uom:
		return to_decimal(row.qty)
	factor = get_conversion_factor(row.item_code, unit).get("conversion_factor") or 1
	return to_decimal(row.stock_qty) / to_decimal(factor)

"""Orders of a Quotation, and what was delivered and billed of them, tied to the deal so that it counts there."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe

from sales_opportunity.erpnext.orders.events import ORDER_ROW, kinds_of
from sales_opportunity.erpnext.orders.rows import OpenRow, lines_for
from sales_opportunity.erpnext.orders.states import SALES_ORDER, state_of
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.documents import follow_document

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import DocumentState
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

FOLLOWING = {"Delivery Note": "Delivery Note Item", "Sales Invoice": "Sales Invoice Item"}
"""What follows from orders, and its rows."""


def link_orders(quotation: str, deal: "SalesOpportunity", rows: list[str], quote: str) -> None:
	"""Let the orders that were made of a Quotation, and their deliveries and invoices, count as those of the deal.

	`rows` are the Quotation's rows that the deal's lines stand for. More than was sold does not count.
	"""
	lines = {row: line.name for row, line in zip(rows, deal.items, strict=True)}
	counted = OpenQuantities(deal)
	tied: dict[str, str] = {}
	for name in orders_of(quotation):
		order = frappe.get_doc(SALES_ORDER, name)
		if order.get("sales_opportunity"):
			continue
		tied |= link_rows_of_order(order, quotation, lines, counted)
		order.db_set({"sales_opportunity": deal.name, "sales_quote": quote}, update_modified=False)
		order.db_set("fulfilment_request", counted.add_request(order, "Order"), update_modified=False)
	for document in link_documents_of_rows(tied, deal.name):
		for kind in kinds_of(document):
			counted.add_request(document, kind)


class OpenQuantities:
	"""What of the deal's lines is not ordered, delivered or billed yet, while one document after the other is counted."""

	def __init__(self, deal: "SalesOpportunity") -> None:
		self.deal = deal
		self.left: dict[str, dict[str, Decimal]] = {}

	def open(self, kind: str) -> dict[str, Decimal]:
		"""Return how much is open of each line."""
		sold = {line.name: to_decimal(line.quantity) for line in self.deal.items}
		return self.left.setdefault(kind, sold)

	def add_request(self, document: Any, kind: str) -> str | None:
		"""Let the deal have a request of a document, with no more than is open, and return its name."""
		state = self.within(state_of(document, self.deal.name, kind), self.open(kind))
		return follow_document(kind, self.deal.name, state)

	def within(self, state: "DocumentState", left: dict[str, Decimal]) -> "DocumentState":
		"""Return the state with no more than is left of each line, which `left` is reduced by."""
		parts = {line: max(min(quantity, left[line]), Decimal(0)) for line, quantity in state.parts.items()}
		for line, quantity in parts.items():
			left[line] -= quantity
		return replace(state, parts=parts)


def orders_of(quotation: str) -> list[str]:
	"""Return the orders of a Quotation that are not cancelled, the earliest first."""
	names = frappe.get_all(
		"Sales Order Item",
		{"prevdoc_docname": quotation, "docstatus": ("<", 2), "parenttype": SALES_ORDER},
		pluck="parent",
		distinct=True,
	)
	return sorted(names)


def link_rows_of_order(
	order: Any, quotation: str, lines: dict[str, str], counted: OpenQuantities
) -> dict[str, str]:
	"""Store which lines an order's rows of the Quotation stand for, and return them; rows that do not say it go by their item."""
	rows = [row for row in order.items if row.prevdoc_docname == quotation]
	found = {row.name: lines[row.quotation_item] for row in rows if row.quotation_item in lines}
	loose = [row for row in rows if not row.quotation_item]
	left = dict(counted.open("Order"))
	for row in rows:
		if row.name in found:
			left[found[row.name]] -= to_decimal(row.qty)
	by_item = lines_for(
		[(row.item_code or "", to_decimal(row.qty)) for row in loose],
		[OpenRow(line.name, line.item or "", left[line.name]) for line in counted.deal.items],
	)
	found |= {row.name: line for row, line in zip(loose, by_item, strict=True) if line}
	for row in rows:
		if row.name in found:
			row.db_set("sales_opportunity_item", found[row.name], update_modified=False)
	return found


def link_documents_of_rows(lines: dict[str, str], deal: str) -> list[Any]:
	"""Store the deal on the rows that deliver or bill orders' rows, and return their documents but for returns, the earliest first.

	`lines` are the deal's lines by the orders' rows.
	"""
	documents = []
	for doctype, row_doctype in FOLLOWING.items():
		rows = frappe.get_all(
			row_doctype,
			{ORDER_ROW: ("in", sorted(lines) or [""]), "docstatus": ("<", 2), "parenttype": doctype},
			["name", "parent", ORDER_ROW],
		)
		for row in rows:
			values = {"sales_opportunity": deal, "sales_opportunity_item": lines[row[ORDER_ROW]]}
			frappe.db.set_value(row_doctype, row.name, values, update_modified=False)
		documents += [frappe.get_doc(doctype, name) for name in {row.parent for row in rows}]
	made = [document for document in documents if not document.is_return]
	return sorted(made, key=lambda document: (document.creation, document.name))

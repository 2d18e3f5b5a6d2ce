"""The Delivery Note and the Sales Invoice that are made of a request, by ERPNext's own mappers from the deal's orders."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.erpnext.errors import NotOrderedError
from sales_opportunity.erpnext.orders.events import link_rows
from sales_opportunity.erpnext.orders.layouts import Layout, SoldPart
from sales_opportunity.erpnext.orders.making import OrderedDeal, add_taxes, as_deal, fitting, insert_fitting
from sales_opportunity.erpnext.orders.rows import OpenRow, have_same_amounts, parts_of
from sales_opportunity.erpnext.orders.states import SALES_ORDER, in_unit_of_deal, made_of_request, state_of
from sales_opportunity.pricing.money import allocate, to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.quantities import to_quantity
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import (
		DocumentState,
		Fulfilment,
		FulfilmentLine,
	)

MODULE = "erpnext.selling.doctype.sales_order.sales_order"
MAPPERS = {"Delivery Note": f"{MODULE}.make_delivery_note", "Sales Invoice": f"{MODULE}.make_sales_invoice"}
TAKEN_BY = {
	"Delivery Note": ("Delivery Note Item", "Sales Invoice Item"),
	"Sales Invoice": ("Sales Invoice Item",),
}
"""The rows that take from an order's; invoices that update the stock deliver, too."""
REQUEST = "Fulfilment Request"


def make_delivery_note(fulfilment: "Fulfilment") -> "DocumentState":
	"""Make the draft of a delivery note from the deal's submitted orders, and return its state (a hook).

	Raises `NotOrderedError` if they do not have what is to be delivered, and what ERPNext raises.
	"""
	note = mapped_document("Delivery Note", fulfilment)
	orders = {row.against_sales_order for row in note.items}
	others = {"against_sales_order": ("in", sorted(orders)), "docstatus": ("<", 2)}
	is_first = not frappe.db.exists("Delivery Note Item", others)
	as_share(note, with_actual=is_first)
	with made_of_request():
		note.insert()
	return state_of(note, fulfilment.opportunity)


def make_sales_invoice(fulfilment: "Fulfilment") -> "DocumentState":
	"""Make the draft of an invoice from the deal's submitted orders, and return its state (a hook).

	It has the sums of the deal to the cent while its orders have them; where these were changed by hand, it is as ERPNext
	makes it. Raises `NotOrderedError` if the orders do not have what is to be billed, `UnequalTotalsError`, and what ERPNext
	raises.
	"""
	invoice = mapped_document("Sales Invoice", fulfilment)
	if are_as_sold({row.sales_order for row in invoice.items}) and has_units_of_deal(invoice, fulfilment):
		deal = by_rows(as_deal(fulfilment, invoice.company), invoice)
		fitting(deal, lambda layout: computed_invoice(invoice, deal, layout), invoice.doctype)
		with made_of_request():
			insert_fitting(invoice, deal)
	else:
		as_share(invoice, with_actual=bool(fulfilment.freight))
		with made_of_request():
			invoice.insert()
	return state_of(invoice, fulfilment.opportunity)


def mapped_document(doctype: str, fulfilment: "Fulfilment") -> Any:
	"""Return what ERPNext maps from the deal's orders, with the quantities that are asked for, not stored yet."""
	taken = requested_rows(doctype, fulfilment)
	doc: Any = None
	for order in dict.fromkeys(row.parent for row, _quantity in taken):
		# ERPNext's mapper puts the order's taxes in the place of those of the order before.
		charges = [row for row in doc.taxes if row.charge_type == "Actual"] if doc else []
		doc = frappe.get_attr(MAPPERS[doctype])(order, doc)
		doc.extend("taxes", charges)
	quantities = {row.name: quantity for row, quantity in taken}
	doc.set("items", [row for row in doc.items if row.so_detail in quantities])
	for index, row in enumerate(doc.items, 1):
		row.update({"idx": index, "qty": float(quantities[row.so_detail])})
	if len(doc.items) < len(quantities):
		frappe.throw(
			_(
				"For ERPNext, rows of {0} are delivered or billed in full already. Look at the order's connections for the document that has them."
			).format(
				", ".join(
					get_link_to_form(SALES_ORDER, order)
					for order in dict.fromkeys(row.parent for row, _part in taken)
				)
			),
			NotOrderedError,
		)
	link_rows(doc)
	# ERPNext's mapper of invoices leaves permissions out; who has this one made needs them.
	doc.flags.ignore_permissions = False
	doc.run_method("calculate_taxes_and_totals")
	return doc


def requested_rows(doctype: str, fulfilment: "Fulfilment") -> list[tuple[Any, Decimal]]:
	"""Return how much of which rows of the deal's orders is asked for, in the rows' units. Raises `NotOrderedError`."""
	rows = order_rows(fulfilment.opportunity)
	taken = taken_stock(doctype, [row.name for row in rows])
	found = []
	for line in fulfilment.lines:
		of_line = {row.name: row for row in rows if row.sales_opportunity_item == line.opportunity_item}
		opened = [OpenRow(name, row.item_code, open_part(row, taken[name])) for name, row in of_line.items()]
		parts, rest = parts_of(line.quantity, opened)
		if rest:
			throw_not_ordered(line, rest)
		for name, part in parts.items():
			row = of_line[name]
			found.append((row, part * to_decimal(row.qty) / in_unit_of_deal(row)))
	return found


def throw_not_ordered(line: "FulfilmentLine", rest: Decimal) -> None:
	"""Raise `NotOrderedError` for what orders do not have of a line."""
	frappe.throw(
		_(
			"{0}: {1} of {2} are not open on a submitted {3}. Create and submit it first, or ask for less."
		).format(
			frappe.bold(line.item_name),
			format_number(rest, frappe.local.lang),
			format_number(line.quantity, frappe.local.lang),
			_(SALES_ORDER),
		),
		NotOrderedError,
	)


def order_rows(opportunity: str) -> list[Any]:
	"""Return the rows of a deal's submitted orders that are not closed, the oldest order first."""
	orders = orders_of_deal(opportunity)
	filters = {"name": ("in", orders), "docstatus": 1, "status": ("!=", "Closed")}
	submitted = set(frappe.get_all(SALES_ORDER, filters, pluck="name"))
	return [
		row
		for order in orders
		if order in submitted
		for row in frappe.get_doc(SALES_ORDER, order).items
		if row.sales_opportunity_item and row.qty
	]


def orders_of_deal(opportunity: str) -> list[str]:
	"""Return the names of the orders that were made of a deal and are not cancelled, the oldest first."""
	filters = {
		"opportunity": opportunity,
		"kind": "Order",
		"reference_doctype": SALES_ORDER,
		"status": ("!=", RequestStatus.CANCELLED),
	}
	return frappe.get_all(REQUEST, filters, pluck="reference_name", order_by="creation asc")


def open_part(row: Any, taken: Decimal) -> Decimal:
	"""Return what is left of an order's row, in the unit of the deal's line, when `taken` of its stock units are."""
	stock = to_decimal(row.stock_qty)
	return max(to_quantity(in_unit_of_deal(row) * (stock - taken) / stock), Decimal(0))


def taken_stock(doctype: str, rows: list[str]) -> dict[str, Decimal]:
	"""Return how much of order rows other documents have taken, in stock units, less what came back.

	Read with a lock: another click may have made one since this transaction began.
	"""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row_doctype in TAKEN_BY[doctype]:
		for row, quantity in taken_rows(row_doctype, rows, delivering=row_doctype != f"{doctype} Item"):
			found[row] += to_decimal(quantity)
	return found


def taken_rows(doctype: str, order_rows: list[str], delivering: bool) -> list[tuple[str, float]]:
	"""Return order rows and stock units of rows that take from them, without drafts of returns.

	`delivering` keeps to invoices that update the stock.
	"""
	row = frappe.qb.DocType(doctype)
	query = (
		frappe.qb.from_(row)
		.select(row.so_detail, row.stock_qty)
		.where(row.so_detail.isin(order_rows or [""]))
		.where((row.docstatus == 1) | ((row.docstatus == 0) & (row.stock_qty >= 0)))
		.for_update()
	)
	if delivering:
		invoice = frappe.qb.DocType("Sales Invoice")
		query = query.join(invoice).on(invoice.name == row.parent).where(invoice.update_stock == 1)
	return list(query.run())


def as_share(doc: Any, with_actual: bool) -> None:
	"""Let a document that is mapped from an order have its share of what is an amount there: discounts and, once, charges."""
	if not with_actual:
		doc.set("taxes", [row for row in doc.taxes if row.charge_type != "Actual"])
	if doc.discount_amount and not doc.additional_discount_percentage:
		orders = {row.get("against_sales_order") or row.get("sales_order") for row in doc.items}
		total, discount = (
			sum(frappe.db.get_value(SALES_ORDER, order, fieldname) or 0 for order in orders)
			for fieldname in ("total", "discount_amount")
		)
		doc.discount_amount = discount * doc.total / total if total else 0
	doc.run_method("calculate_taxes_and_totals")


def are_as_sold(orders: set[str]) -> bool:
	"""Return whether orders come to what their requests do, line by line: prices that were changed by hand go on into invoices."""
	requests = frappe.get_all(
		REQUEST,
		{
			"reference_doctype": SALES_ORDER,
			"reference_name": ("in", sorted(orders)),
			"status": ("!=", RequestStatus.CANCELLED),
		},
		["name", "net_total", "document_total", "transaction_currency", "reference_name"],
	)
	return all(
		request.net_total == request.document_total
		and have_same_amounts(
			amounts_of("Fulfilment Request Item", request.name, "opportunity_item", "amount"),
			amounts_of("Sales Order Item", request.reference_name, "sales_opportunity_item", "net_amount"),
			decimal_places(request.transaction_currency),
		)
		for request in requests
	)


def amounts_of(doctype: str, parent: str, line_field: str, amount_field: str) -> dict[str, Decimal]:
	"""Return what rows of a document amount to, by the deal's line."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in frappe.get_all(doctype, {"parent": parent}, [line_field, amount_field]):
		found[row[line_field] or ""] += to_decimal(row[amount_field])
	return found


def has_units_of_deal(doc: Any, fulfilment: "Fulfilment") -> bool:
	"""Return whether all rows are in the units of the deal's lines, so that its prices are theirs."""
	units = {line.opportunity_item: line.unit for line in fulfilment.lines}
	return all(row.uom == units[row.sales_opportunity_item] for row in doc.items)


def by_rows(deal: OrderedDeal, invoice: Any) -> OrderedDeal:
	"""Return the deal with a part for each row of an invoice: a line that was ordered in parts has several."""
	parts: dict[int, SoldPart] = {}
	for line, part in zip(deal.fulfilment.lines, deal.parts, strict=True):
		rows = [row for row in invoice.items if row.sales_opportunity_item == line.opportunity_item]
		quantities = [to_decimal(row.qty) for row in rows]
		amounts = allocate(part.amount, quantities, deal.places)
		whole = sum(quantities, Decimal(0))
		for row, quantity, amount in zip(rows, quantities, amounts, strict=True):
			discount = part.discount_amount * quantity / whole
			parts[row.idx] = replace(part, quantity=quantity, amount=amount, discount_amount=discount)
	return replace(deal, parts=tuple(parts[row.idx] for row in invoice.items))


def computed_invoice(invoice: Any, deal: OrderedDeal, layout: Layout) -> Any:
	"""Return the invoice written down in a way, computed by ERPNext."""
	lines = {line.opportunity_item: line for line in deal.fulfilment.lines}
	for row, price in zip(invoice.items, layout.prices, strict=True):
		line = lines[row.sales_opportunity_item]
		row.update(
			{
				"price_list_rate": float(price.list_rate),
				"discount_percentage": float(price.discount_percentage),
				"discount_amount": float(price.discount_amount),
				"rate": float(price.rate),
				"item_tax_template": deal.taxes.item_template_of(line.tax_rate),
			}
		)
	invoice.update(
		{
			"apply_discount_on": "Net Total",
			"additional_discount_percentage": float(layout.discount_percentage),
			"discount_amount": float(layout.discount_amount),
			"taxes": [],
		}
	)
	add_taxes(invoice, deal, layout)
	invoice.run_method("calculate_taxes_and_totals")
	return invoice

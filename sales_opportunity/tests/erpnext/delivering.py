"""Orders of won deals, and the delivery notes and invoices that are made of them, by one click and by ERPNext's buttons."""

import frappe

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.tests.erpnext.erp import make_deal, order_of, win

ORDERS = "erpnext.selling.doctype.sales_order.sales_order"
NAMES = {"Shipping": "make_delivery_note", "Billing": "make_sales_invoice"}
RETURNS = {
	"Shipping": "erpnext.stock.doctype.delivery_note.delivery_note.make_sales_return",
	"Billing": "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return",
}


def ordered(lines: list[dict] | None = None, paper: dict | None = None, **values):
	"""Return a won deal, its quote and its submitted order."""
	deal, quote = win(make_deal(lines, **values), **(paper or {}))
	order = order_of(create_fulfilment_request(deal.name, "Order"))
	order.submit()
	return deal, quote, order


def made(deal, kind: str, *quantities: float):
	"""Return the document that one click makes of so much of each line, of all that is open if nothing is said."""
	items = [
		{"opportunity_item": row.name, "quantity": quantity}
		for row, quantity in zip(deal.items, quantities, strict=False)
		if quantity
	]
	return order_of(create_fulfilment_request(deal.name, kind, items))


def by_hand(order, kind: str, quantity: float | None = None):
	"""Return what ERPNext's own button on the order makes, saved; of the first row so much, if that is said."""
	doc = frappe.get_attr(f"{ORDERS}.{NAMES[kind]}")(order.name)
	if quantity:
		doc.items[0].qty = quantity
	return doc.insert()


def progress(deal, kind: str) -> list[tuple]:
	"""Return what is requested and done of each line."""
	return [(line["requested"], line["done"]) for line in follow_ups(deal.name)[kind]]

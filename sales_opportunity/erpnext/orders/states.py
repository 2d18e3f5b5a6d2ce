"""What Sales Orders, Delivery Notes and Sales Invoices have of a deal: quantities and amounts, less what came back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

import frappe

from sales_opportunity.currency import decimal_places
from sales_opportunity.erpnext.company.base_amounts import base_amount, day_field
from sales_opportunity.erpnext.company.exchange import books_of
from sales_opportunity.erpnext.masters.units import stock_units_in
from sales_opportunity.erpnext.orders.taxes import freight_account_of
from sales_opportunity.pricing.money import allocate, to_decimal
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import DocumentState

SALES_ORDER, INVOICE = "Sales Order", "Sales Invoice"
SHIPPING = "Shipping"
SHARED = ("stock_qty", "net_amount", "base_net_amount")
"""What a part of a row has a part of."""

_is_made_of_request: ContextVar[bool] = ContextVar("is_made_of_request", default=False)


@contextmanager
def made_of_request() -> Iterator[None]:
	"""Let the events of a document that is being made of a request leave that alone: it hears of it from whoever makes it."""
	token = _is_made_of_request.set(True)
	try:
		yield
	finally:
		_is_made_of_request.reset(token)


def is_made_of_request() -> bool:
	"""Return whether the document that is being saved is made of a request at this moment."""
	return _is_made_of_request.get()


def state_of(doc: Any, opportunity: str, kind: str | None = None) -> DocumentState:
	"""Return what a document has of a deal; a final one has less by its returns or credit notes.

	An invoice that delivers has less delivered, the `kind` Shipping, only by those that take the goods back.
	"""
	rows = rows_of_deal(doc, opportunity)
	if is_closed_order(doc):
		rows = closed_rows(rows)
	returns = returns_of(doc, opportunity) if doc.docstatus == 1 and doc.doctype != SALES_ORDER else []
	if kind == SHIPPING and doc.doctype == INVOICE:
		returns = [each for each in returns if each.update_stock]
	returned = [row for each in returns for row in rows_of_deal(each, opportunity)]
	documents = (doc, *returns)
	in_books = net_total((*rows, *returned), documents, opportunity, base=True)
	deal = frappe.db.get_value(
		"Sales Opportunity", opportunity, ["transaction_currency", "conversion_rate"], as_dict=True
	)
	base_net_total = base_amount(
		in_books, doc.company, doc.get(day_field(doc.doctype)), (doc.currency, doc.conversion_rate), deal
	)
	return DocumentState(
		doctype=doc.doctype,
		name=doc.name,
		parts=quantities(rows, [row for row in returned if takes_back(row, doc, kind)]),
		net_total=net_total((*rows, *returned), documents, opportunity, base=False),
		base_net_total=base_net_total or Decimal(0),
		is_final=doc.docstatus == 1,
	)


def rows_of_deal(doc: Any, opportunity: str) -> list[Any]:
	"""Return the rows of a document that belong to a deal; of an order, all that belong to one are of the order's own."""
	return [
		row
		for row in doc.items
		if row.sales_opportunity_item
		and (doc.sales_opportunity if doc.doctype == SALES_ORDER else row.sales_opportunity) == opportunity
	]


def is_closed_order(doc: Any) -> bool:
	"""Return whether an order was closed: what is not delivered or billed of it by then is not ordered any more."""
	return doc.doctype == SALES_ORDER and doc.docstatus == 1 and doc.status == "Closed"


def closed_rows(rows: list[Any]) -> list[frappe._dict]:
	"""Return rows of a closed order with what was delivered of them, or billed if that is more, and its share of their amounts."""
	invoiced = frappe.db.get_values(
		"Sales Invoice Item",
		{"so_detail": ("in", [row.name for row in rows] or [""]), "docstatus": 1},
		["so_detail", "stock_qty"],
		as_dict=True,
		for_update=True,
	)
	billed: dict[str, Decimal] = defaultdict(Decimal)
	for part in invoiced:
		billed[part.so_detail] += to_decimal(part.stock_qty)
	return [closed_row(row, billed[row.name]) for row in rows]


def closed_row(row: Any, billed: Decimal) -> frappe._dict:
	"""Return a row of a closed order as far as it was delivered, or as `billed` of its stock units say."""
	quantity, stock = to_decimal(row.qty), to_decimal(row.stock_qty)
	by_invoices = quantity * billed / stock if stock else Decimal(0)
	kept = min(max(to_decimal(row.delivered_qty), by_invoices, Decimal(0)), quantity)
	share = kept / quantity if quantity else Decimal(0)
	parts = {field: to_decimal(row.get(field)) * share for field in SHARED}
	return frappe._dict(row.as_dict(), qty=kept, **parts)


def quantities(rows: Iterable[Any], returned: Iterable[Any]) -> dict[str, Decimal]:
	"""Return how much of the deal's lines rows have, in their units, by the names of their rows; returned rows are negative."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in (*rows, *returned):
		found[row.sales_opportunity_item] += in_unit_of_deal(row)
	return dict(found)


def in_unit_of_deal(row: Any) -> Decimal:
	"""Return the quantity of a row in the unit of the deal's line, also if another one was chosen."""
	unit = frappe.db.get_value("Sales Opportunity Item", row.sales_opportunity_item, "unit")
	if not unit or unit == row.uom:
		return to_decimal(row.qty)
	return to_decimal(row.stock_qty) / stock_units_in(row.item_code, unit)


def returns_of(doc: Any, opportunity: str) -> list[Any]:
	"""Return the submitted returns or credit notes of a document, also those that were submitted since this transaction began.

	Another return that is being stored has locked itself and waits for the deal: it counts as it was before, and comes here
	when it goes on.
	"""
	rows = frappe.db.get_values(
		doc.meta.get_field("items").options,
		{"sales_opportunity": opportunity, "qty": ("<", 0)},
		["parent", "docstatus"],
		for_update=True,
		skip_locked=True,
	)
	now = {parent: docstatus == 1 for parent, docstatus in rows}
	before = {"return_against": doc.name, "is_return": 1, "docstatus": 1}
	names = {name for name in now if now[name]} | {
		name for name in frappe.get_all(doc.doctype, before, pluck="name") if name not in now
	}
	found = [frappe.get_doc(doc.doctype, name, for_update=name in now) for name in sorted(names)]
	return [each for each in found if each.return_against == doc.name]


def takes_back(row: Any, doc: Any, kind: str | None) -> bool:
	"""Return whether a returned row takes back its quantity: a credit note at another price is one of the amount alone."""
	if doc.doctype != INVOICE or kind == SHIPPING:
		return True
	rates = [to_decimal(each.rate) for each in doc.items if each.name == row.sales_invoice_item]
	return not rates or rates[0] == to_decimal(row.rate)


def net_total(rows: Iterable[Any], documents: Iterable[Any], opportunity: str, base: bool) -> Decimal:
	"""Return what the rows of a deal amount to, with its share of the freight of their documents.

	Each document's freight is shared among its deals by what their rows amount to, so that all shares together are the freight.
	"""
	amount = "base_net_amount" if base else "net_amount"
	freight = (freight_share(doc, opportunity, base) for doc in documents)
	return exact_sum([*(row.get(amount) for row in rows), *freight])


def freight_share(doc: Any, opportunity: str, base: bool) -> Decimal:
	"""Return a deal's part of a document's net freight, in the document's currency or in its company's."""
	field = "base_tax_amount_after_discount_amount" if base else "tax_amount_after_discount_amount"
	freight = exact_sum(
		tax.get(field)
		for tax in doc.taxes
		if tax.charge_type == "Actual" and tax.account_head == freight_account_of(doc.company)
	)
	amounts: dict[str, Decimal] = defaultdict(Decimal)
	for deal in deals_of_rows(doc):
		for row in rows_of_deal(doc, deal):
			amounts[deal] += to_decimal(row.base_net_amount if base else row.net_amount)
	if not freight or opportunity not in amounts:
		return Decimal(0)
	books = books_of(doc.company)
	deals = sorted(amounts)
	places = decimal_places(books if base else doc.currency)
	shares = allocate(freight, [amounts[deal] for deal in deals], places, deals)
	return shares[deals.index(opportunity)]


def deals_of_rows(doc: Any) -> set[str]:
	"""Return the deals that a document has rows of; an order is of one alone."""
	rows = [doc] if doc.doctype == SALES_ORDER else doc.items
	return {row.sales_opportunity for row in rows if row.sales_opportunity}

"""The Blanket Order of a won frame contract, which the orders of its call-offs use up."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form, getdate

from sales_opportunity.deal.party_change import point_to_party
from sales_opportunity.erpnext.company.companies import company_of
from sales_opportunity.erpnext.company.exchange import rate_in_books
from sales_opportunity.erpnext.errors import SecondBlanketOrderError
from sales_opportunity.erpnext.masters.customers import customer_of
from sales_opportunity.erpnext.masters.units import stock_units_in
from sales_opportunity.erpnext.orders.foreign_lines import require_item
from sales_opportunity.erpnext.orders.layouts import SoldPart, agreed_rate
from sales_opportunity.erpnext.orders.rows import AgreedRow, by_item
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.recurrence import charged_periods

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

BLANKET_ORDER = "Blanket Order"
SETTINGS = "Sales Opportunity Settings"
CLOSED = ("Stopped", "Closed")


def make_blanket_order(frame: "SalesOpportunity", first: date, last: date) -> str:
	"""Make the Blanket Order of a frame contract, submitted if orders are, and return its name; there is one of each (a hook).

	Raises `CompanyError`, `NoCustomerError`, `ForeignLineError`, and what ERPNext raises.
	"""
	existing = blanket_order_of(frame.name)
	if existing:
		return existing
	doc = frappe.new_doc(BLANKET_ORDER)
	doc.update(agreed_terms(frame, first, last))
	if doc.meta.has_field("currency"):
		currency = frame.transaction_currency or ""
		rate = rate_in_books(currency, float(frame.conversion_rate), doc.company)
		doc.update({"currency": currency, "conversion_rate": rate})
	for row in by_item(agreed_row(row, frame.discount_percentage) for row in sold_rows(frame)):
		doc.append("items", blanket_row(row))
	doc.insert()
	if frappe.get_cached_doc(SETTINGS).submit_orders:
		doc.submit()
	return doc.name


def agreed_terms(frame: "SalesOpportunity", first: date, last: date) -> dict:
	"""Return what a Blanket Order says besides its rows; a lead becomes a customer."""
	customer = customer_of(frame.party_type, frame.party)
	point_to_party(frame, "Customer", customer)
	return {
		"blanket_order_type": "Selling",
		"customer": customer,
		"company": company_of(frame.company),
		"from_date": first,
		"to_date": last,
		"sales_opportunity": frame.name,
	}


def blanket_row(row: AgreedRow) -> dict:
	"""Return the row of a Blanket Order."""
	return {"item_code": row.item, "qty": float(row.quantity), "rate": float(row.rate)}


def sold_rows(frame: "SalesOpportunity") -> list["SalesOpportunityItem"]:
	"""Return the lines that can be called off. Raises `ForeignLineError` for one with no item or unit of ERPNext."""
	rows = [row for row in frame.items if row.quantity and not row.deduction]
	for row in rows:
		require_item(row)
	return rows


def agreed_row(row: "SalesOpportunityItem", discount_percentage: float) -> AgreedRow:
	"""Return a line in its item's stock units, in which ERPNext counts what is ordered; a recurring one has the price of its whole term."""
	part = SoldPart(
		quantity=to_decimal(row.quantity),
		rate=to_decimal(row.rate) * charged_periods(row),
		discount_percentage=to_decimal(row.discount_percentage),
		amount=Decimal(0),
		discount_amount=to_decimal(row.discount_amount),
	)
	units = stock_units_in(row.item, row.unit)
	return AgreedRow(row.item, part.quantity * units, agreed_rate(part, discount_percentage) / units)


def blanket_order_of(opportunity: str, without: str | None = None) -> str | None:
	"""Return the Blanket Order of a frame contract that is not cancelled, if it has one besides that `without`."""
	filters = {"sales_opportunity": opportunity, "docstatus": ("!=", 2), "name": ("!=", without or "")}
	return frappe.db.get_value(BLANKET_ORDER, filters, for_update=True)


def on_blanket_order(doc: Any, method: str | None = None) -> None:
	"""Hook of saved Blanket Orders: raise `SecondBlanketOrderError` for a second one of a frame contract."""
	if not doc.get("sales_opportunity"):
		return
	other = blanket_order_of(doc.sales_opportunity, doc.name)
	if other:
		frappe.throw(
			_("There is {0} of {1} already.").format(
				get_link_to_form(BLANKET_ORDER, other), frappe.bold(doc.sales_opportunity)
			),
			SecondBlanketOrderError,
		)


def name_blanket_order(order: Any, opportunity: str) -> None:
	"""Let rows of an order name the Blanket Order that they use up, as far as ERPNext lets them; their prices stay those of the deal.

	It is that of the deal itself, else of the frame contract that it is called off from. Items of which it has not enough
	are ordered all the same, and the user is told. Trade-ins and credits, whose price is negative, use up nothing.
	"""
	doc = usable_blanket_order(order, opportunity)
	if not doc:
		return
	rows = [row for row in order.items if flt(row.rate) >= 0]
	wanted: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
	for row in rows:
		wanted[row.item_code][0] += flt(row.qty)
		wanted[row.item_code][1] += flt(row.qty) * (flt(row.conversion_factor) or 1)
	agreed, drafted = {row.item_code: row for row in doc.items}, ordered_quantities(doc.name, docstatus=0)
	lacking = sorted(
		item
		for item in wanted
		if item in agreed and max(wanted[item]) > orderable_quantity(agreed[item], drafted[item])
	)
	for row in rows:
		if row.item_code in agreed and row.item_code not in lacking:
			# With another rate than the price before discounts the form would compute another price.
			row.update(
				{
					"against_blanket_order": 1,
					"blanket_order": doc.name,
					"blanket_order_rate": row.price_list_rate,
				}
			)
	if lacking:
		frappe.msgprint(
			_("{0} does not have as much left of {1}: the order does not count there.").format(
				get_link_to_form(BLANKET_ORDER, doc.name), ", ".join(map(frappe.bold, lacking))
			)
		)


def usable_blanket_order(order: Any, opportunity: str) -> Any:
	"""Return the submitted Blanket Order that a deal's order of today may name, None without one."""
	parent = frappe.db.get_value("Sales Opportunity", opportunity, "parent_opportunity")
	name = blanket_order_of(opportunity) or (parent and blanket_order_of(parent))
	doc = frappe.get_doc(BLANKET_ORDER, name, for_update=True) if name else None
	is_usable = (
		doc
		and doc.docstatus == 1
		and doc.company == order.company
		and doc.get("status") != "Closed"
		and getdate(doc.from_date) <= getdate(order.transaction_date) <= getdate(doc.to_date)
	)
	return doc if is_usable else None


def on_order_counted(order: Any, method: str | None = None) -> None:
	"""Hook of orders that are submitted or cancelled: count what is ordered of the Blanket Orders of frame contracts that they name.

	ERPNext counts, too, but does not see what was stored while it waited for another order.
	"""
	named = sorted({row.blanket_order for row in order.items if row.blanket_order})
	filters = {"name": ("in", named or [""]), "sales_opportunity": ("is", "set")}
	for name in frappe.db.get_values(BLANKET_ORDER, filters, "name", order_by="name asc", pluck=True):
		rows = frappe.get_doc(BLANKET_ORDER, name, for_update=True).items
		ordered = ordered_quantities(name, docstatus=1)
		for row in rows:
			row.db_set("ordered_qty", ordered[row.item_code])


def ordered_quantities(blanket_order: str, docstatus: int) -> dict[str, float]:
	"""Return by item how much orders of this `docstatus` take of a Blanket Order that is locked, in stock units; 0 for all others.

	Orders that were closed take nothing, as in ERPNext.
	"""
	rows = frappe.db.get_values(
		"Sales Order Item",
		{"blanket_order": blanket_order, "docstatus": docstatus},
		["parent", "item_code", "stock_qty"],
		as_dict=True,
		for_update=True,
	)
	# One by one: a locking read of several may lock others, too.
	statuses = {
		order: frappe.db.get_value("Sales Order", order, "status", for_update=True)
		for order in dict.fromkeys(row.parent for row in rows)
	}
	found: dict[str, float] = defaultdict(float)
	for row in rows:
		if statuses[row.parent] not in CLOSED:
			found[row.item_code] += flt(row.stock_qty)
	return found


def orderable_quantity(row: Any, drafted: float) -> float:
	"""Return how much of a Blanket Order's row ERPNext still lets be ordered beside what is `drafted`, with its allowance.

	Beside drafts there is no allowance, so that each of them can be submitted, in whatever order.
	"""
	if not row.qty:
		return float("inf")
	allowance = flt(frappe.db.get_single_value("Selling Settings", "blanket_order_allowance"))
	rest = flt(row.qty) - flt(row.ordered_qty) - drafted
	return rest if drafted else rest + rest * (allowance / 100)

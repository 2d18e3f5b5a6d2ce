"""The stock of ERPNext's items for the Item Demand Forecast, and the Material Request of what it lacks."""

from collections.abc import Iterable
from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from sales_opportunity.analysis.demand import Need
from sales_opportunity.erpnext.companies import default_company
from sales_opportunity.erpnext.errors import CompanyError, NotProcurableError
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from frappe.model.document import Document

ITEM = "Item"


def stock(items: list[tuple[str, str]], place: str | None = None) -> dict[tuple[str, str], dict]:
	"""Return what the company's warehouses have of items, in their sales units; those of one group if it is the `place` (a hook).

	Nothing for who may not read stock. What is on a submitted Material Request counts as ordered.
	"""
	names = [name for doctype, name in items if doctype == ITEM]
	if not (names and frappe.has_permission("Bin", "read")):
		return {}
	found = sums_of_bins(names, warehouses(place))
	known = frappe.get_all(
		ITEM, {"name": ("in", names), "is_stock_item": 1}, ["name", "stock_uom", "sales_uom"]
	)
	return {(ITEM, item.name): in_sales_unit(item, found.get(item.name, (0, 0, 0))) for item in known}


def sums_of_bins(items: list[str], places: list[str]) -> dict[str, tuple[float, float, float]]:
	"""Return by item what is on hand, on order and reserved, in stock units."""
	table = frappe.qb.DocType("Bin")
	rows = (
		frappe.qb.from_(table)
		.where(table.item_code.isin(items) & table.warehouse.isin(places or [""]))
		.groupby(table.item_code)
		.select(
			table.item_code,
			Sum(table.actual_qty),
			Sum(table.ordered_qty + table.planned_qty + table.indented_qty),
			Sum(table.reserved_qty),
		)
		.run()
	)
	return {item: (on_hand, on_order, reserved) for item, on_hand, on_order, reserved in rows}


def warehouses(place: str | None) -> list[str]:
	"""Return the company's warehouses, or those of them that are the place or below it in the tree."""
	filters = [["company", "=", default_company()], ["is_group", "=", 0], ["disabled", "=", 0]]
	if place:
		left, right = frappe.db.get_value("Warehouse", place, ["lft", "rgt"]) or (0, 0)
		filters += [["lft", ">=", left], ["rgt", "<=", right]]
	return frappe.get_all("Warehouse", filters, pluck="name")


def in_sales_unit(item: frappe._dict, sums: Iterable[float]) -> dict:
	"""Return sums in stock units in the unit in which the item is sold."""
	from erpnext.stock.get_item_details import get_conversion_factor

	unit = item.sales_uom or item.stock_uom
	factor = to_decimal(get_conversion_factor(item.name, unit).get("conversion_factor") or 1)
	on_hand, on_order, reserved = (to_decimal(quantity) / factor for quantity in sums)
	return {"on_hand": on_hand, "on_order": on_order, "reserved": reserved}


def make_material_requests(needs: list[Need], place: str | None) -> list[str]:
	"""Make the drafts of Material Requests for needs, one for each way in which items are procured, and return their names (a hook).

	Raises `NotProcurableError` if no item is kept on stock, `CompanyError` without a company, and what ERPNext raises.
	"""
	company = default_company()
	if not company:
		frappe.throw(_("ERPNext has no company yet. Finish its set-up first."), CompanyError)
	by_type: dict[str, list[Need]] = {}
	for need in needs:
		if need.item_type == ITEM:
			kept, kind = frappe.get_cached_value(
				ITEM, need.item, ["is_stock_item", "default_material_request_type"]
			)
			if kept:
				by_type.setdefault(kind or "Purchase", []).append(need)
	if not by_type:
		frappe.throw(_("None of these items is kept on stock in ERPNext."), NotProcurableError)
	return [material_request(kind, of_type, company, place).name for kind, of_type in by_type.items()]


def material_request(kind: str, needs: list[Need], company: str, place: str | None) -> "Document":
	"""Return the stored draft of the Material Request for needs of a company."""
	request = frappe.new_doc("Material Request")
	request.update({"material_request_type": kind, "company": company, "transaction_date": getdate()})
	for need in needs:
		request.append(
			"items",
			{
				"item_code": need.item,
				"qty": whole(need),
				"uom": need.unit,
				"schedule_date": max(need.needed_by or getdate(), getdate()),
				"warehouse": warehouse_for(need.item, company, place),
			},
		)
	request.schedule_date = min(row.schedule_date for row in request.items)
	request.run_method("set_missing_values")
	return request.insert()


def whole(need: Need) -> float:
	"""Return a needed quantity, rounded up where its unit is a whole number."""
	is_whole = frappe.get_cached_value("UOM", need.unit, "must_be_whole_number")
	return float(need.quantity.to_integral_value(ROUND_CEILING) if is_whole else need.quantity)


def warehouse_for(item: str, company: str, place: str | None) -> str | None:
	"""Return the place if it is a warehouse, else where an item is kept, else where all are."""
	if place and not frappe.get_cached_value("Warehouse", place, "is_group"):
		return place
	kept = frappe.db.get_value("Item Default", {"parent": item, "company": company}, "default_warehouse")
	return kept or frappe.db.get_single_value("Stock Settings", "default_warehouse")

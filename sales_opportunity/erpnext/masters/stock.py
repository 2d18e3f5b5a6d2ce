"""The stock of ERPNext's items for the Item Demand Forecast, and the Material Request of what it lacks."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from sales_opportunity.analysis.demand import Need
from sales_opportunity.erpnext.company.companies import company_of
from sales_opportunity.erpnext.errors import CompanyError, NotProcurableError
from sales_opportunity.erpnext.masters.units import stock_units_in
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from frappe.model.document import Document

ITEM = "Item"


def stock(
	items: list[tuple[str, str]], place: str | None = None, company: str | None = None
) -> dict[tuple[str, str], dict]:
	"""Return what the warehouses of a company, of all for None, have of items, in their sales units (a hook).

	Of one warehouse, or a group of them, if it is the `place`. Nothing for who may not read stock. What is on a Material
	Request counts as ordered, on a draft, too.
	"""
	names = [name for doctype, name in items if doctype == ITEM]
	if not (names and frappe.has_permission("Bin", "read")):
		return {}
	places = warehouses(place, company)
	found, drafted = sums_of_bins(names, places), drafted_quantities(names, places)
	known = frappe.get_all(
		ITEM, {"name": ("in", names), "is_stock_item": 1}, ["name", "stock_uom", "sales_uom"]
	)
	answer = {}
	for item in known:
		on_hand, on_order, reserved = found.get(item.name, (0, 0, 0))
		on_order += drafted.get(item.name, 0)
		answer[ITEM, item.name] = in_sales_unit(item, (on_hand, on_order, reserved))
	return answer


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


def drafted_quantities(items: list[str], places: list[str], for_update: bool = False) -> dict[str, float]:
	"""Return by item what drafts of Material Requests bring to warehouses, in stock units: ERPNext counts submitted ones alone."""
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	query = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.where(row.item_code.isin(items) & row.warehouse.isin(places or [""]))
		.where((request.docstatus == 0) & (request.material_request_type != "Material Issue"))
		.select(row.item_code, row.stock_qty)
	)
	found: dict[str, float] = defaultdict(float)
	for item, quantity in (query.for_update() if for_update else query).run():
		found[item] += quantity
	return found


def warehouses(place: str | None, company: str | None = None) -> list[str]:
	"""Return the warehouses of a company, of all for None, or those of them that are the place or below it in the tree."""
	filters = [["is_group", "=", 0], ["disabled", "=", 0]]
	if company:
		filters.append(["company", "=", company])
	if place:
		left, right = frappe.db.get_value("Warehouse", place, ["lft", "rgt"]) or (0, 0)
		filters += [["lft", ">=", left], ["rgt", "<=", right]]
	return frappe.get_all("Warehouse", filters, pluck="name")


def in_sales_unit(item: frappe._dict, sums: Iterable[float]) -> dict:
	"""Return sums in stock units in the unit in which the item is sold."""
	factor = stock_units_in(item.name, item.sales_uom or item.stock_uom)
	on_hand, on_order, reserved = (to_decimal(quantity) / factor for quantity in sums)
	return {"on_hand": on_hand, "on_order": on_order, "reserved": reserved}


def make_material_requests(needs: list[Need], place: str | None, company: str | None = None) -> list[str]:
	"""Make the drafts of Material Requests for needs, one for each way in which items are procured, and return their names (a hook).

	Raises `NotProcurableError` if no item is kept on stock, or others have just made drafts of some, `CompanyError` if nothing
	says which of several companies procures, and what ERPNext raises.
	"""
	company = company or procuring_company(place)
	refuse_drafted([need.item for need in needs if need.item_type == ITEM], warehouses(place, company))
	by_type: dict[str, list[Need]] = {}
	for need in needs:
		if need.item_type == ITEM:
			kept, kind = frappe.get_cached_value(
				ITEM, need.item, ["is_stock_item", "default_material_request_type"]
			)
			if kept:
				by_type.setdefault(kind or "Purchase", []).append(need)
	if not by_type:
		frappe.throw(
			_(
				'None of these items is kept on stock in ERPNext. Tick "Maintain Stock" in the items that are to be procured.'
			),
			NotProcurableError,
		)
	return [material_request(kind, of_type, company, place).name for kind, of_type in by_type.items()]


def procuring_company(place: str | None) -> str:
	"""Return the company of a place, else the only one. Raises `CompanyError`."""
	if place:
		return frappe.get_cached_value("Warehouse", place, "company")
	if frappe.db.count("Company") > 1:
		frappe.throw(
			_('There are several companies. Choose the one that procures in the report\'s filter "Company".'),
			CompanyError,
		)
	return company_of(None)


def refuse_drafted(items: list[str], places: list[str]) -> None:
	"""Raise `NotProcurableError` if drafts of items have been stored since this transaction began to read."""
	if drafted_quantities(items, places, for_update=True) != drafted_quantities(items, places):
		frappe.throw(
			_("Somebody has just procured some of these items. Reload the report to see what is left."),
			NotProcurableError,
		)


def material_request(kind: str, needs: list[Need], company: str, place: str | None) -> "Document":
	"""Return the stored draft of the Material Request for needs of a company."""
	request = frappe.new_doc("Material Request")
	request.update({"material_request_type": kind, "company": company, "transaction_date": getdate()})
	for need in needs:
		request.append(
			"items",
			{
				"item_code": need.item,
				"qty": rounded_up(need),
				"uom": need.unit,
				"schedule_date": max(need.needed_by or getdate(), getdate()),
				"warehouse": warehouse_for(need.item, company, place),
			},
		)
	request.schedule_date = min(row.schedule_date for row in request.items)
	request.run_method("set_missing_values")
	return request.insert()


def rounded_up(need: Need) -> float:
	"""Return a needed quantity, rounded up where its unit is a whole number."""
	is_whole = frappe.get_cached_value("UOM", need.unit, "must_be_whole_number")
	return float(need.quantity.to_integral_value(ROUND_CEILING) if is_whole else need.quantity)


def warehouse_for(item: str, company: str, place: str | None) -> str | None:
	"""Return the place if it is a warehouse, else where an item is kept, else where all are."""
	if place and not frappe.get_cached_value("Warehouse", place, "is_group"):
		return place
	kept = frappe.db.get_value("Item Default", {"parent": item, "company": company}, "default_warehouse")
	usual = frappe.db.get_single_value("Stock Settings", "default_warehouse")
	is_own = usual and frappe.get_cached_value("Warehouse", usual, "company") == company
	return kept or (usual if is_own else first_warehouse(company))


def first_warehouse(company: str) -> str | None:
	"""Return the first of a company's warehouses in the order of their tree, for its draft to be looked at."""
	filters = {"company": company, "is_group": 0, "disabled": 0}
	return frappe.db.get_value("Warehouse", filters, order_by="lft asc")

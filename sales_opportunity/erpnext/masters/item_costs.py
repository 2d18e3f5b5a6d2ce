"""What an ERPNext item costs: its valuation rate, or that of its parts, in the warehouses of the company that sells it."""

from decimal import Decimal

import frappe
from frappe.utils import getdate

from sales_opportunity.erpnext.company.base_amounts import base_amount
from sales_opportunity.erpnext.masters.items import bundle_of
from sales_opportunity.erpnext.masters.units import stock_units_in
from sales_opportunity.masters.adapters import Sale
from sales_opportunity.masters.companies import default_company
from sales_opportunity.pricing.money import to_decimal


def item_cost(name: str, sale: Sale) -> float | None:
	"""Return what one of the line's units costs in the currency of deals' base amounts, None if it is not known (a hook)."""
	company = sale.company or default_company()
	value = cost_of_stock_unit(name, company) if company else None
	if not (company and value):
		return None
	found = base_amount(value * stock_units_in(name, sale.unit), company, sale.on_date or getdate())
	return None if found is None else float(found)


def cost_of_stock_unit(name: str, company: str) -> Decimal | None:
	"""Return what one stock unit costs, that of a bundle what its parts do together; None if it, or a part, is not known.

	ERPNext ships the parts' quantities in their stock units.
	"""
	bundle = None if frappe.get_cached_value("Item", name, "is_stock_item") else bundle_of(name)
	if not bundle:
		return valuation(name, company) or None
	values = [valuation(part.item_code, company) for part in bundle.items]
	if not all(values):
		return None
	return sum(
		(to_decimal(part.qty) * value for part, value in zip(bundle.items, values, strict=True)), Decimal(0)
	)


def valuation(name: str, company: str) -> Decimal:
	"""Return what one stock unit is worth in a company's books: the mean of its warehouses, else the item's own rate."""
	bins = frappe.get_all(
		"Bin",
		{
			"item_code": name,
			"actual_qty": (">", 0),
			"warehouse": ("in", frappe.get_all("Warehouse", {"company": company}, pluck="name") or [""]),
		},
		["actual_qty", "stock_value"],
	)
	quantity = sum((to_decimal(row.actual_qty) for row in bins), Decimal(0))
	if quantity:
		return sum((to_decimal(row.stock_value) for row in bins), Decimal(0)) / quantity
	return to_decimal(frappe.get_cached_value("Item", name, "valuation_rate"))

"""Customers and Items as they are made of Business Partners and Sales Items."""

from typing import Any

import frappe

from sales_opportunity.currency import company_currency
from sales_opportunity.erpnext.company.companies import default_company
from sales_opportunity.erpnext.masters.customers import set_mandatory
from sales_opportunity.erpnext.tax.rules import DOMESTIC, item_template_for, template_for
from sales_opportunity.erpnext.tax.templates import item_tax_templates, tax_templates
from sales_opportunity.masters.adapters import default_tax_rate
from sales_opportunity.pricing.money import to_decimal

PARTNER = "Business Partner"
LONGEST = 140
"""Characters of a name."""


def make_customer_of_partner(partner: Any) -> str:
	"""Make the Customer of a Business Partner, and return its name."""
	customer = frappe.new_doc("Customer")
	customer.update(
		{
			"customer_name": partner.partner_name,
			"customer_type": "Individual" if partner.partner_type == "Person" else "Company",
			"tax_id": partner.vat_id,
			"language": partner.language,
			"default_currency": partner.default_currency,
			"website": partner.website,
			"image": partner.image,
			"tax_category": tax_category_for(partner.tax_treatment),
			"customer_group": customer_group_for(partner.partner_group),
		}
	)
	set_mandatory(customer)
	return customer.insert(set_name=free_customer_name(customer.customer_name)).name


def customer_group_for(name: str | None) -> str | None:
	"""Return ERPNext's customer group of this name, made below the root if need be; None without one."""
	if name and not frappe.db.exists("Customer Group", name):
		root = frappe.db.get_value(
			"Customer Group", {"is_group": 1, "parent_customer_group": ("is", "not set")}
		)
		group = {"doctype": "Customer Group", "customer_group_name": name, "parent_customer_group": root}
		frappe.get_doc(group).insert()
	return name or None


def free_customer_name(customer_name: str) -> str | None:
	"""Return a free name for a customer if it is to be named by its own and that is taken, None if ERPNext can name it."""
	is_named_so = frappe.defaults.get_global_default("cust_master_name") == "Customer Name"
	if not is_named_so or not frappe.db.exists("Customer", customer_name):
		return None
	number, name = 0, customer_name
	while frappe.db.exists("Customer", name):
		number += 1
		name = f"{customer_name[: LONGEST - 10]} - {number}"
	return name


def tax_category_for(treatment: str) -> str | None:
	"""Return the tax category by which ERPNext chooses the template of a treatment, None for the usual one."""
	company = default_company()
	template = company and treatment != DOMESTIC and template_for(treatment, tax_templates(company))
	return template.tax_category if template else None


def link_contacts(partner: str, customer: str) -> None:
	"""Let the contacts and addresses of a partner be those of its customer, too."""
	for link in frappe.get_all(
		"Dynamic Link",
		{"link_doctype": PARTNER, "link_name": partner, "parenttype": ("in", ("Contact", "Address"))},
		["parent", "parenttype"],
	):
		doc = frappe.get_doc(link.parenttype, link.parent)
		if not doc.has_link("Customer", customer):
			doc.append("links", {"link_doctype": "Customer", "link_name": customer})
			doc.save()


def make_item(own: Any, parts: list[tuple[str, float]]) -> str:
	"""Make the Item of a Sales Item, with its price and, as a Product Bundle, its parts (Item and quantity); return its name."""
	ensure_uom(own.unit)
	item = frappe.new_doc("Item")
	item.update(
		{
			"item_code": own.item_code,
			"item_name": own.item_name,
			"description": own.description,
			"item_group": item_group_for(own.item_group),
			"stock_uom": own.unit,
			"is_stock_item": int(own.kind == "Goods" and not parts),
			"disabled": own.disabled,
			"standard_rate": own.price,
			"valuation_rate": own.cost,
			"lead_time_days": own.lead_time_days,
			"image": own.image,
		}
	)
	template = item_tax_template_for(own.tax_rate)
	if template:
		item.append("taxes", {"item_tax_template": template})
	item.insert()
	add_prices(item.name, own)
	if parts:
		rows = [{"item_code": part, "qty": quantity} for part, quantity in parts]
		frappe.get_doc({"doctype": "Product Bundle", "new_item_code": item.name, "items": rows}).insert()
	return item.name


def add_prices(item: str, own: Any) -> None:
	"""Add what the price list of a Sales Item says for some days to the list in which its Item has got its price, else that for selling."""
	price_list = frappe.db.get_value(
		"Item Price", {"item_code": item}, "price_list"
	) or frappe.db.get_single_value("Selling Settings", "selling_price_list")
	for row in seasonal_prices(own) if price_list else ():
		frappe.get_doc(
			{
				"doctype": "Item Price",
				"item_code": item,
				"price_list": price_list,
				"uom": own.unit,
				"price_list_rate": row.price,
				"valid_from": row.valid_from,
				"valid_upto": row.valid_to,
			}
		).insert()


def seasonal_prices(own: Any) -> list[Any]:
	"""Return the rows of a price list that depend on nothing but the day."""
	return [
		row
		for row in own.prices
		if (row.valid_from or row.valid_to)
		and not (row.partner_group or row.minimum_quantity or row.includes_tax)
		and row.currency in (None, "", company_currency())
	]


def left_out(own: Any) -> list[str]:
	"""Return the labels of the fields of a Sales Item of which its Item has nothing, or not all."""
	is_lost = {"recurrence": bool(own.recurrence), "prices": len(own.prices) > len(seasonal_prices(own))}
	return [own.meta.get_label(fieldname) for fieldname, lost in is_lost.items() if lost]


def item_tax_template_for(tax_rate: str | None) -> str | None:
	"""Return the company's template of items' taxes at a rate, None if there is none."""
	company, rate = default_company(), tax_rate or default_tax_rate()
	template = company and template_for(DOMESTIC, tax_templates(company))
	if not company or not template or not rate:
		return None
	percent = to_decimal(frappe.get_cached_value("Sales Tax Rate", rate, "rate"))
	accounts = [row.account for row in template.rows]
	return item_template_for(percent, accounts, item_tax_templates(company))


def item_group_for(name: str | None) -> str:
	"""Return ERPNext's item group of this name, made below the root if need be; else the one for new items."""
	root = frappe.db.get_value("Item Group", {"is_group": 1, "parent_item_group": ("is", "not set")})
	if not name:
		return frappe.db.get_single_value("Stock Settings", "item_group") or frappe.db.get_value(
			"Item Group", {"is_group": 0}, order_by="lft asc"
		)
	if not frappe.db.exists("Item Group", name):
		group = {"doctype": "Item Group", "item_group_name": name, "parent_item_group": root}
		frappe.get_doc(group).insert()
	return name


def ensure_uom(unit: str | None) -> None:
	"""Make ERPNext's unit of the same name if there is none."""
	if unit and not frappe.db.exists("UOM", unit):
		whole = frappe.db.get_value("Sales Unit", unit, "whole_numbers_only")
		frappe.get_doc({"doctype": "UOM", "uom_name": unit, "must_be_whole_number": whole}).insert()

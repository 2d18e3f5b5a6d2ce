"""ERPNext's Item as item of lines, with the price that it has for the customer."""

from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from sales_opportunity.erpnext.company.exchange import rate_in_books
from sales_opportunity.erpnext.tax.templates import tax_rate_of_item
from sales_opportunity.exchange_rates import exchange_rate
from sales_opportunity.features import BUNDLES, is_used
from sales_opportunity.files.going_documents import attach_documents, validate_documents
from sales_opportunity.masters.adapters import Item, ItemDocument, Sale, default_language, going_documents
from sales_opportunity.masters.companies import default_company
from sales_opportunity.texts.part_list import part_list

VARIANTS_SHOWN = 5


@dataclass(frozen=True)
class Price:
	"""A net price and its discount in %; without a currency in the company's; `source` as `Item.price_source`."""

	price: float
	currency: str | None = None
	discount_percentage: float = 0
	source: str | None = None


def on_validate(doc: Any, method: str | None = None) -> None:
	"""Hook of Items: look over the documents that go with quotes. Raises as `validate_documents`."""
	validate_documents(doc, doc.get("sales_documents") or [])


def on_update(doc: Any, method: str | None = None) -> None:
	"""Hook of Items: let who may read the item read its documents."""
	attach_documents(doc, doc.get("sales_documents") or [])


def item(name: str, language: str | None, sale: Sale | None = None) -> Item:
	"""Adapter of the DocType Item; its texts are in one language only. Prices follow customer, quantity, unit and day.

	What only a sale asks for, its price and tax, is not looked up without one.
	"""
	doc = frappe.get_cached_doc("Item", name)
	reason = item_refusal(doc)
	bundle = None if doc.is_stock_item else bundle_of(name)
	if sale and not (reason or doc.disabled):
		found = found_price(doc, sale)
	else:
		found = Price(flt(doc.standard_rate))
	image, documents = enclosures(doc)
	return Item(
		name=doc.name,
		title=doc.item_name or doc.name,
		description=description(doc, bundle, language),
		unit=doc.sales_uom or doc.stock_uom,
		price=found.price,
		currency=found.currency,
		discount_percentage=found.discount_percentage,
		price_source=found.source,
		tax_rate=tax_rate_of_item(doc, sale.company or default_company()) if sale else None,
		disabled=bool(doc.disabled),
		refusal=reason,
		is_service=not (doc.is_stock_item or bundle),
		group=doc.item_group,
		lead_time_days=int(doc.lead_time_days or 0),
		image=image,
		documents=documents,
	)


def enclosures(doc: Any) -> tuple[str | None, tuple[ItemDocument, ...]]:
	"""Return an item's picture and what goes with the quotes that offer it."""
	return doc.get("image"), going_documents(doc.get("sales_documents"))


def description(doc: Any, bundle: Any = None, language: str | None = None) -> str | None:
	"""Return what describes an item, but for its name or code, which ERPNext copies there, and the parts of a bundle if used."""
	own = None if (doc.description or "") in (doc.item_name, doc.name) else doc.description
	return (
		"".join(filter(None, [own, bundle_parts(bundle, language) if bundle and is_used(BUNDLES) else None]))
		or None
	)


def bundle_of(name: str) -> Any:
	"""Return the bundle of parts that an item stands for and that are shipped, None for an item by itself."""
	bundle = frappe.db.get_value("Product Bundle", {"new_item_code": name, "disabled": 0})
	return frappe.get_cached_doc("Product Bundle", bundle) if bundle else None


def bundle_parts(bundle: Any, language: str | None) -> str:
	"""Return the parts of a bundle with their quantities as a list."""
	return part_list(
		(
			(row.qty, row.uom, frappe.get_cached_value("Item", row.item_code, "item_name") or row.item_code)
			for row in bundle.items
		),
		language or default_language(),
	)


def item_refusal(doc: Any) -> str | None:
	"""Return why an item cannot be sold, None if it can be."""
	title = frappe.bold(doc.item_name or doc.name)
	if doc.has_variants:
		return _("{0} is a template. Choose one of its variants: {1}").format(title, variant_names(doc.name))
	if doc.end_of_life and getdate(doc.end_of_life) <= getdate():
		return _("{0} has reached the end of its life on {1}. Choose another item.").format(
			title, formatdate(doc.end_of_life)
		)
	if not doc.is_sales_item:
		return _("{0} is not for sale. Choose another item.").format(title)
	return None


def variant_names(template: str) -> str:
	"""Return the first variants of a template, those that are not disabled, for a sentence."""
	names = frappe.get_all(
		"Item",
		{"variant_of": template, "disabled": 0},
		pluck="name",
		order_by="name asc",
		limit=VARIANTS_SHOWN + 1,
	)
	more = ["…"] if len(names) > VARIANTS_SHOWN else []
	return ", ".join([*names[:VARIANTS_SHOWN], *more]) or "–"


def found_price(doc: Any, sale: Sale) -> Price:
	"""Return an item's price as ERPNext finds it for a quotation."""
	from erpnext.stock.get_item_details import get_item_details

	company = sale.company or default_company()
	price_list = price_list_of(sale)
	currency = frappe.get_cached_value("Price List", price_list, "currency") if price_list else None
	if not (company and price_list and currency):
		return Price(flt(doc.standard_rate))
	details = get_item_details(
		{
			"doctype": "Quotation",
			"item_code": doc.name,
			"company": company,
			"customer": sale.party if sale.party_type == "Customer" else None,
			"currency": sale.currency,
			"conversion_rate": rate_in_books(sale.currency, sale.conversion_rate or 1, company, sale.on_date),
			"selling_price_list": price_list,
			"price_list_currency": currency,
			"plc_conversion_rate": rate_in_books(
				currency, exchange_rate(currency, sale.on_date), company, sale.on_date
			),
			"qty": sale.quantity or 1,
			"uom": sale.unit or doc.sales_uom or doc.stock_uom,
			"transaction_date": getdate(sale.on_date),
			"ignore_pricing_rule": 0,
		}
	)
	price = with_margin(flt(details.get("price_list_rate")), details)
	percent = flt(details.get("discount_percentage"))
	return Price(
		price if percent else price - flt(details.get("discount_amount")),
		sale.currency,
		percent,
		price_source_text(price_list, details) if price else None,
	)


def price_source_text(price_list: str, details: dict) -> str:
	"""Return what the user reads of where a price comes from: the price list and the pricing rules that count."""
	rules = frappe.parse_json(details.get("pricing_rules") or "[]")
	titles = [frappe.get_cached_value("Pricing Rule", rule, "title") or rule for rule in rules]
	return " · ".join([_("Price list {0}").format(price_list), *titles])


def with_margin(price: float, details: dict) -> float:
	"""Return a price with the margin that a pricing rule puts on it."""
	margin = flt(details.get("margin_rate_or_amount"))
	return price * (1 + margin / 100) if details.get("margin_type") == "Percentage" else price + margin


def price_list_of(sale: Sale) -> str | None:
	"""Return the price list of a customer, else of its group, else of the site."""
	own = None
	if sale.party_type == "Customer" and sale.party:
		own, group = frappe.get_cached_value("Customer", sale.party, ["default_price_list", "customer_group"])
		own = own or (group and frappe.get_cached_value("Customer Group", group, "default_price_list"))
	return own or frappe.db.get_single_value("Selling Settings", "selling_price_list")

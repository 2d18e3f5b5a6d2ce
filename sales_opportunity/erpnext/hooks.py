"""What counts only while ERPNext is installed."""

from typing import Any

import frappe
from frappe.utils.caching import request_cache

ROOM = "sales_opportunity.erpnext"

HOOKS = {
	"sales_party_types": {
		"Prospect": f"{ROOM}.masters.partners.prospect",
		"Lead": f"{ROOM}.masters.partners.lead",
		"Customer": f"{ROOM}.masters.partners.customer",
	},
	"sales_party_roles": {
		"Prospect": f"{ROOM}.masters.customers.advance_prospect",
		"Lead": f"{ROOM}.masters.customers.advance_lead",
	},
	"sales_party_concerns": {"Customer": f"{ROOM}.masters.partners.concerns"},
	"sales_party_currencies": {"Customer": f"{ROOM}.masters.partners.currencies"},
	"sales_companies": {"Company": f"{ROOM}.company.companies.company"},
	"sales_item_groups": {"Item": "item_group"},
	"sales_item_costs": {"Item": f"{ROOM}.masters.item_costs.item_cost"},
	"sales_item_types": {"Item": f"{ROOM}.masters.items.item"},
	"sales_sources": {"Lead Source": "name"},
	"sales_campaigns": {"Campaign": "campaign_name"},
	"sales_terms": {"Terms and Conditions": f"{ROOM}.company.terms.conditions"},
	"sales_former_masters": {
		"Customer": f"{ROOM}.takeover.masters.former_partner",
		"Item": f"{ROOM}.takeover.masters.former_item",
	},
	"sales_known_rates": f"{ROOM}.company.exchange.rate_of_erpnext",
	"sales_exchange_rate_provider": f"{ROOM}.company.exchange.fetched_rate",
	"sales_release_rules": f"{ROOM}.company.release_rules.release_rules",
	"sales_fulfilment_providers": {
		"Order": f"{ROOM}.orders.making.make_sales_order",
		"Shipping": f"{ROOM}.orders.deliveries.make_delivery_note",
		"Billing": f"{ROOM}.orders.deliveries.make_sales_invoice",
	},
	"sales_fulfilment_documents": {
		"Order": "Sales Order",
		"Shipping": "Delivery Note",
		"Billing": "Sales Invoice",
	},
	"sales_frame_documents": {"Blanket Order": f"{ROOM}.orders.blanket_orders.make_blanket_order"},
	"sales_stock_provider": f"{ROOM}.masters.stock.stock",
	"sales_stock_places": "Warehouse",
	"sales_procurement": {"Material Request": f"{ROOM}.masters.stock.make_material_requests"},
	"sales_documents": {
		"Blanket Order": f"{ROOM}.orders.deal_documents.blanket_orders",
		"Sales Order": f"{ROOM}.orders.deal_documents.orders",
		"Delivery Note": f"{ROOM}.orders.deal_documents.deliveries",
		"Sales Invoice": f"{ROOM}.orders.deal_documents.invoices",
		"Payment Entry": f"{ROOM}.orders.deal_documents.payments",
	},
}

DEFAULTS = {"party": ("Business Partner", "Customer"), "item": ("Sales Item", "Item")}
"""This app's own masters, and which of ERPNext's are offered first once none of them is enabled any more."""

REPLACED = {"sales_party_types": "Business Partner", "sales_item_types": "Sales Item"}
"""This app's own masters, which are hidden where ERPNext's are there, unless the site already uses them."""


def is_installed() -> bool:
	"""Return whether ERPNext is installed on the site."""
	return "erpnext" in frappe.get_installed_apps()


def hooks() -> dict[str, Any]:
	"""Return the hooks of ERPNext's adapters, none where it is not installed (a hook of this app)."""
	if not is_installed():
		return {}
	replaced = {hook: {**HOOKS[hook], **without_own_master(own)} for hook, own in REPLACED.items()}
	defaults = {kind: theirs for kind, (own, theirs) in DEFAULTS.items() if not is_choosable(own)}
	return {**HOOKS, **replaced, "sales_default_types": defaults}


def without_own_master(own: str) -> dict[str, str]:
	"""Return the entry that takes one of this app's masters out, unless there is a record of it."""
	return {} if has_records(own) else {own: ""}


@request_cache
def has_records(doctype: str) -> bool:
	"""Return whether the site has records of one of this app's masters."""
	return bool(frappe.db.exists(doctype, {"name": ("is", "set")}))


@request_cache
def is_choosable(doctype: str) -> bool:
	"""Return whether one of this app's masters can be chosen for something new."""
	return bool(frappe.db.exists(doctype, {"disabled": 0}))

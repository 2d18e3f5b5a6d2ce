"""What counts only while ERPNext is installed."""

from typing import Any

import frappe
from frappe.utils.caching import request_cache

ROOM = "sales_opportunity.erpnext"

HOOKS = {
	"sales_party_types": {
		"Prospect": f"{ROOM}.partners.prospect",
		"Lead": f"{ROOM}.partners.lead",
		"Customer": f"{ROOM}.partners.customer",
	},
	"sales_party_roles": {
		"Prospect": f"{ROOM}.customers.advance_prospect",
		"Lead": f"{ROOM}.customers.advance_lead",
	},
	"sales_party_concerns": {"Customer": f"{ROOM}.partners.concerns"},
	"sales_party_currencies": {"Customer": f"{ROOM}.partners.currencies"},
	"sales_companies": {"Company": f"{ROOM}.companies.company"},
	"sales_item_types": {"Item": f"{ROOM}.items.item"},
	"sales_known_rates": f"{ROOM}.exchange.known_rate",
	"sales_exchange_rate_provider": f"{ROOM}.exchange.fetched_rate",
	"sales_fulfilment_providers": {"Order": f"{ROOM}.orders.make_sales_order"},
	"sales_fulfilment_documents": {"Order": "Sales Order"},
}

REPLACED = {"sales_party_types": "Business Partner", "sales_item_types": "Sales Item"}
"""This app's own masters, which are hidden where ERPNext's are there, unless the site already uses them."""


def is_installed() -> bool:
	"""Return whether ERPNext is installed on the site."""
	return "erpnext" in frappe.get_installed_apps()


def hooks() -> dict[str, Any]:
	"""Return the hooks of ERPNext's adapters, none where it is not installed (a hook of this app)."""
	if not is_installed():
		return {}
	return {**HOOKS, **{hook: {**HOOKS[hook], **hidden(own)} for hook, own in REPLACED.items()}}


def hidden(own: str) -> dict[str, str]:
	"""Return the entry that takes one of this app's masters out, unless there is a record of it."""
	return {} if is_used(own) else {own: ""}


@request_cache
def is_used(doctype: str) -> bool:
	"""Return whether the site has records of one of this app's masters."""
	return bool(frappe.db.exists(doctype, {"name": ("is", "set")}))

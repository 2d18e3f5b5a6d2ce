"""Connections on ERPNext's forms: the deals, quotes and requests that belong to a customer, a lead or an order."""

from frappe import _

from sales_opportunity.erpnext.hooks import is_installed

DEALS = ("Sales Opportunity", "Quote")


def customer(data: dict) -> dict:
	"""Add the deals of a Customer to its form (a hook)."""
	return with_deals(data, "Customer")


def lead(data: dict) -> dict:
	"""Add the deals of a Lead to its form (a hook)."""
	return with_deals(data, "Lead")


def prospect(data: dict) -> dict:
	"""Add the deals of a Prospect to its form (a hook)."""
	return with_deals(data, "Prospect")


def with_deals(data: dict, doctype: str) -> dict:
	data.setdefault("fieldname", "party")
	data.setdefault("non_standard_fieldnames", {}).update(dict.fromkeys(DEALS, "party"))
	data.setdefault("dynamic_links", {})["party"] = [doctype, "party_type"]
	data.setdefault("transactions", []).append({"label": _("Sales Opportunity"), "items": list(DEALS)})
	return data


def sales_order(data: dict) -> dict:
	"""Add what an order was made of to its form (a hook)."""
	links = {
		"Sales Opportunity": "sales_opportunity",
		"Quote": "sales_quote",
		"Fulfilment Request": "fulfilment_request",
	}
	data.setdefault("internal_links", {}).update(links)
	data.setdefault("transactions", []).append({"label": _("Sales Opportunity"), "items": list(links)})
	return data


def sales_opportunity(data: dict) -> dict:
	"""Add the orders of a deal to its form (a hook)."""
	if is_installed():
		data.setdefault("non_standard_fieldnames", {})["Sales Order"] = "sales_opportunity"
		data.setdefault("transactions", []).append({"label": "ERPNext", "items": ["Sales Order"]})
	return data

"""Connections on ERPNext's forms: the deals, quotes and requests that belong to a customer, a lead or an order."""

from frappe import _

from sales_opportunity.erpnext.hooks import is_installed

DEALS = ("Sales Opportunity", "Quote")


def customer_dashboard(data: dict) -> dict:
	"""Add the deals of a Customer to its form (a hook)."""
	return with_deals(data, "Customer")


def lead_dashboard(data: dict) -> dict:
	"""Add the deals of a Lead to its form (a hook)."""
	return with_deals(data, "Lead")


def prospect_dashboard(data: dict) -> dict:
	"""Add the deals of a Prospect to its form (a hook)."""
	return with_deals(data, "Prospect")


def with_deals(data: dict, doctype: str) -> dict:
	"""Return the connections of a partner's form with its opportunities and quotes."""
	data.setdefault("fieldname", "party")
	data.setdefault("non_standard_fieldnames", {}).update(dict.fromkeys(DEALS, "party"))
	data.setdefault("dynamic_links", {})["party"] = [doctype, "party_type"]
	data.setdefault("transactions", []).append({"label": _("Sales Opportunity"), "items": list(DEALS)})
	return data


def blanket_order_dashboard(data: dict) -> dict:
	"""Add the frame contract of a Blanket Order to its form (a hook)."""
	data.setdefault("internal_links", {})["Sales Opportunity"] = "sales_opportunity"
	data.setdefault("transactions", []).append(
		{"label": _("Sales Opportunity"), "items": ["Sales Opportunity"]}
	)
	return data


def sales_order_dashboard(data: dict) -> dict:
	"""Add what an order was made of to its form (a hook)."""
	links = {
		"Sales Opportunity": "sales_opportunity",
		"Quote": "sales_quote",
		"Fulfilment Request": "fulfilment_request",
	}
	data.setdefault("internal_links", {}).update(links)
	data.setdefault("transactions", []).append({"label": _("Sales Opportunity"), "items": list(links)})
	return data


def delivery_note_dashboard(data: dict) -> dict:
	"""Add the deals of a Delivery Note and its requests to its form (a hook)."""
	return with_deals_of_rows(data, "Delivery Note")


def sales_invoice_dashboard(data: dict) -> dict:
	"""Add the deals of a Sales Invoice and its requests to its form (a hook)."""
	return with_deals_of_rows(data, "Sales Invoice")


def with_deals_of_rows(data: dict, doctype: str) -> dict:
	"""Return the connections of a document's form with the opportunities of its rows, and its requests."""
	data.setdefault("internal_links", {})["Sales Opportunity"] = ["items", "sales_opportunity"]
	data.setdefault("non_standard_fieldnames", {})["Fulfilment Request"] = "reference_name"
	data.setdefault("dynamic_links", {})["reference_name"] = [doctype, "reference_doctype"]
	data.setdefault("transactions", []).append(
		{"label": _("Sales Opportunity"), "items": ["Sales Opportunity", "Fulfilment Request"]}
	)
	return data


def sales_opportunity_dashboard(data: dict) -> dict:
	"""Add the orders, deliveries and invoices of a deal to its form (a hook)."""
	if is_installed():
		documents = ["Blanket Order", "Sales Order", "Delivery Note", "Sales Invoice"]
		data.setdefault("non_standard_fieldnames", {}).update(dict.fromkeys(documents, "sales_opportunity"))
		data.setdefault("transactions", []).append({"label": "ERPNext", "items": documents})
	return data

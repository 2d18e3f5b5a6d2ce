"""Opportunities and Quotations as people have made them in ERPNext before deals were kept here."""

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity.masters.companies import default_company
from sales_opportunity.tests.erpnext.erp import make_item
from sales_opportunity.tests.factories import get_or_make

INLAND = "Lieferung oder sonstige Leistung im Inland"


def make_opportunity(party: str, opportunity_from: str = "Customer", **values):
	"""Return an Opportunity of 9 November with one of ERPNext's partners, worth 500."""
	lines = values.pop("items", [])
	doc = frappe.get_doc(
		{
			"doctype": "Opportunity",
			"opportunity_from": opportunity_from,
			"party_name": party,
			"company": default_company(),
			"currency": "EUR",
			"conversion_rate": 1,
			"transaction_date": "2025-11-09",
			"opportunity_amount": 0 if lines else 500,
			"opportunity_type": frappe.db.get_value("Opportunity Type", {}, order_by="name asc"),
			"sales_stage": None,
			**values,
		}
	)
	for line in lines:
		doc.append("items", {"item_code": make_item().name, "qty": 1, "uom": "Stk", **line})
	return doc.insert()


def make_quotation(party: str, lines: list[dict] | None = None, submit: bool = True, **values):
	"""Return a Quotation of 10 November with tax of the German template, by default of one ERP-BIKE."""
	defaults = {
		"doctype": "Quotation",
		"quotation_to": "Customer",
		"party_name": party,
		"company": default_company(),
		"currency": "EUR",
		"conversion_rate": 1,
		"transaction_date": "2025-11-10",
		"valid_till": add_days(getdate(), 30),
		"ignore_pricing_rule": 1,
		"taxes_and_charges": tax_template(INLAND),
	}
	doc = frappe.get_doc({**defaults, **values})
	for line in [{}] if lines is None else lines:
		doc.append("items", {"item_code": make_item().name, "qty": 1, **line})
	if not doc.get("taxes"):
		add_template_taxes(doc)
	doc.insert()
	return doc.submit() if submit else doc


def tax_template(title: str) -> str:
	"""Return the name of a template that ERPNext's German set-up makes."""
	return frappe.db.get_value(
		"Sales Taxes and Charges Template", {"title": title, "company": default_company()}
	)


def add_template_taxes(quotation, **values) -> None:
	"""Add the rows of the Quotation's template, as its form does."""
	if quotation.taxes_and_charges:
		for row in frappe.get_doc("Sales Taxes and Charges Template", quotation.taxes_and_charges).taxes:
			row = row.as_dict(no_default_fields=True)
			quotation.append("taxes", {**row, "name": None, **values})


def freight_row(amount: float) -> dict:
	"""Return a charge that is no tax."""
	account = {"company": default_company(), "is_group": 0, "root_type": "Income"}
	return {
		"charge_type": "Actual",
		"account_head": frappe.db.get_value("Account", account, order_by="name asc"),
		"description": "Fracht",
		"tax_amount": amount,
	}


def lose(doc, reason: str, competitor: str | None = None, details: str | None = None) -> None:
	"""Declare an Opportunity or Quotation lost as its form does."""
	get_or_make(f"{doc.doctype} Lost Reason", reason, **{reason_field(doc.doctype): reason})
	competitors = []
	if competitor:
		get_or_make("Competitor", competitor, competitor_name=competitor)
		competitors = [{"competitor": competitor}]
	doc.reload()
	doc.declare_enquiry_lost([{"lost_reason": reason}], competitors, details)


def reason_field(doctype: str) -> str:
	return {"Opportunity": "lost_reason", "Quotation": "order_lost_reason"}[doctype]


def order(quotation, on: str = "2025-12-01", quantity: float | None = None):
	"""Return the submitted Sales Order of a Quotation, made as ERPNext's button does."""
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	doc = make_sales_order(quotation.name)
	doc.update({"transaction_date": on, "delivery_date": on, "payment_schedule": []})
	for row in doc.items:
		row.update({"delivery_date": on, "qty": quantity or row.qty})
	doc.insert()
	doc.submit()
	quotation.reload()
	return doc


def deal_of(document):
	"""Return the deal that an Opportunity or a Quotation alone has become."""
	document.reload()
	if document.doctype == "Opportunity":
		return frappe.get_doc("Sales Opportunity", document.sales_opportunity)
	return frappe.get_doc("Sales Opportunity", quote_of(document).opportunity)


def quote_of(quotation):
	"""Return the quote that a Quotation has become."""
	quotation.reload()
	return frappe.get_doc("Quote", quotation.sales_quote)

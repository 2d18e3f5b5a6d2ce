"""Orders, deliveries, invoices and payments of deals and customers, for streams and the Customer Journey (hooks)."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.documents import DealDocument
from sales_opportunity.erpnext.company.base_amounts import base_amount, day_field
from sales_opportunity.erpnext.company.exchange import books_of
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.pricing.valuation import converted, exact_sum

CUSTOMER = "Customer"
STATES = ("Draft", "Submitted", "Cancelled")
"""What Blanket Orders are called, which say no status themselves, by their `docstatus`."""

FIELDS = [
	"name",
	"creation",
	"owner",
	"status",
	"grand_total",
	"currency",
	"conversion_rate",
	"base_net_total",
	"company",
]


def orders(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""Return the Sales Orders of deals and of a customer."""
	return documents("Sales Order", deals_by_orders(opportunities), party_type, party)


def deliveries(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""Return the Delivery Notes of deals and of a customer, returns too."""
	return documents("Delivery Note", deals_by_rows("Delivery Note", opportunities), party_type, party)


def invoices(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""Return the Sales Invoices of deals and of a customer, credit notes too."""
	return documents("Sales Invoice", deals_by_rows("Sales Invoice", opportunities), party_type, party)


def blanket_orders(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""Return the Blanket Orders of frame contracts and of a customer; they are in the currency of their contract."""
	deals = deals_by_orders(opportunities, "Blanket Order")
	names = {*deals, *of_customer("Blanket Order", {"customer": party}, party_type)}
	rows = frappe.get_all(
		"Blanket Order Item", {"parent": ("in", sorted(names) or [""])}, ["parent", "qty", "rate"]
	)
	fields = ["name", "creation", "owner", "docstatus", "company", "from_date"]
	worths, found = worths_of(deals.values()), []
	for doc in frappe.get_all("Blanket Order", {"name": ("in", sorted(names) or [""])}, fields):
		worth = worths.get(deals.get(doc.name))
		parts = [to_decimal(row.qty) * to_decimal(row.rate) for row in rows if row.parent == doc.name]
		paper = worth.transaction_currency if worth else books_of(doc.company)
		amount = round_money(exact_sum(parts), decimal_places(paper))
		base = (
			converted(amount, worth.conversion_rate, decimal_places(company_currency()))
			if worth
			else base_amount(amount, doc.company, doc.from_date)
		)
		found.append(
			DealDocument(
				doctype="Blanket Order",
				name=doc.name,
				opportunity=deals.get(doc.name),
				moment=doc.creation,
				status=_(STATES[doc.docstatus]),
				person=doc.owner,
				amount=float(amount),
				currency=paper,
				base_amount=as_float(base),
			)
		)
	return found


def deals_by_orders(opportunities: list[str], doctype: str = "Sales Order") -> dict[str, str]:
	"""Return the deal of each order that names one of these."""
	fields = ["name", "sales_opportunity"]
	filters = {"sales_opportunity": ("in", opportunities)}
	return dict(frappe.get_all(doctype, filters, fields, as_list=True))


def deals_by_rows(doctype: str, opportunities: list[str]) -> dict[str, str]:
	"""Return the deal of each document whose rows name one of these."""
	rows = frappe.get_all(
		f"{doctype} Item",
		{"sales_opportunity": ("in", opportunities), "parenttype": doctype},
		["parent", "sales_opportunity"],
		distinct=True,
		as_list=True,
	)
	return dict(rows)


def documents(
	doctype: str, deals: dict[str, str], party_type: str | None, party: str | None
) -> list[DealDocument]:
	"""Return these documents, and all others of the customer."""
	names = {*deals, *of_customer(doctype, {"customer": party}, party_type)}
	day, worths = day_field(doctype), worths_of(deals.values())
	return [
		DealDocument(
			doctype=doctype,
			name=row.name,
			opportunity=deals.get(row.name),
			moment=row.creation,
			status=_(row.status, context=doctype),
			person=row.owner,
			amount=row.grand_total,
			currency=row.currency,
			base_amount=as_float(
				base_amount(
					row.base_net_total,
					row.company,
					row[day],
					(row.currency, row.conversion_rate),
					worths.get(deals.get(row.name)),
				)
			),
		)
		for row in frappe.get_all(doctype, {"name": ("in", sorted(names))}, [*FIELDS, day])
	]


def worths_of(opportunities: Iterable[str]) -> dict[str | None, frappe._dict]:
	"""Return the currency of deals and what it is worth, by their names."""
	fields = ["name", "transaction_currency", "conversion_rate"]
	rows = frappe.get_all("Sales Opportunity", {"name": ("in", sorted(set(opportunities)))}, fields)
	return {row.name: row for row in rows}


def as_float(amount: Decimal | None) -> float | None:
	"""Return an amount as the desk formats it."""
	return None if amount is None else float(amount)


def of_customer(doctype: str, filters: dict, party_type: str | None) -> Iterable[str]:
	"""Return the documents with these filters, none if the partner is no customer."""
	return frappe.get_all(doctype, filters, pluck="name") if party_type == CUSTOMER else ()


def payments(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""Return the submitted Payment Entries for orders and invoices of deals, and all of a customer."""
	deals = {**deals_by_orders(opportunities), **deals_by_rows("Sales Invoice", opportunities)}
	paid = paid_documents(deals)
	names = {*paid, *of_customer("Payment Entry", {"party_type": CUSTOMER, "party": party}, party_type)}
	fields = [
		"name",
		"creation",
		"owner",
		"payment_type",
		"paid_amount",
		"base_paid_amount",
		"company",
		"posting_date",
	]
	currency = "paid_from_account_currency"
	worths = worths_of(deals.values())
	return [
		DealDocument(
			doctype="Payment Entry",
			name=row.name,
			opportunity=deals.get(paid.get(row.name, "")),
			moment=row.creation,
			status=_(row.payment_type, context="Payment Entry"),
			person=row.owner,
			amount=row.paid_amount,
			currency=row[currency],
			base_amount=as_float(
				base_amount(
					row.base_paid_amount,
					row.company,
					row.posting_date,
					deal=worths.get(deals.get(paid.get(row.name, ""))),
				)
			),
		)
		for row in frappe.get_all(
			"Payment Entry", {"name": ("in", sorted(names)), "docstatus": 1}, [*fields, currency]
		)
	]


def paid_documents(names: Iterable[str]) -> dict[str, str]:
	"""Return by Payment Entry which of these orders and invoices it was made for."""
	filters = {
		"reference_doctype": ("in", ["Sales Order", "Sales Invoice"]),
		"reference_name": ("in", sorted(names)),
		"docstatus": 1,
	}
	return dict(
		frappe.get_all("Payment Entry Reference", filters, ["parent", "reference_name"], as_list=True)
	)

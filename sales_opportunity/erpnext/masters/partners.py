"""ERPNext's Customer, Lead and Prospect as partners of deals."""

from typing import Any

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_default_address
from frappe.contacts.doctype.contact.contact import get_default_contact
from frappe.utils import flt

from sales_opportunity.currency import company_currency, format_amount
from sales_opportunity.erpnext.company.exchange import books_of, rate_in_books
from sales_opportunity.erpnext.company.terms import payment_terms_text
from sales_opportunity.erpnext.tax.templates import treatment_of_customer
from sales_opportunity.masters.adapters import Party
from sales_opportunity.masters.companies import default_company
from sales_opportunity.masters.origins import own_name

ORIGIN_FIELDS = {"source": ("utm_source", "source"), "campaign": ("utm_campaign", "campaign_name")}
"""Where a Lead comes from: by what it is here, what the field is called in ERPNext since 16 and in 15."""


def customer(name: str, company: str | None = None) -> Party:
	"""Adapter of the DocType Customer; by the company's tax templates and rules its quotes are taxed."""
	doc = frappe.get_cached_doc("Customer", name)
	return Party(
		name=doc.name,
		title=doc.customer_name,
		language=doc.language,
		currency=doc.default_currency,
		vat_id=doc.tax_id,
		tax_treatment=treatment_of_customer(doc, company or default_company()),
		payment_terms=payment_terms_text(doc.payment_terms),
		contact=doc.customer_primary_contact or (lambda: get_default_contact("Customer", name)),
		address=doc.customer_primary_address or (lambda: get_default_address("Customer", name)),
		source=lambda: origin_of_lead(doc.lead_name, "source"),
		campaign=lambda: origin_of_lead(doc.lead_name, "campaign"),
		disabled=bool(doc.disabled),
		refusal=frozen_refusal(doc),
		has_number=doc.name != doc.customer_name,
	)


def lead(name: str) -> Party:
	"""Adapter of the DocType Lead: a company, else the person."""
	doc = frappe.get_cached_doc("Lead", name)
	return Party(
		name=doc.name,
		title=doc.company_name or doc.lead_name or doc.name,
		language=doc.language,
		contact=lambda: get_default_contact("Lead", name),
		address=lambda: get_default_address("Lead", name),
		source=lambda: origin_of_lead(name, "source"),
		campaign=lambda: origin_of_lead(name, "campaign"),
		disabled=bool(doc.disabled) or doc.status == "Do Not Contact",
		has_number=False,
	)


def prospect(name: str) -> Party:
	"""Adapter of the DocType Prospect."""
	doc = frappe.get_cached_doc("Prospect", name)
	return Party(
		name=doc.name,
		title=doc.company_name,
		contact=lambda: get_default_contact("Prospect", name),
		address=lambda: get_default_address("Prospect", name),
		has_number=False,
	)


def origin_of_lead(name: str | None, kind: str) -> str | None:
	"""Return the `source` or `campaign` of a Lead, as it is called here; None without a Lead, and if it says none."""
	doc = frappe.get_cached_doc("Lead", name) if name and frappe.db.exists("Lead", name, cache=True) else None
	return doc and origin_of(doc, ORIGIN_FIELDS[kind])


def origin_of(doc: Any, fieldnames: tuple[str, ...]) -> str | None:
	"""Return what the first of these fields that the document's DocType has links to, as it is called here."""
	field = next(filter(None, map(doc.meta.get_field, fieldnames)), None)
	return field and own_name(field.options, doc.get(field.fieldname))


def frozen_refusal(doc: Any) -> str | None:
	"""Return why a frozen customer gets nothing new, None for any other."""
	if not doc.is_frozen:
		return None
	return _("The customer {0} is frozen in ERPNext. Have it released there, or choose another one.").format(
		frappe.bold(doc.customer_name)
	)


def concerns(name: str, amount: float, company: str | None = None) -> list[str]:
	"""Return what speaks against selling to a customer for `amount` in the settings' currency: frozen, over its limit."""
	from erpnext.selling.doctype.customer.customer import get_credit_limit, get_customer_outstanding

	company = company or default_company()
	found = [frozen_refusal(frappe.get_cached_doc("Customer", name))]
	limit = flt(get_credit_limit(name, company)) if company else 0
	if company and limit > 0:
		owed = flt(get_customer_outstanding(name, company))
		currency = books_of(company)
		if owed + in_books(amount, company) > limit:
			found.append(
				_(
					"With this deal the customer goes over its credit limit of {0}: {1} are open already."
				).format(format_amount(limit, currency), format_amount(owed, currency))
			)
	return [sentence for sentence in found if sentence]


def in_books(amount: float, company: str | None) -> float:
	"""Return an amount in the settings' currency in that of a company's books."""
	return flt(amount) * rate_in_books(company_currency(), 1, company) if company else flt(amount)


def currencies() -> list[str]:
	"""Return the currencies of all customers."""
	return frappe.get_all("Customer", pluck="default_currency", distinct=True)

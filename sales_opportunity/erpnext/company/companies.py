"""ERPNext's companies: which of them sells, and what its papers say."""

from typing import Any

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_default_address
from frappe.utils import strip_html

from sales_opportunity.erpnext.company.terms import selling_terms
from sales_opportunity.erpnext.errors import CompanyError
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.masters import companies
from sales_opportunity.masters.companies import Company, default_company


def company_of(company: str | None) -> str:
	"""Return the company of a deal, that of the user for one without. Raises `CompanyError` if there is none."""
	found = company or default_company()
	if not found:
		frappe.throw(_("ERPNext has no company yet. Finish its set-up first."), CompanyError)
	return found


def company(name: str) -> Company:
	"""Adapter of the DocType Company, with its primary address and its own bank account."""
	doc = frappe.get_cached_doc("Company", name)
	return Company(
		company_name=doc.company_name,
		currency=doc.default_currency,
		letter_head=doc.default_letter_head,
		phone=doc.phone_no,
		email=doc.email,
		website=doc.website,
		logo=doc.company_logo,
		register_court=doc.get("sales_register_court"),
		register_number=doc.get("sales_register_number") or one_line(doc.registration_details),
		managing_directors=doc.get("sales_managing_directors"),
		vat_id=doc.tax_id,
		tax_number=doc.get("sales_tax_number"),
		terms_template=selling_terms(doc.default_selling_terms),
		is_main=name == companies.site_company(),
		**address_of(name),
		**bank_of(name),
	)


def one_line(text: str | None) -> str | None:
	"""Return a text of several lines in one, as it stands in a footer."""
	lines = [line.strip() for line in strip_html(text or "").splitlines()]
	return ", ".join(filter(None, lines)) or None


def address_of(name: str) -> dict[str, str | None]:
	"""Return street, place and country of a company; the country is that of its books if it has no address."""
	address = get_default_address("Company", name)
	if not address:
		return {"country": frappe.get_cached_value("Company", name, "country")}
	doc = frappe.get_cached_doc("Address", address)
	street = ", ".join(filter(None, [doc.address_line1, doc.address_line2]))
	return {"street": street, "postal_code": doc.pincode, "city": doc.city, "country": doc.country}


def bank_of(name: str) -> dict[str, str | None]:
	"""Return bank, IBAN and BIC of a company's account, the default one first."""
	account = frappe.db.get_value(
		"Bank Account",
		{"is_company_account": 1, "company": name},
		["bank", "iban"],
		order_by="is_default desc, creation asc",
		as_dict=True,
	)
	if not account:
		return {}
	bic = frappe.get_cached_value("Bank", account.bank, "swift_number") if account.bank else None
	return {"bank_name": account.bank, "iban": account.iban, "bic": bic}


def on_company(doc: Any, method: str | None = None) -> None:
	"""Hook of new companies: the first one takes the deals that were made before there was any."""
	if is_installed():
		companies.fill_empty_companies()

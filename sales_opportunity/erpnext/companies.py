"""Which of ERPNext's companies sells: that of the user, else of the site."""

import frappe
from frappe import _

from sales_opportunity.erpnext.errors import CompanyError


def default_company() -> str | None:
	"""Return the company that the user works for, else that of the site, None before ERPNext is set up."""
	return (
		frappe.defaults.get_user_default("company")
		or frappe.db.get_single_value("Global Defaults", "default_company")
		or None
	)


def company_of(company_currency: str) -> str:
	"""Return the company that a deal whose base amounts are in `company_currency` belongs to.

	Raises `CompanyError` if there is none, or the user's has other books.
	"""
	company = default_company()
	if not company:
		frappe.throw(_("ERPNext has no company yet. Finish its set-up first."), CompanyError)
	currency = frappe.get_cached_value("Company", company, "default_currency")
	if currency != company_currency:
		frappe.throw(
			_("The company {0} keeps its books in {1}, but the deal is valued in {2}.").format(
				frappe.bold(company), currency, company_currency
			),
			CompanyError,
		)
	return company

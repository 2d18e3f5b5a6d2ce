"""Which company a deal is made in: its class's, else the chosen one, else that of the user."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.masters.companies import company_type, default_company, permitted_companies

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def set_company(doc: "SalesOpportunity") -> None:
	"""Let an open deal have a company, where there are any; without any, what is stored stays.

	Raises `frappe.PermissionError` if the deal comes into one to which the user's permissions do not reach.
	"""
	before = doc.get_doc_before_save()
	former = before.company if before else None
	if not company_type():
		doc.company = former
		return
	if before and before.status != "Open":
		return
	has_changed = not before or before.class_id != doc.class_id or former != doc.company
	if has_changed or not doc.company:
		doc.company = doc.class_doc.fixed_company or doc.company or former or default_company()
	if doc.company != former:
		require_permitted(doc)


def require_permitted(doc: "SalesOpportunity") -> None:
	"""Raise `frappe.PermissionError` for a company outside of the user's own, also one that a class brings."""
	permitted = permitted_companies(doc.doctype)
	if permitted and doc.company not in permitted:
		frappe.throw(
			_("You may not make deals in the company {0}.").format(frappe.bold(doc.company)),
			frappe.PermissionError,
		)


def move_drafts(doc: "SalesOpportunity") -> None:
	"""Let the drafts of a deal go with it into another company, so that nobody there misses them or sees them elsewhere."""
	before = doc.get_doc_before_save()
	if before and (before.company or None) != (doc.company or None):
		filters = {"opportunity": doc.name, "docstatus": 0, "company": ("!=", doc.company)}
		for name in frappe.get_all("Quote", filters, pluck="name"):
			# Whoever may change the opportunity was checked there.
			frappe.get_doc("Quote", name, for_update=True).save(ignore_permissions=True)

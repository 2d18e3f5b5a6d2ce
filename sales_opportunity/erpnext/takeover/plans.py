"""The plan of instalments that a Quotation's Payment Schedule is, where it says more than the payment terms do."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe.utils import getdate

from sales_opportunity.features import RECURRING_LINES, is_used
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def set_agreed_plan(doc: "SalesOpportunity | Quote", quotation: Any) -> None:
	"""Give a new deal or quote the plan that was agreed; its amounts are fitted to what is sold when the sums are set."""
	for row in agreed_plan(quotation):
		doc.append("instalments", row)
	doc.plan_source = quotation


def agreed_plan(quotation: Any) -> list[dict]:
	"""Return the instalments that somebody has agreed, by amounts: none if the schedule is what ERPNext makes of the payment terms.

	None either where the settings know no instalments, and of a schedule that leaves out a day or pays back.
	"""
	rows = quotation.payment_schedule
	found = [(getdate(row.due_date), to_decimal(row.invoice_portion)) for row in rows if row.due_date]
	if not is_used(RECURRING_LINES) or len(found) < len(rows) or found == usual_schedule(quotation):
		return []
	if any(to_decimal(row.payment_amount) <= 0 for row in rows):
		return []
	return [
		{"due_date": row.due_date, "description": row.description, "amount": row.payment_amount}
		for row in rows
	]


def usual_schedule(quotation: Any) -> list[tuple]:
	"""Return day and share of the payments that the payment terms of a Quotation ask for, all on its day without any."""
	from erpnext.controllers.accounts_controller import get_payment_terms

	template = quotation.payment_terms_template
	if not template or not frappe.db.exists("Payment Terms Template", template):
		return [(getdate(quotation.transaction_date), to_decimal(100))]
	rows = get_payment_terms(template, quotation.transaction_date)
	return [(getdate(row.due_date), to_decimal(row.invoice_portion)) for row in rows]

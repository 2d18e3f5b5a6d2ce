"""Requests took the sums of orders as they were made: they get those that the orders have by now.

Runs twice without harm.
"""

import frappe

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.orders.states import SALES_ORDER, state_of


def execute() -> None:
	"""Let requests say what ERPNext's orders come to that were changed by hand since. Runs twice without harm."""
	if not is_installed():
		return
	filters = {"reference_doctype": SALES_ORDER, "kind": "Order", "status": ("!=", RequestStatus.CANCELLED)}
	for request in frappe.get_all(
		"Fulfilment Request", filters, ["name", "opportunity", "reference_name"], order_by="creation asc"
	):
		if frappe.db.exists(SALES_ORDER, request.reference_name):
			state = state_of(frappe.get_doc(SALES_ORDER, request.reference_name), request.opportunity)
			frappe.db.set_value("Fulfilment Request", request.name, state.values, update_modified=False)

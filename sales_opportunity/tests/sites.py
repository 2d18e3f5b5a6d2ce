"""The state of the site that some tests begin with."""

import frappe

from sales_opportunity.demo.load import MARKER


def empty_site():
	"""Take away, for this transaction, all deals and targets, and what else would keep the demo from loading."""
	for doctype in (
		"Sales Opportunity",
		"Sales Opportunity Change",
		"Quote",
		"Sales Pipeline Snapshot",
		"Sales Target",
		"Sales Target Period",
	):
		frappe.db.delete(doctype)
	frappe.db.delete("DefaultValue", {"defkey": MARKER})
	frappe.db.set_single_value("Sales Opportunity Settings", "company_name", "")

"""Partners from before duplicates were looked for get the keys by which they are found. Runs twice without harm."""

import frappe

from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import store_keys


def execute() -> None:
	"""Store the keys by which duplicates are found for partners that were saved before there were any."""
	for name in frappe.get_all("Business Partner", {"name_key": ("is", "not set")}, pluck="name"):
		store_keys(frappe.get_doc("Business Partner", name))

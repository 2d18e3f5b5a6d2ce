"""Open opportunities kept the reason, competitor and notes of a former end: they are cleared.

Runs twice without harm.
"""

import frappe

from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import CLOSING_FIELDS


def execute() -> None:
	"""Clear what open opportunities were given of closing data: they have no reason, competitor or notes of their end."""
	frappe.db.set_value(
		"Sales Opportunity",
		{"status": "Open"},
		{fieldname: 0 if fieldname == "competitor_price" else None for fieldname in CLOSING_FIELDS},
		update_modified=False,
	)

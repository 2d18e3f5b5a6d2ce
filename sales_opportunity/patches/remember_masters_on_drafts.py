"""Drafts follow corrections of their masters by what they remember of them: drafts from before get it.

Runs twice without harm.
"""

import frappe

from sales_opportunity.masters.adapters import get_party
from sales_opportunity.sales_opportunity.doctype.quote.master_values import remember_masters


def execute() -> None:
	"""Let drafts from before follow corrections of their partner, contact and address from now on, but for what differs."""
	for name in frappe.get_all("Quote", {"docstatus": 0, "from_masters": ("is", "not set")}, pluck="name"):
		quote = frappe.get_doc("Quote", name)
		try:
			remember_masters(quote, get_party(quote.party_type, quote.party))
		except Exception:
			frappe.log_error(title=f"Quote {name} does not follow its partner")

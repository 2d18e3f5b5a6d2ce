"""What scripts of the desk need to know of statuses: which there are, what they allow, and their colours."""

import frappe

from sales_opportunity.deal import quote_status, stage_rules
from sales_opportunity.permissions import may_reopen, sees_all

COLOURS = {
	"Sales Opportunity": {"Open": "blue", "Won": "green", "Lost": "red"},
	"Quote": {
		"Draft": "gray",
		"Issued": "blue",
		"Sent": "cyan",
		"Accepted": "green",
		"Declined": "red",
		"Expired": "orange",
		"Superseded": "purple",
		"Cancelled": "red",
	},
	"Fulfilment Request": {"Open": "orange", "Done": "green", "Cancelled": "gray"},
}
"""The colour of each status in lists, by DocType."""


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk, when it starts, of statuses and of what the user may do with all opportunities (a hook)."""
	bootinfo.sales_opportunity_statuses = {
		"opportunity": {"all": list(stage_rules.STATUSES), "closed": list(stage_rules.CLOSED)},
		"forecast_categories": forecast_categories(),
		"quote": {
			"all": list(quote_status.TRANSITIONS),
			"live": sorted(quote_status.LIVE),
			"waiting": list(quote_status.WAITING),
			"revisable": sorted(quote_status.REVISABLE),
			"shown": sorted(quote_status.SHOWN),
			"acceptable": list(quote_status.ACCEPTABLE),
		},
		"colours": COLOURS,
	}
	user = frappe.session.user
	bootinfo.sales_opportunity_may = {"reopen": may_reopen(user), "see_all": sees_all(user)}


def forecast_categories() -> list[str]:
	"""Return the categories that a stage can have."""
	return frappe.get_meta("Qualification Stage").get_options("forecast_category").split("\n")

"""What scripts of the desk need to know of statuses and filters: which there are, what they allow, and their colours."""

from collections.abc import Iterable

import frappe

from sales_opportunity.access.permissions import may_reopen, sees_all
from sales_opportunity.deal import quote_status, request_status, stage_rules
from sales_opportunity.deal.forecast_categories import forecast_categories
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.quote_status import QuoteStatus
from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.compat import moment_filters

COLOURS = {
	"Sales Opportunity": {
		OpportunityStatus.OPEN: "blue",
		OpportunityStatus.WON: "green",
		OpportunityStatus.LOST: "red",
	},
	"Quote": {
		QuoteStatus.DRAFT: "gray",
		QuoteStatus.ISSUED: "blue",
		QuoteStatus.SENT: "cyan",
		QuoteStatus.ACCEPTED: "green",
		QuoteStatus.DECLINED: "red",
		QuoteStatus.EXPIRED: "orange",
		QuoteStatus.SUPERSEDED: "purple",
		QuoteStatus.CANCELLED: "red",
	},
	"Fulfilment Request": {
		RequestStatus.OPEN: "orange",
		RequestStatus.DONE: "green",
		RequestStatus.CANCELLED: "gray",
	},
}
"""The colour of each status in lists, by DocType."""


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk of statuses, of filters for empty dates, and of what the user may do with all opportunities (a hook)."""
	bootinfo.sales_opportunity_statuses = {
		"opportunity": {
			**_by_name(stage_rules.STATUSES),
			"all": list(stage_rules.STATUSES),
			"closed": list(stage_rules.CLOSED),
		},
		"forecast_categories": forecast_categories(),
		"quote": {
			**_by_name(quote_status.TRANSITIONS),
			"all": list(quote_status.TRANSITIONS),
			"live": sorted(quote_status.LIVE),
			"waiting": list(quote_status.WAITING),
			"revisable": sorted(quote_status.REVISABLE),
			"shown": sorted(quote_status.SHOWN),
			"acceptable": list(quote_status.ACCEPTABLE),
		},
		"request": _by_name(request_status.TRANSITIONS),
		"colours": COLOURS,
	}
	bootinfo.sales_opportunity_moments = moment_filters()
	user = frappe.session.user
	bootinfo.sales_opportunity_may = {"reopen": may_reopen(user), "see_all": sees_all(user)}


def _by_name(statuses: Iterable[str]) -> dict[str, str]:
	"""Return the statuses by the names that scripts call them by: `statuses.quote.accepted`."""
	return {status.lower(): status for status in statuses}

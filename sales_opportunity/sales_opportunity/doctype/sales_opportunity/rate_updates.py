"""Open opportunities in foreign currencies take the exchange rates of today; so do won ones, if the settings say so."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import cint, strip_html

from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.exchange_rates import exchange_rate, known_rate
from sales_opportunity.inputs.arguments import read_list, whitelist

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


@whitelist(methods=["POST"])
def update_exchange_rates(opportunities: str | list) -> dict:
	"""Give each open opportunity today's exchange rate; return how many `changed`, and by name why others were `refused`.

	Those in the company's currency, closed ones, and those whose rate is that of today already stay as they are.
	Each change is a fact of its own. Who may not write an opportunity reads so among the refused ones.
	"""
	changed, refused = 0, {}
	for name in map(str, read_list(opportunities, _("Sales Opportunity"))):
		frappe.db.savepoint("todays_rate")
		try:
			changed += update_exchange_rate(name)
		except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError) as error:
			frappe.db.rollback(save_point="todays_rate")
			frappe.clear_messages()
			refused[name] = strip_html(str(error))
	return {"changed": changed, "refused": refused}


def update_exchange_rate(name: str) -> bool:
	"""Give an open deal in another currency today's rate; return whether it is a new one."""
	doc = frappe.get_doc("Sales Opportunity", name, for_update=True)
	doc.check_permission("write")
	if doc.status != "Open" or doc.transaction_currency == doc.company_currency:
		return False
	rate = exchange_rate(doc.transaction_currency)
	if rate == doc.conversion_rate:
		return False
	doc.conversion_rate = rate
	doc.save()
	return True


def set_rate_at_win(doc: "SalesOpportunity") -> None:
	"""Value an opportunity that is being won at the exchange rate of the day, if the settings say so and know one.

	A rate that was given for a deal of the past stays.
	"""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	is_won_now = doc.status == OpportunityStatus.WON and doc.has_changed("status")
	if not (is_won_now and cint(settings.rate_of_winning_day)) or (
		doc.backdating and doc.backdating.has_own_rate
	):
		return
	doc.conversion_rate = known_rate(doc.transaction_currency, doc.happened_on) or doc.conversion_rate

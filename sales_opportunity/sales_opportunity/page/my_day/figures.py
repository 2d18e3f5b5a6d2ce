"""My Day's figures: the user's deals that are open, in the forecast, overdue and won this month, and the user's part of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import get_first_day
from pypika import Case

from sales_opportunity.access.permissions import may_read_field
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.drill_down import days_before, only_in_forecast, without_frames
from sales_opportunity.reporting.query import is_counted, opportunities, readable_criterion
from sales_opportunity.reporting.shared_deals import filters_of_shared, parts_of_people
from sales_opportunity.reporting.sharing import listed_for, takes_part, with_sharing


def open_deal_figures(today: date) -> dict:
	"""Return how many deals of the user are open, in the forecast, overdue and won this month, what they are worth, and
	with which filters a list shows them.

	Deals kept in another company currency are counted, and not added; `in_other_currencies` says how many they are.
	"""
	deal = frappe.qb.DocType(OPPORTUNITY)
	is_open = deal.status == "Open"
	is_forecast = is_open & (deal.forecast_category != OMITTED)
	is_late = is_open & (deal.next_activity_date < today)
	is_won = (deal.status == OpportunityStatus.WON) & (deal.closed_on >= get_first_day(today))
	found = {
		"open": figure(is_open, "base_amount", status="Open"),
		"weighted": figure(is_forecast, "base_weighted_amount", status="Open", **only_in_forecast({})),
		"overdue": figure(is_late, "base_amount", status="Open", next_activity_date=days_before(today)),
		"won": figure(
			is_won, "base_amount", status=OpportunityStatus.WON, closed_on=["Timespan", "this month"]
		),
	}
	others = found["open"]["in_other_currencies"] + found["won"]["in_other_currencies"]
	return {"currency": company_currency(), "in_other_currencies": others, **found}


def figure(condition: Criterion, fieldname: str, **filters: Any) -> dict:
	"""Return `count`, `amount` (None for users who may not read the field), `in_other_currencies` and `filters`."""
	deal, me = frappe.qb.DocType(OPPORTUNITY), frappe.session.user
	is_added = deal.company_currency == company_currency()
	count, amount, added = (
		frappe.qb.from_(deal)
		.where(takes_part(deal, me) & condition & is_counted(deal) & readable_criterion(OPPORTUNITY))
		.select(
			Count("*"),
			Coalesce(Sum(Case().when(is_added, deal[fieldname]).else_(0)), 0),
			Coalesce(Sum(Case().when(is_added, 1).else_(0)), 0),
		)
		.run()[0]
	)
	return {
		"count": count,
		"amount": float(to_decimal(amount) - share_of_others(condition, fieldname))
		if may_read_field(OPPORTUNITY, fieldname)
		else None,
		"in_other_currencies": count - int(added),
		"filters": {**listed_for(me), **without_frames(), **filters},
	}


def share_of_others(condition: Criterion, fieldname: str) -> Decimal:
	"""Return what the user's deals bring that belongs to others who have a part in them."""
	mine = with_sharing(frappe._dict(opportunity_owner=frappe.session.user), None)
	if not mine.sharing:
		return Decimal(0)
	deal = frappe.qb.DocType(OPPORTUNITY)
	rows = (
		opportunities(filters_of_shared(mine), condition)
		.select(deal.name, deal[fieldname].as_("amount"))
		.run(as_dict=True)
	)
	whole = sum((to_decimal(row.amount) for row in rows), Decimal(0))
	return whole - sum((part.amount for _me, part in parts_of_people(rows, ("amount",), mine)), Decimal(0))

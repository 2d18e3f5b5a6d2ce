"""Everything that happened with one business partner, in order. See docs/metrics.md."""

from collections import Counter
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import get_datetime

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.masters.adapters import default_party_type
from sales_opportunity.people import get_people
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	bar_chart,
	card,
	column,
	currency_column,
	money_card,
	money_column,
)
from sales_opportunity.reporting.query import OPPORTUNITY, in_company_currency, readable_criterion
from sales_opportunity.sales_opportunity.report.customer_journey.events import events_of


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report; nothing until a partner is chosen."""
	filters = checked_filters(filters, party_type=default_party_type())
	columns = get_columns()
	if not filters.party:
		return columns, [], _("Choose a business partner."), None, None, True
	partner = frappe._dict(party_type=filters.party_type, party=filters.party)
	deals = get_deals_of_partner(partner)
	data = get_data(partner, deals)
	return explained("Customer Journey", columns), data, None, get_chart(data), get_summary(deals), True


def get_columns() -> list[dict]:
	return [
		column("moment", _("Date and Time"), "Datetime", 160),
		column("kind", _("Event"), width=150),
		column("text", _("What Happened"), width=420),
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("quote", _("Quote"), "Link", 160, options="Quote"),
		money_column("amount", _("Amount")),
		column("person", _("By Whom"), width=150),
		currency_column(),
	]


def get_deals_of_partner(partner: frappe._dict) -> list[frappe._dict]:
	"""Return the partner's opportunities that the user may read, frame contracts too."""
	table = frappe.qb.DocType(OPPORTUNITY)
	is_theirs = (table.party_type == partner.party_type) & (table.party == partner.party)
	return (
		frappe.qb.from_(table)
		.where(readable_criterion(OPPORTUNITY) & in_company_currency(table) & is_theirs)
		.select(
			table.name,
			table.title,
			table.status,
			table.base_amount,
			table.base_weighted_amount,
			table.is_counted,
		)
		.run(as_dict=True)
	)


def get_data(partner: dict, deals: list[frappe._dict]) -> list[dict]:
	"""Return what happened, the earliest first; what belongs to opportunities that the user may not read is left out."""
	events = list(events_of(partner, {deal.name: deal.title for deal in deals}))
	people, currency = get_people({event.person for event in events if event.person}), company_currency()
	rows = [
		{
			**vars(event),
			"moment": get_datetime(event.moment),
			"person": people[event.person]["fullname"] if event.person in people else event.person,
			"currency": currency,
		}
		for event in events
	]
	return sorted(rows, key=lambda row: (row["moment"], row["opportunity"] or "", row["kind"]))


def get_chart(data: list[dict]) -> dict | None:
	"""Return how many events of each kind there were."""
	counts = Counter(row["kind"] for row in data)
	return bar_chart(list(counts), {_("Number of Events"): list(counts.values())})


def get_summary(deals: list[frappe._dict]) -> list[dict] | None:
	deals = [deal for deal in deals if deal.is_counted]
	if not deals:
		return None
	won = sum(
		(to_decimal(deal.base_amount) for deal in deals if deal.status == OpportunityStatus.WON), Decimal(0)
	)
	weighted = sum(
		(to_decimal(deal.base_weighted_amount) for deal in deals if deal.status == "Open"), Decimal(0)
	)
	return [
		card(_("Opportunities", context="Report"), len(deals)),
		card(_("Open"), sum(deal.status == "Open" for deal in deals)),
		money_card(_("Weighted"), weighted),
		money_card(_("Won"), won, "Green"),
	]

"""The deals of the revenue forecast one by one: by item group, over the days on which they are charged, divided among people."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.utils import getdate

from sales_opportunity.analysis.revenue import RevenueShare, divided_among, split
from sales_opportunity.analysis.spreading import spread_over_days
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.charges import (
	charged_lines,
	is_charged_in_parts,
	is_spread,
	plans_of_instalments,
)
from sales_opportunity.reporting.fulfilled import with_fulfilled
from sales_opportunity.reporting.groups import ITEM_GROUP
from sales_opportunity.reporting.item_groups import with_group
from sales_opportunity.reporting.query import (
	as_date,
	in_forecast,
	is_within_dates,
	joined_with_rows,
	opportunities,
)
from sales_opportunity.reporting.shared_deals import people_of_deals
from sales_opportunity.reporting.sharing import PERSON

if TYPE_CHECKING:
	from pypika import Table

CLOSE_DATES = {"Seller": "expected_close_date", "Likely": "likely_close_date"}
"""By what the report is asked for, the field with the date on which an open deal is due."""


def get_values(filters: frappe._dict) -> list[RevenueShare]:
	"""Return all open and won deals with their group, split by item group if the report is grouped by it."""
	rows = get_deals(filters)
	values = [as_value(row, row.get(filters.group_by)) for row in rows]
	if filters.group_by == ITEM_GROUP:
		shares, decimals = item_group_shares(filters), decimal_places(company_currency())
		values = [
			part
			for value in values
			for part in split(value, shares.get(value.name, {None: Decimal(1)}), decimals)
		]
	if is_spread(filters):
		values = spread_values(values, filters)
	if filters.sharing:
		values = values_of_people(values, filters)
	return [value for value in values if is_reported(value, filters)]


def get_parts(filters: frappe._dict) -> list[RevenueShare]:
	"""Return the parts of all deals that are charged in some, as far as they lie in the report."""
	rows = get_deals(filters, is_charged_in_parts(frappe.qb.DocType("Sales Opportunity")))
	values = spread_values([as_value(row, row.get(filters.group_by)) for row in rows], filters)
	return [value for value in values if is_reported(value, filters)]


def values_of_people(values: list[RevenueShare], filters: frappe._dict) -> list[RevenueShare]:
	"""Return deals with those that people share divided: of one person if there is a filter, grouped by them if asked for.

	All parts of a deal must be there, whatever the report's dates, so that what a person has of one hangs on nothing else.
	"""
	people, decimals = people_of_deals(filters), decimal_places(company_currency())
	of_deals: dict[str, list[RevenueShare]] = {}
	for value in values:
		of_deals.setdefault(value.name, []).append(value)
	found = []
	for name, parts in of_deals.items():
		if name not in people:
			found += parts
			continue
		for person, of_person in divided_among(parts, people[name], decimals).items():
			if filters.get(PERSON) in (None, "", person):
				by_person = {"group": person or None} if filters.group_by == PERSON else {}
				found += [replace(part, **by_person) for part in of_person]
	return found


def spread_values(values: list[RevenueShare], filters: frappe._dict) -> list[RevenueShare]:
	"""Return deals with recurring lines or a plan part by part, whatever the report's dates.

	Open ones that are overdue or have no date stay whole: when they begin nobody knows.
	"""
	today, decimals = getdate(), decimal_places(company_currency())
	lines, plans = charged_lines(filters), plans_of_instalments(filters)
	found = []
	for value in values:
		is_due = value.day is not None and (value.is_won or value.day >= today)
		if not is_due or not (value.name in lines or value.name in plans):
			found.append(value)
			continue
		of_group = lines.get(value.name, {}).get(value.group if filters.group_by == ITEM_GROUP else None, [])
		found += spread_over_days(value, of_group, plans.get(value.name, ()), decimals)
	return found


def get_deals(filters: frappe._dict, *conditions: Criterion) -> list[frappe._dict]:
	"""Return won opportunities by the day they were closed on, and open ones by close date.

	Open ones that are overdue or have no date are there whatever the report's dates, and so are those of which parts
	may be charged on other days than theirs, if that is what counts.
	"""
	table = frappe.qb.DocType("Sales Opportunity")
	is_due, is_closed = is_in_report(table, filters), is_within_dates(table.closed_on, filters)
	if is_spread(filters):
		is_due, is_closed = (each | is_charged_in_parts(table) for each in (is_due, is_closed))
	is_open = (table.status == "Open") & is_due & in_forecast(table, filters)
	is_won = (table.status == OpportunityStatus.WON) & is_closed
	query, billed, open_orders = with_fulfilled(opportunities(filters, is_open | is_won, *conditions))
	return query.select(
		table.name,
		table.status,
		table[due_field(filters)].as_("due_on"),
		table.closed_on,
		table.company,
		table.class_id,
		table.stage,
		table.opportunity_owner,
		table.forecast_category,
		table.party,
		table.party_name,
		table.source,
		table.campaign,
		table.probability,
		table.base_amount,
		table.base_weighted_amount,
		billed.as_("billed"),
		open_orders.as_("open_orders"),
	).run(as_dict=True)


def as_value(row: frappe._dict, group: str | None = None) -> RevenueShare:
	"""Return a row of the query in the company's currency: a won deal on the day of closing, an open one on that on which it is due."""
	is_won = row.status == OpportunityStatus.WON
	return RevenueShare(
		name=row.name,
		is_won=is_won,
		day=as_date(row.closed_on if is_won else row.due_on),
		group=group,
		probability=to_decimal(row.probability),
		amount=to_decimal(row.base_amount),
		weighted=to_decimal(row.base_weighted_amount),
		billed=to_decimal(row.billed),
		open_orders=to_decimal(row.open_orders),
	)


def item_group_shares(filters: frappe._dict) -> dict[str, dict[str | None, Decimal]]:
	"""Return by opportunity what its lines of each item group bring; items without a group and freight count under None."""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	query, item_group = with_group(joined_with_rows("Sales Opportunity Item", filters), line)
	rows = query.select(line.parent, table.base_net_freight, item_group, line.base_net_amount).run()
	shares: dict[str, dict[str | None, Decimal]] = {}
	for name, freight, group, amount in rows:
		groups = shares.setdefault(name, {None: to_decimal(freight)} if freight else {})
		groups[group] = groups.get(group, Decimal(0)) + to_decimal(amount)
	return shares


def due_field(filters: frappe._dict) -> str:
	"""Return the field with the dates that count: those of the sellers, or the likely ones if they are asked for."""
	return CLOSE_DATES[filters.dates or "Seller"]


def is_in_report(table: "Table", filters: frappe._dict) -> Criterion:
	"""Return the criterion on open deals: close date in the report's dates, or overdue, or without a date."""
	day = table[due_field(filters)]
	return is_within_dates(day, filters, or_empty=True) | (day < getdate())


def is_dated(day: date | None, filters: frappe._dict) -> bool:
	"""Return whether a deal's own date lies in the report's; the report has overdue ones of other dates as well."""
	first, last = as_date(filters.from_date) or date.min, as_date(filters.to_date) or date.max
	return bool(day) and first <= day <= last


def is_reported(value: RevenueShare, filters: frappe._dict) -> bool:
	"""Return whether a deal or a part of it lies in the report: dated, or open and overdue or without a date.

	Won ones that do not say when are in reports that do not ask.
	"""
	if value.day is None:
		return not value.is_won or not (filters.from_date or filters.to_date)
	is_late = not value.is_won and value.day < getdate()
	return is_late or is_dated(value.day, filters)

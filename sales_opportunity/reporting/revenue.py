"""The deals of the revenue forecast: open ones by close date, won ones by the day on which they were closed."""

from decimal import Decimal

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.revenue import RevenueShare, split
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.groups import ITEM_GROUP
from sales_opportunity.reporting.query import as_date, in_forecast, joined, opportunities, within


def get_values(filters: frappe._dict) -> list[RevenueShare]:
	"""Return all open and won deals with their group, split by item group if the report is grouped by it."""
	rows = get_deals(filters)
	if filters.group_by != ITEM_GROUP:
		return [as_value(row, row.get(filters.group_by)) for row in rows]
	shares, decimals = item_group_shares(filters), decimal_places(company_currency())
	return [
		value
		for row in rows
		for value in split(as_value(row), shares.get(row.name, {None: Decimal(1)}), decimals)
	]


def get_deals(filters: frappe._dict) -> list[frappe._dict]:
	"""Return won opportunities by the day they were closed on, and open ones by close date.

	Open ones that are overdue or have no date are there whatever the report's dates.
	"""
	table = frappe.qb.DocType("Sales Opportunity")
	is_due = within(table.expected_close_date, filters, or_empty=True)
	is_overdue = table.expected_close_date < getdate()
	is_open = (table.status == "Open") & (is_due | is_overdue) & in_forecast(table, filters)
	is_won = (table.status == "Won") & within(table.closed_on, filters)
	return (
		opportunities(filters, is_open | is_won)
		.select(
			table.name,
			table.status,
			table.expected_close_date,
			table.closed_on,
			table.class_id,
			table.stage,
			table.opportunity_owner,
			table.forecast_category,
			table.party,
			table.party_name,
			table.probability,
			table.base_amount,
			table.base_weighted_amount,
		)
		.run(as_dict=True)
	)


def as_value(row: frappe._dict, group: str | None = None) -> RevenueShare:
	is_won = row.status == "Won"
	return RevenueShare(
		name=row.name,
		is_won=is_won,
		day=as_date(row.closed_on if is_won else row.expected_close_date),
		group=group,
		probability=to_decimal(row.probability),
		amount=to_decimal(row.base_amount),
		weighted=to_decimal(row.base_weighted_amount),
	)


def item_group_shares(filters: frappe._dict) -> dict[str, dict[str | None, Decimal]]:
	"""Return by opportunity what its lines of each item group bring; items without a group and freight count under None."""
	line, item = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Item")
	table = frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Item", filters)
		.left_join(item)
		.on((line.item == item.name) & (line.item_type == "Sales Item"))
		.select(line.parent, table.base_net_freight, item.item_group, line.base_net_amount)
		.run()
	)
	shares: dict[str, dict[str | None, Decimal]] = {}
	for name, freight, group, amount in rows:
		groups = shares.setdefault(name, {None: to_decimal(freight)} if freight else {})
		groups[group] = groups.get(group, Decimal(0)) + to_decimal(amount)
	return shares

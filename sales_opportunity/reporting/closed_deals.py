"""The deals of the win-loss analysis, and by what they are grouped."""

from collections.abc import Callable

import frappe
from frappe.query_builder import Criterion
from frappe.utils import get_datetime

from sales_opportunity.analysis.bands import discount_band, effective_discount, size_band
from sales_opportunity.analysis.win_loss import ClosedDeal
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.query import as_moment, joined, opportunities, within

FIELDS = ("closing_reason", "competitor", "class_id", "opportunity_owner")
"""Groups that are a field of the opportunity."""


def get_closed_deals(filters: frappe._dict) -> list[ClosedDeal]:
	"""Return the opportunities that were closed from `from_date` to `to_date`, with the group by `group_by`."""
	table = frappe.qb.DocType("Sales Opportunity")
	condition = table.status.isin(CLOSED) & within(table.closed_on, filters)
	rows = (
		opportunities(filters, condition)
		.select(
			table.name,
			table.status,
			table.creation,
			table.closed_on,
			table.closing_reason,
			table.competitor,
			table.competitor_price,
			table.class_id,
			table.opportunity_owner,
			table.amount,
			table.base_amount,
		)
		.run(as_dict=True)
	)
	group_of = grouper(filters, condition)
	return [closed_deal(row, group_of(row)) for row in rows]


def closed_deal(row: frappe._dict, group: str | int | None) -> ClosedDeal:
	"""Return a row of the database as the analysis reads it."""
	return ClosedDeal(
		name=row.name,
		is_won=row.status == "Won",
		began_on=get_datetime(row.creation),
		closed_on=as_moment(row.closed_on),
		amount=row.amount,
		competitor_price=row.competitor_price,
		base_amount=to_decimal(row.base_amount),
		group=group,
	)


def grouper(filters: frappe._dict, condition: Criterion) -> Callable[[frappe._dict], str | int | None]:
	"""Return a function that tells the group of a deal."""
	if filters.group_by in FIELDS:
		return lambda row: row[filters.group_by]
	if filters.group_by == "size":
		return lambda row: size_band(row.base_amount)
	if filters.group_by == "discount":
		discounts = discount_bands(filters, condition)
		return lambda row: discounts.get(row.name)
	stages = stages_before(filters, condition)
	return lambda row: stages.get(row.name)


def discount_bands(filters: frappe._dict, condition: Criterion) -> dict[str, int]:
	"""Return by opportunity the band of the discount on its lines and on the whole; those without lines have none."""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Item", filters, condition)
		.select(
			line.parent,
			table.discount_percentage,
			line.quantity,
			line.rate,
			line.discount_percentage.as_("own"),
		)
		.run()
	)
	lines: dict[str, list] = {}
	whole = {}
	for name, discount, *values in rows:
		lines.setdefault(name, []).append(values)
		whole[name] = discount
	return {name: discount_band(effective_discount(values, whole[name])) for name, values in lines.items()}


def stages_before(filters: frappe._dict, condition: Criterion) -> dict[str, str | None]:
	"""Return by opportunity the stage from which it was closed the last time."""
	log = frappe.qb.DocType("Sales Opportunity Stage Log")
	table = frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Stage Log", filters, condition & (log.to_stage == table.stage))
		.select(log.parent, log.from_stage)
		.orderby(log.parent, log.changed_on, log.idx)
		.run()
	)
	return dict(rows)

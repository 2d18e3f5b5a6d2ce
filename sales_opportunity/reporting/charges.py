"""When the parts of deals are charged: their recurring lines and plans of instalments, as the forecast spreads them."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate
from pypika.terms import Term, ValueWrapper

from sales_opportunity.analysis.spreading import OVER_TERM, ChargedLine
from sales_opportunity.features import RECURRING_LINES, is_used
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.reporting.groups import ITEM_GROUP
from sales_opportunity.reporting.item_groups import with_group
from sales_opportunity.reporting.query import as_date, joined_with_rows

if TYPE_CHECKING:
	from pypika import Table

INSTALMENT = "Sales Opportunity Instalment"


def is_spread(filters: frappe._dict) -> bool:
	"""Return whether deals count when their parts are charged, instead of on their day."""
	return filters.basis == OVER_TERM and is_used(RECURRING_LINES)


def is_charged_in_parts(table: "Table") -> Criterion:
	"""Return the criterion that a deal has recurring lines or a plan of instalments."""
	row = frappe.qb.DocType(INSTALMENT)
	recurs = (Coalesce(table.contract_value, 0) > 0) | (Coalesce(table.yearly_amount, 0) > 0)
	return recurs | table.name.isin(frappe.qb.from_(row).where(row.parent.notnull()).select(row.parent))


def charged_lines(filters: frappe._dict) -> dict[str, dict[str | None, list[ChargedLine]]]:
	"""Return the lines and the freight of deals that are spread, by item group if the report is grouped by it."""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	query = joined_with_rows("Sales Opportunity Item", filters, is_charged_in_parts(table))
	group: Term = ValueWrapper(None)
	if filters.group_by == ITEM_GROUP:
		query, group = with_group(query, line)
	rows = query.select(
		line.parent,
		table.base_net_freight,
		group.as_("item_group"),
		line.base_net_amount,
		line.recurrence,
		line.periods,
		line.service_start,
		line.delivery_date,
	).run(as_dict=True)
	found: dict[str, dict[str | None, list[ChargedLine]]] = {}
	for row in rows:
		groups = found.setdefault(row.parent, {None: [ChargedLine(to_decimal(row.base_net_freight))]})
		start = as_date(row.service_start or row.delivery_date)
		groups.setdefault(row.item_group, []).append(
			ChargedLine(to_decimal(row.base_net_amount), row.recurrence or "", charged_periods(row), start)
		)
	return found


def plans_of_instalments(filters: frappe._dict) -> dict[str, list[tuple[date, Decimal]]]:
	"""Return the plans of instalments by deal, without those that rest since nothing is left to be paid once."""
	row, table = frappe.qb.DocType(INSTALMENT), frappe.qb.DocType("Sales Opportunity")
	is_at_work = (table.one_off_amount > 0) | (table.yearly_amount <= 0)
	found: dict[str, list[tuple[date, Decimal]]] = {}
	for name, due, amount in (
		joined_with_rows(INSTALMENT, filters, is_at_work).select(row.parent, row.due_date, row.amount).run()
	):
		found.setdefault(name, []).append((getdate(due), to_decimal(amount)))
	return found

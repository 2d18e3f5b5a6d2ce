"""What won opportunities earn, added up by the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Coalesce, Count, Sum
from pypika import Case
from pypika.terms import Function

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.origins import ORIGINS
from sales_opportunity.pricing.margin import CREDIT, TRADE_IN, Margin
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.query import joined, scanned, within

if TYPE_CHECKING:
	from pypika import Table
	from pypika.terms import Term

LINE, OPPORTUNITY = "Sales Opportunity Item", "Sales Opportunity"
GROUPS = ("class_id", "opportunity_owner", "company", "party", *ORIGINS)
"""What the deals can be grouped by."""


@dataclass(frozen=True)
class Earned:
	"""What deals with lines earn; `without_cost` is the revenue of lines whose cost is not known, `names` those of the first deals."""

	deals: int
	margin: Margin
	without_cost: Decimal = Decimal(0)
	names: tuple[str, ...] = ()

	@staticmethod
	def together(groups: "Iterable[Earned]") -> "Earned":
		"""Return what several groups earn."""
		groups = list(groups)
		return Earned(
			sum(group.deals for group in groups),
			Margin.together(group.margin for group in groups),
			sum((group.without_cost for group in groups), Decimal(0)),
			tuple(sorted(name for group in groups for name in group.names)),
		)


def earned_by_group(filters: frappe._dict) -> dict[str | None, Earned]:
	"""Return what the won opportunities of the filters earn, by the group of `group_by`."""
	line, table = frappe.qb.DocType(LINE), frappe.qb.DocType(OPPORTUNITY)
	key = Coalesce(table[filters.group_by], "")
	deduction = Coalesce(line.deduction, "")
	is_known = (deduction == CREDIT) | ((deduction == "") & (Coalesce(line.unit_cost, 0) != 0))
	revenue = Sum(Case().when(is_known, line.base_net_amount).else_(0))
	unknown = (deduction != TRADE_IN) & ((deduction != CREDIT) & (Coalesce(line.unit_cost, 0) == 0))
	query = (
		joined(LINE, filters, (scanned(table.status) == "Won") & within(table.closed_on, filters))
		.groupby(key)
		.select(
			key,
			Count(table.name).distinct(),
			revenue,
			Sum(Case().when(deduction == "", cost_of(line)).else_(0)),
			Sum(Case().when(unknown, line.base_net_amount).else_(0)),
		)
	)
	names = names_by_group(filters) if filters.item_group else {}
	found: dict[str | None, Earned] = {}
	for group, deals, known, cost, without_cost in query.run():
		found[group or None] = Earned(
			deals,
			Margin(to_decimal(known), to_decimal(cost)),
			to_decimal(without_cost),
			names.get(group or None, ()),
		)
	return found


def cost_of(line: "Table") -> "Term":
	"""Return what a line costs in all. Its stored margin may be older than its cost, from when margins were not used."""
	is_charged_more = (Coalesce(line.recurrence, "") != "") & (line.periods > 1)
	quantity = line.quantity * Case().when(is_charged_more, line.periods).else_(1)
	return Function("ROUND", quantity * Coalesce(line.unit_cost, 0), decimal_places(company_currency()))


def names_by_group(filters: frappe._dict) -> dict[str | None, tuple[str, ...]]:
	"""Return by group the names of the first deals."""
	table = frappe.qb.DocType(OPPORTUNITY)
	query = (
		joined(LINE, filters, (scanned(table.status) == "Won") & within(table.closed_on, filters))
		.select(Coalesce(table[filters.group_by], ""), table.name)
		.distinct()
		.orderby(table.name)
		.limit(LISTED_ROWS)
	)
	found: dict[str | None, tuple[str, ...]] = {}
	for group, name in query.run():
		found[group or None] = (*found.get(group or None, ()), name)
	return found

"""What won opportunities earn, added up by the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Coalesce, Count, Sum
from pypika import Case
from pypika.terms import Function

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.masters.origins import ORIGINS
from sales_opportunity.pricing.margin import CREDIT, TRADE_IN, Margin
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.query import is_within_dates, joined_with_rows, scanned
from sales_opportunity.reporting.shared_deals import (
	filters_of_shared,
	filters_without_shared,
	parts_of_people,
)
from sales_opportunity.reporting.sharing import PERSON

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


def earned_by_group(filters: frappe._dict) -> tuple[dict[str | None, Earned], Earned]:
	"""Return what the won opportunities of the filters earn, by the group of `group_by`, and all together.

	What colleagues share counts for everybody who takes part, with the part of each, and once for all together.
	"""
	found = sums_by_group(filters_without_shared(filters))
	whole = Earned.together(found.values())
	if not filters.sharing:
		return found, whole
	parts: dict[str | None, list[Earned]] = {group: [earned] for group, earned in found.items()}
	deals = set()
	for group, earned in earned_by_people(filters):
		parts.setdefault(group, []).append(earned)
		deals.update(earned.names)
	groups = {group: Earned.together(of_group) for group, of_group in parts.items()}
	every = Earned.together(groups.values())
	names = tuple(sorted({*every.names}))
	return groups, replace(every, deals=whole.deals + len(deals), names=names)


def earned_by_people(filters: frappe._dict) -> Iterator[tuple[str | None, Earned]]:
	"""Yield for everybody who has a part in a shared deal the group in which it counts, and what it earns."""
	line, table = frappe.qb.DocType(LINE), frappe.qb.DocType(OPPORTUNITY)
	key = Coalesce(table[filters.group_by], "")
	sums = sums_of_lines(line)
	rows = (
		joined_with_rows(
			LINE,
			filters_of_shared(filters),
			(scanned(table.status) == OpportunityStatus.WON) & is_within_dates(table.closed_on, filters),
		)
		.groupby(table.name, key)
		.select(table.name, key.as_("deal_group"), *(term.as_(name) for name, term in sums.items()))
		.run(as_dict=True)
	)
	for person, row in parts_of_people(rows, tuple(sums), filters):
		group = person if filters.group_by == PERSON else row.deal_group
		yield group or None, Earned(1, Margin(row.known, row.cost), row.without_cost, (row.name,))


def sums_of_lines(line: "Table") -> dict[str, "Term"]:
	"""Return the sums of lines: the revenue of those whose cost is known, what they cost, and the revenue of the others."""
	deduction = Coalesce(line.deduction, "")
	is_known = (deduction == CREDIT) | ((deduction == "") & (Coalesce(line.unit_cost, 0) != 0))
	unknown = (deduction != TRADE_IN) & ((deduction != CREDIT) & (Coalesce(line.unit_cost, 0) == 0))
	return {
		"known": Sum(Case().when(is_known, line.base_net_amount).else_(0)),
		"cost": Sum(Case().when(deduction == "", cost_of(line)).else_(0)),
		"without_cost": Sum(Case().when(unknown, line.base_net_amount).else_(0)),
	}


def sums_by_group(filters: frappe._dict) -> dict[str | None, Earned]:
	"""Return by group what the database adds up."""
	line, table = frappe.qb.DocType(LINE), frappe.qb.DocType(OPPORTUNITY)
	key = Coalesce(table[filters.group_by], "")
	query = (
		joined_with_rows(
			LINE,
			filters,
			(scanned(table.status) == OpportunityStatus.WON) & is_within_dates(table.closed_on, filters),
		)
		.groupby(key)
		.select(key, Count(table.name).distinct(), *sums_of_lines(line).values())
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
		joined_with_rows(
			LINE,
			filters,
			(scanned(table.status) == OpportunityStatus.WON) & is_within_dates(table.closed_on, filters),
		)
		.select(Coalesce(table[filters.group_by], ""), table.name)
		.distinct()
		.orderby(table.name)
		.limit(LISTED_ROWS)
	)
	found: dict[str | None, tuple[str, ...]] = {}
	for group, name in query.run():
		found[group or None] = (*found.get(group or None, ()), name)
	return found

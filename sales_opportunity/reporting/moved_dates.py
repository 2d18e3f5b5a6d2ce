"""Open deals whose close date was moved, how often and how far: counted by the database from the facts of change."""

from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Coalesce, Count, Min, Sum

from sales_opportunity.reporting.query import opportunities

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder

CHANGE = "Sales Opportunity Change"


class MovedDeals:
	"""The open deals that the filters let through and whose date was moved at least `times` times."""

	def __init__(self, filters: frappe._dict, times: int) -> None:
		self.filters, self.times = filters, times
		self.table, self.fact = frappe.qb.DocType("Sales Opportunity"), frappe.qb.DocType(CHANGE)
		self.moves = self._moves().as_("moves")

	def by_times(self) -> dict[int, frappe._dict]:
		"""Return by how often dates were moved the number of `deals` and what they come to."""
		table, times = self.table, self.moves.times
		rows = (
			self._deals()
			.groupby(times)
			.select(
				times,
				Count("*").as_("deals"),
				Sum(table.base_amount).as_("base_amount"),
				Sum(table.base_weighted_amount).as_("base_weighted_amount"),
			)
			.orderby(times)
			.run(as_dict=True)
		)
		return {int(row.times): row for row in rows}

	def listed(self, limit: int) -> list[frappe._dict]:
		"""Return those whose dates were moved most, with the date before the first move."""
		table, fact, moves = self.table, self.fact, self.moves
		return (
			self._deals()
			.join(fact)
			.on((fact.opportunity == table.name) & (fact.changed_on == moves.first_moved_on))
			.select(
				table.name,
				table.title,
				table.party_name,
				table.class_id,
				table.stage,
				table.opportunity_owner,
				table.expected_close_date,
				table.likely_close_date,
				table.base_amount,
				table.base_weighted_amount,
				moves.times,
				fact.previous_expected_close_date.as_("first_said"),
			)
			.orderby(moves.times, order=frappe.qb.desc)
			.orderby(table.base_weighted_amount, order=frappe.qb.desc)
			.orderby(table.name)
			.limit(limit)
			.run(as_dict=True)
		)

	def _deals(self) -> "QueryBuilder":
		query = opportunities(frappe._dict(self.filters, status="Open"))
		return query.join(self.moves).on(self.moves.opportunity == self.table.name)

	def _moves(self) -> "QueryBuilder":
		"""Return the query of how often dates were moved and when first; what had no date before was not moved.

		It groups by a term that no index has: along one, each fact would be fetched by itself, or those of each deal.
		"""
		fact = self.fact
		opportunity = Coalesce(fact.opportunity, "")
		was_moved = (
			fact.previous_expected_close_date.notnull()
			& fact.expected_close_date.notnull()
			& (fact.previous_expected_close_date != fact.expected_close_date)
		)
		return (
			frappe.qb.from_(fact)
			.where((fact.is_first == 0) & was_moved)
			.groupby(opportunity)
			.having(Count("*") >= self.times)
			.select(
				opportunity.as_("opportunity"),
				Count("*").as_("times"),
				Min(fact.changed_on).as_("first_moved_on"),
			)
		)

"""Which open opportunities have an obstacle: found, counted and added up by the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Max, Round, Sum
from pypika import Case, Order

from sales_opportunity.analysis.obstacles import (
	ACTIVITY_OVERDUE,
	AMOUNT_DIFFERS,
	AT_MOST_ONE,
	BITS,
	DATE_PAST,
	NO_ACTIVITY,
	NO_DATE,
	OBSTACLES,
	QUOTE_EXPIRED,
	STALLED,
	obstacles_of,
)
from sales_opportunity.deal.quote_status import ACCEPTABLE, QuoteStatus
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.reporting.query import OPPORTUNITY, opportunities

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder
	from pypika.terms import Term

DECIMALS = 6
"""Amounts differ where they do in so many decimals: more than any currency has."""

FROM_OTHER_TABLES = (QUOTE_EXPIRED, AMOUNT_DIFFERS)
"""Obstacles that the deal's own fields do not tell: for a deal that has another one they need not be looked for."""


@dataclass(frozen=True)
class Whole:
	"""What all opportunities come to; amounts in the company's currency."""

	deals: int
	weighted: Decimal
	doubtful: int
	doubtful_nominal: Decimal
	doubtful_weighted: Decimal
	by_obstacle: dict[str, int]
	"""How many have each obstacle, among those with the chosen one if one is chosen."""


class StalledDeals:
	"""The open opportunities that the filters let through, and what stands against them."""

	def __init__(self, filters: frappe._dict, today: date) -> None:
		self.filters, self.today = filters, today
		self.table = frappe.qb.DocType("Sales Opportunity")
		self.has: dict[str, Criterion] = {
			NO_DATE: self.table.expected_close_date.isnull(),
			DATE_PAST: self.table.expected_close_date < today,
			QUOTE_EXPIRED: self.table.name.isin(with_expired_quotes(today)),
			AMOUNT_DIFFERS: differs_from_lines(self.table),
			NO_ACTIVITY: self.table.next_activity_date.isnull(),
			ACTIVITY_OVERDUE: self.table.next_activity_date < today,
			STALLED: self.table.stalled_from <= today,
		}
		"""By obstacle the criterion of those that have it; for empty dates it may be unknown, which counts as none."""

	def obstacles(self) -> "Term":
		"""Return the term of the number that stands for all obstacles of an opportunity: the sum of their `BITS`."""
		numbers = []
		for alternatives in AT_MOST_ONE:
			case = Case().else_(0)
			for name in alternatives:
				case = case.when(self.has[name], BITS[name])
			numbers.append(case)
		return sum(numbers[1:], start=numbers[0]).as_("obstacles")

	def is_doubtful(self) -> Criterion:
		"""Return the criterion of what the report is about: an obstacle, or the chosen one."""
		if self.filters.reason:
			return self.has[self.filters.reason]
		return Criterion.any(self.has[name] for name in sorted(OBSTACLES, key=FROM_OTHER_TABLES.__contains__))

	def whole(self) -> Whole:
		"""Return the sums of all opportunities and of the doubtful ones."""
		table, obstacles = self.table, self.obstacles()
		rows = (
			opportunities(self.filters)
			.groupby(obstacles)
			.select(obstacles, Count("*"), Sum(table.base_amount), Sum(table.base_weighted_amount))
			.run()
		)
		reason = self.filters.reason
		chosen = BITS[reason] if reason else sum(BITS.values())
		doubtful = [row for row in rows if row[0] & chosen]
		return Whole(
			deals=sum(count for _number, count, *_sums in rows),
			weighted=exact_sum(weighted for *_counts, weighted in rows),
			doubtful=sum(count for _number, count, *_sums in doubtful),
			doubtful_nominal=exact_sum(nominal for *_counts, nominal, _weighted in doubtful),
			doubtful_weighted=exact_sum(weighted for *_counts, weighted in doubtful),
			by_obstacle={
				name: sum(count for number, count, *_sums in doubtful if number & bit)
				for name, bit in BITS.items()
			},
		)

	def listed(self, limit: int) -> list[frappe._dict]:
		"""Return the most valuable of the doubtful opportunities, each with its `obstacles`."""
		table = self.table
		chosen = self.doubtful(limit).select(table.name).as_("chosen")
		query = frappe.qb.from_(table).join(chosen).on(chosen.name == table.name)
		rows = (
			most_valuable_first(query, table)
			.select(
				table.name,
				table.party_name,
				table.class_id,
				table.stage,
				table.opportunity_owner,
				table.expected_close_date,
				table.next_activity_date,
				table.idle_since,
				table.stalled_from,
				table.base_amount,
				table.base_weighted_amount,
				self.obstacles(),
			)
			.run(as_dict=True)
		)
		return [frappe._dict(row, obstacles=obstacles_of(row.obstacles)) for row in rows]

	def names(self, obstacle: str, limit: int) -> list[str]:
		"""Return the names of the most valuable doubtful opportunities with an obstacle."""
		return self.doubtful(limit).where(self.has[obstacle]).select(self.table.name).run(pluck=True)

	def doubtful(self, limit: int) -> "QueryBuilder":
		"""Return the query of the doubtful opportunities, the most valuable first."""
		return most_valuable_first(opportunities(self.filters, self.is_doubtful()), self.table).limit(limit)


def with_expired_quotes(today: date) -> "QueryBuilder":
	"""Return the query of the opportunities with quotes of which none can be accepted any more, and none was."""
	quote = frappe.qb.DocType("Quote")
	accepted = Sum(Case().when(quote.status == QuoteStatus.ACCEPTED, 1).else_(0))
	is_over = Max(quote.valid_until).isnull() | (Max(quote.valid_until) < today)
	quotes = frappe.qb.from_(quote).where(quote.status.isin(ACCEPTABLE))
	return quotes.groupby(quote.opportunity).select(quote.opportunity).having((accepted == 0) & is_over)


def differs_from_lines(table: "Table") -> Criterion:
	"""Return the criterion that an amount by hand is not what lines and freight come to; lines are added up for those only."""
	line = frappe.qb.DocType("Sales Opportunity Item")
	belongs = (line.parent == table.name) & (line.parenttype == OPPORTUNITY)
	lines = frappe.qb.from_(line).where(belongs).select(Sum(line.net_amount))
	without_freight = table.amount - Coalesce(table.net_freight, 0)
	differs = Round(Coalesce(lines, without_freight) - without_freight, DECIMALS) != 0
	return (table.manual_amount == 1) & differs


def most_valuable_first(query: "QueryBuilder", table: "Table") -> "QueryBuilder":
	"""Return the query with the most valuable opportunities first, and the oldest of those that are worth the same."""
	return query.orderby(table.base_weighted_amount, order=Order.desc).orderby(table.creation)

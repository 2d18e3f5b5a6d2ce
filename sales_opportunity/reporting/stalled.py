"""Which open opportunities have an obstacle: counts and sums by the database, which says what `obstacles` says of one."""

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
	DATE_PAST,
	NO_ACTIVITY,
	NO_DATE,
	OBSTACLES,
	QUOTE_EXPIRED,
	STALLED,
	Situation,
)
from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.quote_status import ACCEPTABLE, QuoteStatus
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.reporting.query import OPPORTUNITY, as_date, joined, opportunities

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder

DECIMALS = 6
"""Amounts differ where they do in so many decimals: more than any currency has."""


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
		self.found = {
			AMOUNT_DIFFERS: self.with_other_amount().as_("differing"),
			QUOTE_EXPIRED: self.with_expired_quotes().as_("expired"),
		}

	def deals(self) -> "QueryBuilder":
		"""Return the query of the opportunities, joined with what tells the obstacles that are none of their fields."""
		query = opportunities(self.filters)
		for found in self.found.values():
			query = query.left_join(found).on(found.name == self.table.name)
		return query

	def with_other_amount(self) -> "QueryBuilder":
		"""Return the query of the opportunities with an amount by hand that is not what their lines and freight come to."""
		table, line = self.table, frappe.qb.DocType("Sales Opportunity Item")
		belongs = (line.parent == table.name) & (line.parenttype == OPPORTUNITY)
		lines = frappe.qb.from_(line).where(belongs).select(Sum(line.net_amount))
		without_lines = table.amount - Coalesce(table.net_freight, 0)
		differs = Round(Coalesce(lines, without_lines) - without_lines, DECIMALS) != 0
		return opportunities(self.filters, table.manual_amount == 1, differs).select(table.name)

	def with_expired_quotes(self) -> "QueryBuilder":
		"""Return the query of the opportunities with quotes of which none can be accepted any more, and none was."""
		quote = frappe.qb.DocType("Quote")
		query = self.with_quotes().groupby(self.table.name).select(self.table.name)
		accepted = Sum(Case().when(quote.status == QuoteStatus.ACCEPTED, 1).else_(0))
		is_over = Max(quote.valid_until).isnull() | (Max(quote.valid_until) < self.today)
		return query.having((accepted == 0) & is_over)

	def with_quotes(self) -> "QueryBuilder":
		"""Return the query of the opportunities with each quote that can be accepted, or could, or was."""
		quote = frappe.qb.DocType("Quote")
		belongs = (quote.opportunity == self.table.name) & quote.status.isin(ACCEPTABLE)
		return opportunities(self.filters).join(quote).on(belongs)

	def has(self, obstacle: str) -> Criterion:
		"""Return the criterion of an obstacle on the query of `deals`; for empty dates it may be unknown, which counts as none."""
		table, today = self.table, self.today
		if obstacle in self.found:
			return self.found[obstacle].name.notnull()
		return {
			NO_DATE: table.expected_close_date.isnull(),
			DATE_PAST: table.expected_close_date < today,
			NO_ACTIVITY: table.next_activity_date.isnull(),
			ACTIVITY_OVERDUE: table.next_activity_date < today,
			STALLED: table.stalled_from <= today,
		}[obstacle]

	def is_doubtful(self) -> Criterion:
		"""Return the criterion of what the report is about: an obstacle, or the chosen one."""
		if self.filters.reason:
			return self.has(self.filters.reason)
		return Criterion.any([self.has(obstacle) for obstacle in OBSTACLES])

	def whole(self) -> Whole:
		"""Return the sums of all opportunities and of the doubtful ones."""
		table, is_doubtful = self.table, self.is_doubtful()
		is_chosen = [is_doubtful] if self.filters.reason else []
		counted = [counted_if(Criterion.all([*is_chosen, self.has(name)])) for name in OBSTACLES]
		((deals, weighted, doubtful, doubtful_nominal, doubtful_weighted, *counts),) = (
			self.deals()
			.select(
				Count("*"),
				Sum(table.base_weighted_amount),
				counted_if(is_doubtful),
				Sum(Case().when(is_doubtful, table.base_amount).else_(0)),
				Sum(Case().when(is_doubtful, table.base_weighted_amount).else_(0)),
				*counted,
			)
			.run()
		)
		return Whole(
			deals=deals,
			weighted=to_decimal(weighted),
			doubtful=int(doubtful or 0),
			doubtful_nominal=to_decimal(doubtful_nominal),
			doubtful_weighted=to_decimal(doubtful_weighted),
			by_obstacle={name: int(count or 0) for name, count in zip(OBSTACLES, counts, strict=True)},
		)

	def listed(self, limit: int) -> list[frappe._dict]:
		"""Return the most valuable of the doubtful opportunities, each with its `situation`."""
		table = self.table
		names = self.doubtful(limit).select(table.name).run(pluck=True)
		if not names:
			return []
		rows = (
			in_order(opportunities(self.filters, table.name.isin(names)), table)
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
				table.transaction_currency,
				table.amount,
				table.base_amount,
				table.base_weighted_amount,
			)
			.run(as_dict=True)
		)
		totals, last_days = self.line_totals(names), self.quote_validities(names)
		for row in rows:
			row.situation = situation_of(row, totals.get(row.name), last_days.get(row.name))
		return rows

	def line_totals(self, names: list[str]) -> dict[str, Decimal]:
		"""Return what lines and freight bring, in the deal's currency, where the amount is by hand."""
		table, line = self.table, frappe.qb.DocType("Sales Opportunity Item")
		is_asked = table.name.isin(names) & (table.manual_amount == 1)
		query = joined("Sales Opportunity Item", self.filters, is_asked).groupby(
			table.name, table.net_freight
		)
		rows = query.select(table.name, table.net_freight, Sum(line.net_amount)).run()
		return {name: to_decimal(freight) + to_decimal(amount) for name, freight, amount in rows}

	def quote_validities(self, names: list[str]) -> dict[str, date]:
		"""Return until when a quote of these deals can be accepted, or could; those with an accepted one are not in it."""
		quote = frappe.qb.DocType("Quote")
		rows = frappe.qb.from_(quote).where(quote.opportunity.isin(names) & quote.status.isin(ACCEPTABLE))
		last_days: dict[str, date] = {}
		accepted = set()
		for name, status, valid_until in rows.select(
			quote.opportunity, quote.status, quote.valid_until
		).run():
			last_days[name] = max(as_date(valid_until) or date.min, last_days.get(name, date.min))
			if status == QuoteStatus.ACCEPTED:
				accepted.add(name)
		return {name: day for name, day in last_days.items() if name not in accepted}

	def names(self, obstacle: str, limit: int) -> list[str]:
		"""Return the names of the most valuable doubtful opportunities with an obstacle."""
		return self.doubtful(limit).where(self.has(obstacle)).select(self.table.name).run(pluck=True)

	def doubtful(self, limit: int) -> "QueryBuilder":
		"""Return the query of the doubtful opportunities, the most valuable first."""
		return in_order(self.deals().where(self.is_doubtful()), self.table).limit(limit)


def situation_of(deal: frappe._dict, line_total: Decimal | None, valid_until: date | None) -> Situation:
	decimals = decimal_places(deal.transaction_currency)
	return Situation(
		close_date=as_date(deal.expected_close_date),
		next_activity=as_date(deal.next_activity_date),
		stalled_from=as_date(deal.stalled_from),
		amount=round_money(to_decimal(deal.amount), decimals),
		line_total=None if line_total is None else round_money(line_total, decimals),
		quote_valid_until=valid_until,
	)


def in_order(query: "QueryBuilder", table: "Table") -> "QueryBuilder":
	"""Return the query with the most valuable opportunities first."""
	return query.orderby(table.base_weighted_amount, order=Order.desc).orderby(table.name)


def counted_if(criterion: Criterion) -> Sum:
	return Sum(Case().when(criterion, 1).else_(0))

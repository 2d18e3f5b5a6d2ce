"""The deals of the win-loss analysis, added up by the database, and by what they are grouped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Sum
from pypika import Case, Order
from pypika.analytics import RowNumber

from sales_opportunity.analysis.bands import DISCOUNTS, SIZES
from sales_opportunity.analysis.win_loss import ClosedDeals
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.framework.compat import united
from sales_opportunity.masters.origins import ORIGINS
from sales_opportunity.pricing.money import HUNDRED, to_decimal
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.groups import BANDS
from sales_opportunity.reporting.query import (
	FLOAT,
	is_middle_row,
	is_sold,
	is_within_dates,
	joined_with_rows,
	opportunities,
	order_terms,
	scanned,
	seconds_between,
)
from sales_opportunity.reporting.shared_deals import filters_of_shared, parts_of_people
from sales_opportunity.reporting.sharing import PERSON, SHARE, shared_names

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder, Selectable
	from pypika.terms import Term

FIELDS = ("closing_reason", "competitor", "company", "class_id", "opportunity_owner", *ORIGINS)
"""Groups that are a field of the opportunity."""

GROUPS = (*FIELDS, "stage_before", *BANDS)
"""What the closed deals can be grouped by."""

Group = str | int | None

Middles = dict[str, list[float]]
"""Lengths in seconds of the one or two deals in the middle, by status."""


@dataclass(frozen=True)
class GroupOutcome:
	"""What the deals of a group came to, and how long those in the middle took."""

	deals: ClosedDeals
	middles: Middles = field(default_factory=dict)


class ClosedDealsByGroup:
	"""The opportunities that were closed from `from_date` to `to_date`, by the group of `group_by`."""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters, self.table = filters, frappe.qb.DocType("Sales Opportunity")
		self.is_by_person = bool(filters.sharing) and filters.group_by == PERSON
		self.source, self.key = self._grouping()

	def outcomes(self) -> tuple[dict[Group, GroupOutcome], GroupOutcome]:
		"""Return what each group came to, and all together."""
		parts: dict[Group, list[ClosedDeals]] = {}
		for group, deals in self._sums():
			parts.setdefault(group, []).append(deals)
		middles = self._middles(self.key)
		groups = {
			group: GroupOutcome(ClosedDeals.together(deals), middles.get(group, {}))
			for group, deals in parts.items()
		}
		if self.is_by_person and not self.filters.get(PERSON):
			# A deal counts for everybody who takes part, and once for all together.
			return groups, ClosedDealsByGroup(frappe._dict(self.filters, sharing=None)).outcomes()[1]
		whole = ClosedDeals.together(outcome.deals for outcome in groups.values())
		of_all = middles if len(groups) == 1 else self._middles(None)
		return groups, GroupOutcome(whole, next(iter(of_all.values()), {}))

	def names(self) -> dict[Group, list[tuple[str, str, bool]]]:
		"""Return by group the first names of its deals, each with the status and whether a competitor's price is known."""
		table = self.table
		is_priced = self._is_priced()
		rank = RowNumber().over(self.key, table.status, is_priced).orderby(table.name).as_("position")
		inner = self._closed().select(
			self.key.as_("deal_group"), table.name, table.status, is_priced.as_("is_priced"), rank
		)
		rows = (
			frappe.qb.from_(inner)
			.select(inner.deal_group, inner.name, inner.status, inner.is_priced)
			.where(inner.position <= LISTED_ROWS)
			.orderby(inner.name)
			.run()
		)
		found: dict[Group, list[tuple[str, str, bool]]] = {}
		for group, name, status, priced in rows:
			found.setdefault(as_group(group), []).append((name, status, bool(priced)))
		return found

	def _sums(self) -> Iterator[tuple[Group, ClosedDeals]]:
		table = self.table
		is_priced = self._is_priced()
		gap = (table.amount - table.competitor_price) * FLOAT / table.competitor_price
		keys = [self.key, table.status]
		query = (
			self._closed()
			.groupby(*keys)
			.select(
				*keys,
				Count("*"),
				Sum(self._added_amount()),
				Sum(is_priced),
				Sum(Case().when(table.competitor_price != 0, gap).else_(0)),
			)
		)
		for group, status, count, amount, priced, gaps in query.run():
			known = {"priced": int(priced or 0), "gaps": float(gaps or 0)}
			if status == OpportunityStatus.WON:
				deals = ClosedDeals(won=count, won_amount=to_decimal(amount), **known)
			else:
				deals = ClosedDeals(lost=count, lost_amount=to_decimal(amount), **known)
			yield as_group(group), deals
		yield from self._parts()

	def _added_amount(self) -> "Term":
		"""Return the amounts that the database adds up: not those of deals that colleagues share, of which people have parts."""
		amount = self.table.base_amount
		if not self.filters.sharing:
			return amount
		return Case().when(self.table.name.isin(shared_names()), 0).else_(amount)

	def _parts(self) -> Iterator[tuple[Group, ClosedDeals]]:
		"""Yield what people have of the amounts of deals that they share."""
		if not self.filters.sharing:
			return
		table = self.table
		key = table.name if self.is_by_person else self.key
		query = opportunities(filters_of_shared(self.filters), closed_criterion(self.filters))
		if self.source is not None and not self.is_by_person:
			query = query.left_join(self.source).on(self.source.parent == table.name)
		rows = query.select(
			table.name, table.status, table.base_amount.as_("amount"), key.as_("deal_group")
		).run(as_dict=True)
		for person, row in parts_of_people(rows, ("amount",), self.filters):
			group = person or None if self.is_by_person else as_group(row.deal_group)
			sums = {"won_amount" if row.status == OpportunityStatus.WON else "lost_amount": row.amount}
			yield group, ClosedDeals(**sums)

	def _middles(self, key: "Term | None") -> dict[Group, Middles]:
		"""Return by group, without a key of all, how long the one or two deals in the middle took.

		Not for both at once: MariaDB mixes up windows over parts and over all of them.
		"""
		table = self.table
		keys = [table.status, *([key] if key else [])]
		length = seconds_between(table.creation, table.closed_on)
		inner = (
			self._closed()
			.where(table.closed_on.notnull())
			.select(
				table.status,
				*order_terms(length, table.name, *keys),
				*([key.as_("deal_group")] if key else []),
			)
		)
		group = [inner.deal_group] if key else []
		middle = frappe.qb.from_(inner).where(is_middle_row(inner))
		rows = middle.select(inner.status, inner.length, *group).run()
		found: dict[Group, Middles] = {}
		for status, seconds, *of_group in rows:
			by_status = found.setdefault(as_group(of_group[0]) if key else None, {})
			by_status.setdefault(status, []).append(float(seconds))
		return found

	def _is_priced(self) -> "Term":
		return Case().when(self.table.competitor_price != 0, 1).else_(0)

	def _closed(self) -> "QueryBuilder":
		"""Return the query of the closed deals, joined with what tells their group."""
		query = opportunities(self.filters, closed_criterion(self.filters))
		if self.source is None:
			return query
		query = query.left_join(self.source).on(self.source.parent == self.table.name)
		if self.is_by_person and (person := self.filters.get(PERSON)):
			query = query.where(self.key == person)
		return query

	def _grouping(self) -> tuple["Selectable | None", "Term"]:
		"""Return what tells the groups of deals beside themselves, if anything, and the term of the group."""
		group_by = self.filters.group_by
		if self.is_by_person:
			source = people_of_shared(self.filters)
			return source, Coalesce(source.person, self.table[PERSON], "")
		if group_by in FIELDS:
			return None, Coalesce(self.table[group_by], "")
		if group_by == "size":
			return None, size_band_of(self.table.base_amount)
		if group_by == "discount":
			source = discounts(self.filters)
			return source, source.band
		source = stages_before(self.filters)
		return source, Coalesce(source.from_stage, "")


def as_group(value: Any) -> Group:
	"""Return a group from the database: a band, a text, or None for an empty one."""
	return value if value or value == 0 else None


def people_of_shared(filters: frappe._dict) -> "Selectable":
	"""Return the query of everybody (`person`) who takes part in a deal (`parent`) that colleagues share."""
	share, table = frappe.qb.DocType(SHARE), frappe.qb.DocType("Sales Opportunity")
	colleagues = joined_with_rows(SHARE, filters_of_shared(filters), closed_criterion(filters)).select(
		share.parent, share.user.as_("person")
	)
	owners = opportunities(filters_of_shared(filters), closed_criterion(filters)).select(
		table.name.as_("parent"), Coalesce(table[PERSON], "").as_("person")
	)
	return united(colleagues, owners).as_("people")


def closed_criterion(filters: frappe._dict) -> Criterion:
	"""Return the criterion on the deals of the report; without dates they are so many that no index helps."""
	table = frappe.qb.DocType("Sales Opportunity")
	status = table.status if filters.from_date or filters.to_date else scanned(table.status)
	return status.isin(CLOSED) & is_within_dates(table.closed_on, filters)


def size_band_of(amount: "Term") -> "Term":
	"""Return the number of the band: 0 below the first limit of `SIZES`, each limit belongs to the band above it."""
	found = Case()
	for band, limit in enumerate(SIZES):
		found = found.when(amount < limit, band)
	return found.else_(len(SIZES))


def discounts(filters: frappe._dict) -> "Selectable":
	"""Return the query of the band of the discounts, on the lines and on the whole, by opportunity (`parent`).

	0 is without discount, 1 up to the first limit of `DISCOUNTS` above it, and so on. What is granted on the whole counts on what the
	lines' own discounts leave. Both sides of the comparison are multiplied, so that no division rounds 10 %.
	"""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	periods = Case().when(line.periods > 1, line.periods).else_(1)
	value = line.quantity * line.rate * periods
	granted_on_line = value * line.discount_percentage + Coalesce(line.discount_amount, 0) * HUNDRED
	listed, granted = Sum(value), Sum(granted_on_line)
	on_the_whole, fixed = table.discount_percentage, Coalesce(table.fixed_discount, 0)
	given = granted * (HUNDRED - on_the_whole) + listed * on_the_whole * HUNDRED + fixed * (HUNDRED * HUNDRED)
	band: Term = Case().when(listed == 0, 0)
	for number in range(len(DISCOUNTS), 0, -1):
		limit = listed * (HUNDRED * DISCOUNTS[number - 1])
		is_above = ((listed > 0) & (given > limit)) | ((listed < 0) & (given < limit))
		band = band.when(is_above, number)
	return (
		joined_with_rows("Sales Opportunity Item", filters, closed_criterion(filters) & is_sold(line))
		.groupby(line.parent, on_the_whole, fixed)
		.select(line.parent, band.else_(0).as_("band"))
	)


def stages_before(filters: frappe._dict) -> "Selectable":
	"""Return the query of the stage from which an opportunity (`parent`) was closed the last time."""
	log = frappe.qb.DocType("Sales Opportunity Stage Log")
	table = frappe.qb.DocType("Sales Opportunity")
	latest = RowNumber().over(log.parent)
	for term in (log.changed_on, log.idx):
		latest = latest.orderby(term, order=Order.desc)
	entries = joined_with_rows(
		"Sales Opportunity Stage Log", filters, closed_criterion(filters) & (log.to_stage == table.stage)
	).select(log.parent, log.from_stage, latest.as_("position"))
	return frappe.qb.from_(entries).select(entries.parent, entries.from_stage).where(entries.position == 1)

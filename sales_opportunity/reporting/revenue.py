"""The deals of the revenue forecast: open ones by close date, won ones by the day on which they were closed."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import starmap
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Abs, Coalesce, Count, Max, Sum
from frappe.utils import getdate
from pypika.functions import Date

from sales_opportunity.analysis.distribution import Moments
from sales_opportunity.analysis.periods import OVERDUE, UNDATED, due_start, end_of
from sales_opportunity.analysis.revenue import Revenue, RevenueShare, by_group, by_period, names_of
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.masters.origins import ORIGINS
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.charges import is_charged_in_parts, is_spread
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.fulfilled import with_fulfilled
from sales_opportunity.reporting.groups import ITEM_GROUP
from sales_opportunity.reporting.query import (
	NO_RESTRICTION,
	as_date,
	in_forecast,
	is_within_dates,
	opportunities,
	power,
	scanned,
)
from sales_opportunity.reporting.revenue_values import (
	due_field,
	get_parts,
	get_values,
	is_dated,
	is_in_report,
)
from sales_opportunity.reporting.shared_deals import filters_of_shared, filters_without_shared
from sales_opportunity.reporting.sharing import PERSON, takes_part

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder

GROUPS = (
	*("company", "class_id", "stage", "opportunity_owner", "forecast_category", "party"),
	*ORIGINS,
	ITEM_GROUP,
)
"""What the revenue can be grouped by: fields of the opportunity, and the groups of its items."""

Day = tuple[date | None, str | None, Revenue]
"""What lies on one day, in one group."""

Cell = tuple[date, str | None]
"""A period by its first day, or OVERDUE or UNDATED, and a group."""

Kinds = tuple[str, ...]
Names = dict[str, list[str]]
"""The deals of a figure: `open`, `won` and `both`."""


def get_revenue(filters: frappe._dict) -> "RevenueOfShares | RevenueOfSums":
	"""Return what the report is about; one by one only by item group, and where shared deals count part by part."""
	is_split = filters.item_group or filters.group_by == ITEM_GROUP
	if is_split or (filters.sharing and is_spread(filters)):
		return RevenueOfShares(filters)
	return RevenueOfPeople(filters) if filters.sharing else RevenueOfSums(filters)


class RevenueOfShares:
	"""Deals one by one, split by item group if the report is grouped by it: that, to the cent, the database cannot say."""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters, self.values = filters, get_values(filters)
		self.shares: dict[Cell, list[RevenueShare]] = {}
		for start, inside in by_period(self.values, filters.period, getdate()).items():
			for group, values in by_group(inside).items():
				self.shares[start, group] = values

	def cells(self) -> dict[Cell, Revenue]:
		"""Return the revenue by start of the period and group."""
		return {cell: Revenue.of(values) for cell, values in self.shares.items()}

	def whole(self) -> Revenue:
		"""Return the revenue of all periods and groups."""
		return Revenue.of(self.values)

	def dated(self) -> Revenue:
		"""Return what the report's dates hold."""
		return Revenue.of(self._dated())

	def names(self, cell: Cell) -> Names:
		"""Return the opportunities behind a cell."""
		return names_of(self.shares.get(cell, []))

	def names_in_period(self, start: date) -> Names:
		"""Return the opportunities behind a period."""
		return names_of(value for cell, values in self.shares.items() if cell[0] == start for value in values)

	def names_of_whole(self) -> Names:
		"""Return the opportunities behind the whole."""
		return names_of(self.values)

	def names_of_dated(self) -> Names:
		"""Return the opportunities behind the subtotal of the chosen dates."""
		return names_of(self._dated())

	def _dated(self) -> list[RevenueShare]:
		return [value for value in self.values if is_dated(value.day, self.filters)]


class RevenueOfSums:
	"""Deals added up by the database by day and group, and one by one where few of them tell the percentiles.

	If deals count when their parts are charged, those with recurring lines or a plan are taken one by one as well.
	"""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters, self.today = filters, getdate()
		self.table = frappe.qb.DocType("Sales Opportunity")
		self.grouped = [Coalesce(self.table[filters.group_by], "")] if filters.group_by else []
		self.is_whole = ~is_charged_in_parts(self.table) if is_spread(filters) else NO_RESTRICTION

	@cached_property
	def days(self) -> list[Day]:
		"""What lies on each day, beside the parts."""
		days = [*self._open_days(), *self._won_days()]
		return [*days, *self._chances(self._cells(days))]

	@cached_property
	def parts(self) -> list[RevenueShare]:
		"""Parts of deals that count when they are charged, of all deals that have some."""
		return get_parts(self.filters) if is_spread(self.filters) else []

	def cells(self) -> dict[Cell, Revenue]:
		"""Return the revenue by start of the period and group."""
		found = self._cells(self.days)
		for cell, values in self._parts_by_cell().items():
			found[cell] = Revenue.together([found.get(cell, Revenue()), Revenue.of(values)])
		return found

	def _cells(self, days: Iterable[Day]) -> dict[Cell, Revenue]:
		found: dict[Cell, list[Revenue]] = {}
		for day, group, revenue in days:
			cell = self._start(day, is_open=not revenue.won_deals), group
			found.setdefault(cell, []).append(revenue)
		return {cell: Revenue.together(parts) for cell, parts in found.items()}

	def _parts_by_cell(self) -> dict[Cell, list[RevenueShare]]:
		return {
			(start, group): values
			for start, inside in by_period(self.parts, self.filters.period, self.today).items()
			for group, values in by_group(inside).items()
		}

	def whole(self) -> Revenue:
		"""Return the revenue of all periods and groups."""
		sums = (revenue for _day, _group, revenue in self.days)
		return Revenue.together([*sums, Revenue.of(self.parts)])

	def dated(self) -> Revenue:
		"""Return what the report's dates hold."""
		sums = (revenue for day, _group, revenue in self.days if is_dated(day, self.filters))
		return Revenue.together([*sums, Revenue.of(self._dated_parts())])

	def _dated_parts(self) -> list[RevenueShare]:
		return [value for value in self.parts if is_dated(value.day, self.filters)]

	def names(self, cell: Cell, kinds: Kinds = ("both",)) -> Names:
		"""Return the first names of both open and won deals of a period and a group; filters say the one or the other."""
		start, group = cell
		is_grouped = self._is_of(group)
		is_due = self._lies_in(start)
		is_closed = self.table.closed_on.isnull()
		if start not in (OVERDUE, UNDATED):
			is_due &= is_in_report(self.table, self.filters)
			first, last = clipped(self.filters, start)
			is_closed = is_within_dates(self.table.closed_on, frappe._dict(from_date=first, to_date=last))
		parts = self._parts_by_cell().get(cell, [])
		return self._names(kinds, is_due, is_closed, parts, *is_grouped)

	def _is_of(self, group: str | None) -> list[Criterion]:
		"""Return the criterion that a deal is of a group, none without groups."""
		return [term == (group or "") for term in self.grouped]

	def names_of_whole(self, kinds: Kinds = ("open", "both")) -> Names:
		"""Return the opportunities of these kinds behind the whole."""
		is_closed = is_within_dates(self.table.closed_on, self.filters)
		return self._names(kinds, is_in_report(self.table, self.filters), is_closed, self.parts)

	def names_of_dated(self, kinds: Kinds = ("open", "won", "both")) -> Names:
		"""Return the opportunities of these kinds behind the subtotal of the chosen dates."""
		table, filters = self.table, self.filters
		is_due, is_closed = (
			is_within_dates(table[due_field(filters)], filters),
			is_within_dates(table.closed_on, filters),
		)
		return self._names(kinds, is_due, is_closed, self._dated_parts())

	def _names(
		self,
		kinds: Kinds,
		is_due: Criterion,
		is_closed: Criterion,
		parts: Iterable[RevenueShare],
		*conditions: Criterion,
	) -> Names:
		"""Return the first names of open and won deals and of those with these parts, as far as they are asked for."""
		status = scanned(self.table.status)
		found = {
			"open": (status == "Open") & in_forecast(self.table, self.filters) & is_due,
			"won": (status == OpportunityStatus.WON) & is_closed,
		}
		found["both"] = found["open"] | found["won"]
		with_parts = names_of(parts)
		return {
			kind: sorted(
				[
					*with_parts[kind],
					*opportunities(self.filters, self.is_whole, found[kind], *conditions)
					.select(self.table.name)
					.orderby(self.table.name)
					.limit(LISTED_ROWS)
					.run(pluck=True),
				]
			)[:LISTED_ROWS]
			for kind in kinds
		}

	def _open(self) -> "QueryBuilder":
		table = self.table
		is_open = (scanned(table.status) == "Open") & in_forecast(table, self.filters)
		return opportunities(self.filters, self.is_whole, is_open & is_in_report(table, self.filters))

	def _open_days(self) -> Iterator[Day]:
		"""Yield close date, group and sums of the open deals, by probability."""
		table = self.table
		keys = [table.probability, table[due_field(self.filters)], *self.grouped]
		rows = (
			self._open()
			.groupby(*keys)
			.select(
				Sum(table.base_weighted_amount),
				Count("*"),
				Max(Abs(table.base_amount)),
				Sum(table.base_amount),
				Sum(power(table.base_amount, 2)),
				Sum(power(table.base_amount, 3)),
				*keys,
			)
			.run()
		)
		for weighted, count, largest, nominal, *powers, probability, day, group in self._with_group(rows):
			sums = (float(value or 0) for value in (largest, nominal, *powers))
			yield (
				as_date(day),
				group,
				Revenue(
					deals=count,
					nominal=to_decimal(nominal),
					weighted=to_decimal(weighted),
					rest=Moments.of_powers(float(probability or 0) / 100, count, *sums),
				),
			)

	def _won_days(self) -> Iterator[Day]:
		"""Yield day of closing, group and sums of the won deals."""
		table = self.table
		is_won = (scanned(table.status) == OpportunityStatus.WON) & is_within_dates(
			table.closed_on, self.filters
		)
		keys = [Date(table.closed_on), *self.grouped]
		query, billed, open_orders = with_fulfilled(opportunities(self.filters, self.is_whole, is_won))
		sums = [Sum(amount) for amount in (table.base_amount, billed, open_orders)]
		rows = query.groupby(*keys).select(Count("*"), *sums, *keys).run()
		for count, *amounts, day, group in self._with_group(rows):
			earned, done, left = map(to_decimal, amounts)
			yield (
				as_date(day),
				group,
				Revenue(won_deals=count, earned=earned, billed=done, open_orders=left),
			)

	def _chances(self, cells: dict[Cell, Revenue]) -> Iterator[Day]:
		"""Yield those open deals one by one that matter by themselves to the percentiles of their period and group."""
		matters = {
			cell: revenue.rest.single_deal_threshold
			for cell, revenue in cells.items()
			if revenue.deals and not revenue.rest.is_enough
		}
		if not matters:
			return
		least: dict[date, float] = {}
		for (start, _group), amount in matters.items():
			least[start] = min(amount, least.get(start, amount))
		table = self.table
		keys = [table[due_field(self.filters)], *self.grouped]
		wanted = self._open().where(Criterion.any(starmap(self._matters, least.items())))
		rows = wanted.select(table.base_amount, table.probability, *keys).run()
		for amount, probability, day, group in self._with_group(rows):
			cell = self._start(as_date(day), is_open=True), group
			if cell in matters and abs(amount) >= matters[cell]:
				chance = float(probability or 0) / 100
				known = Revenue(
					chances=((to_decimal(amount), chance),), rest=Moments.less(float(amount), chance)
				)
				yield as_date(day), group, known

	def _with_group(self, rows: Iterable[tuple]) -> Iterator[tuple]:
		"""Yield rows whose last value is the group, None for an empty one and without groups."""
		return ((*row[:-1], row[-1] or None) if self.grouped else (*row, None) for row in rows)

	def _start(self, day: date | None, is_open: bool) -> date:
		return due_start(day, self.filters.period, is_open and day is not None and day < self.today)

	def _matters(self, start: date, least: float) -> Criterion:
		"""Return the criterion that an open deal lies in a period and has at least this amount."""
		return self._lies_in(start) & (Abs(self.table.base_amount) >= least)

	def _lies_in(self, start: date) -> Criterion:
		"""Return the criterion that an open deal lies in a period."""
		day = self.table[due_field(self.filters)]
		if start in (OVERDUE, UNDATED):
			return day.isnull() if start == UNDATED else day < self.today
		return (day >= max(start, self.today)) & (day <= end_of(start, self.filters.period))


class RevenueOfPeople(RevenueOfSums):
	"""The same with deals that colleagues share, which are divided one by one: each counts for everybody who takes part."""

	def __init__(self, filters: frappe._dict) -> None:
		super().__init__(filters)
		self.alone, self.shared = (
			RevenueOfSums(filters_without_shared(filters)),
			RevenueOfShares(filters_of_shared(filters)),
		)

	def cells(self) -> dict[Cell, Revenue]:
		"""Return the revenue by start of the period and person, shared deals divided."""
		found = self.alone.cells()
		for cell, revenue in self.shared.cells().items():
			found[cell] = Revenue.together([found.get(cell, Revenue()), revenue])
		return found

	def whole(self) -> Revenue:
		"""Return the revenue of all periods and people."""
		return Revenue.together([self.alone.whole(), self.shared.whole()])

	def dated(self) -> Revenue:
		"""Return the subtotal of the chosen dates."""
		return Revenue.together([self.alone.dated(), self.shared.dated()])

	def _is_of(self, group: str | None) -> list[Criterion]:
		if self.filters.group_by == PERSON and group:
			return [takes_part(self.table, group)]
		return super()._is_of(group)


def has_dates(filters: frappe._dict) -> bool:
	"""Return whether the report is limited to dates."""
	return bool(filters.from_date or filters.to_date)


def clipped(filters: frappe._dict, start: date) -> tuple[date, date]:
	"""Return the first and the last day of the period, as far as it lies within the report's dates."""
	first, last = start, end_of(start, filters.period)
	return max(first, as_date(filters.from_date) or first), min(last, as_date(filters.to_date) or last)

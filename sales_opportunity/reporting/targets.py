"""Targets and what was reached of them: added up by the database by day, and laid into the periods of a year."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import getdate
from pypika.functions import Date
from pypika.terms import Term

from sales_opportunity.analysis.periods import start_of
from sales_opportunity.analysis.targets import (
	KINDS,
	Standing,
	days_of_years,
	last_years_days,
	parts_in_periods,
	starts_of_year,
)
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.forecast_categories import COMMIT
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.pricing.money import HUNDRED, to_decimal
from sales_opportunity.reporting.query import (
	in_forecast,
	is_within_dates,
	opportunities,
	readable_criterion,
	scanned,
)
from sales_opportunity.reporting.shared_deals import (
	filters_of_shared,
	filters_without_shared,
	parts_of_people,
)

TARGET, TARGET_PERIOD = "Sales Target", "Sales Target Period"

DEAL_FIELDS = {"Person": "opportunity_owner", "Class": "class_id", "Company": "company"}
"""By whom a target is for, the field of a deal that says it."""

TARGET_FIELDS = {"Person": "user", "Class": "class_id", "Company": "company"}
"""The field of the target that says it; the company is told of all of them."""

MEASURES = ("Amount", "Number")

Cell = tuple[str, date]
"""Whom it is about, and the first day of a period."""

Part = tuple[str, date, Standing]
"""The same, and something that lies there."""


def widest_target(year: int) -> str:
	"""Return for whom the year's widest target is that the user may read: the company, else a class, else a person."""
	found = set(
		frappe.get_list(TARGET, {"year": year}, pluck="target_for", distinct=True, order_by="target_for asc")
	)
	return next((target_for for target_for in ("Company", "Class") if target_for in found), "Person")


class TargetsOfYear:
	"""The targets of a year for persons, classes or companies, what was won and what is open, by period.

	`filters` has `year`, `period`, `target_for` and `measure`, and what else restricts the deals. By number, deals that
	colleagues share are those of who is responsible.
	"""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters, self.today = filters, getdate()
		self.table = frappe.qb.DocType("Sales Opportunity")
		self.by_number = filters.measure == "Number"
		self.places = 0 if self.by_number else decimal_places(company_currency())
		self.starts = starts_of_year(filters.year, filters.period)

	def cells(self) -> dict[Cell, Standing]:
		"""Return the standing, in each period, of everybody who has a target or deals of this year or the last."""
		lying: dict[Cell, list[Standing]] = {}
		for subject, start, standing in (*self._targets(), *self._won(), *self._open()):
			lying.setdefault((subject, start), []).append(standing)
		return {
			(subject, start): Standing.sums([self._nothing(start), *lying.get((subject, start), ())])
			for subject in {subject for subject, _start in lying}
			for start in self.starts
		}

	@cached_property
	def has_targets(self) -> bool:
		"""Return whether targets can be compared with the deals: a filter on somebody else divides deals only."""
		others = {"opportunity_owner": "Person", "class_id": "Class"}
		return all(
			self.filters.target_for == target_for
			for field, target_for in others.items()
			if self.filters.get(field)
		)

	def undated(self) -> int:
		"""Return how many open deals are in no period: overdue ones, and those without a close date."""
		day = self.table.expected_close_date
		is_left_out = self._is_open() & (day.isnull() | (day < self.today))
		return opportunities(self.filters, is_left_out).select(Count("*")).run()[0][0]

	def _nothing(self, start: date) -> Standing:
		"""Return what a period has in which nothing lies; before it has begun, nothing of last year compares with it."""
		has_begun = last_years_days(start, self.filters.period, self.today)
		return Standing(last_year=Decimal(0) if has_begun else None)

	def _subject(self) -> Term:
		return Coalesce(self.table[DEAL_FIELDS[self.filters.target_for]], "")

	def _is_open(self) -> Term:
		return (scanned(self.table.status) == "Open") & in_forecast(self.table, self.filters)

	def _won(self) -> Iterator[Part]:
		"""Yield what was won this year, and what the last year had brought by the same day."""
		first, last = days_of_years(self.filters.year)
		is_won = (scanned(self.table.status) == OpportunityStatus.WON) & is_within_dates(
			self.table.closed_on, frappe._dict(from_date=first, to_date=last)
		)
		keys = [self._subject(), Date(self.table.closed_on)]
		value = Count("*") if self.by_number else Sum(self.table.base_amount)
		rows = (
			opportunities(filters_without_shared(self.filters), is_won)
			.groupby(*keys)
			.select(*keys, value)
			.run()
		)
		parts = [(who, row.closed_on, row.base_amount) for who, row in self._shared(is_won)]
		for subject, moment, value in (*rows, *parts):
			day, amount = getdate(moment), to_decimal(value)
			start = start_of(day, self.filters.period)
			if day.year == self.filters.year:
				yield subject, start, Standing(won=amount)
				continue
			start = start.replace(year=self.filters.year)
			days = last_years_days(start, self.filters.period, self.today)
			if days and days[0] <= day <= days[1]:
				yield subject, start, Standing(last_year=amount)

	def _open(self) -> Iterator[Part]:
		"""Yield what may come from today on until the end of the year."""
		table = self.table
		day, category = table.expected_close_date, table.forecast_category
		is_due = (day >= max(self.today, self.starts[0])) & (day <= date(self.filters.year, 12, 31))
		keys = [self._subject(), day, category]
		values = (
			[Count("*"), Sum(table.probability)]
			if self.by_number
			else [Sum(table.base_amount), Sum(table.base_weighted_amount)]
		)
		query = opportunities(filters_without_shared(self.filters), self._is_open() & is_due)
		rows = query.groupby(*keys).select(*keys, *values).run()
		parts = [
			(who, row.expected_close_date, row.forecast_category, row.base_amount, row.base_weighted_amount)
			for who, row in self._shared(self._is_open() & is_due)
		]
		for subject, moment, named, whole, part in (*rows, *parts):
			nominal, weighted = to_decimal(whole), to_decimal(part)
			standing = Standing(
				open=nominal,
				weighted=weighted / HUNDRED if self.by_number else weighted,
				committed=nominal if named == COMMIT else Decimal(0),
			)
			yield subject, start_of(getdate(moment), self.filters.period), standing

	def _shared(self, condition: Criterion) -> Iterator[tuple[str, frappe._dict]]:
		"""Yield whom the parts of deals are about that colleagues share, with the deal's row and the amounts of the part."""
		if not self.filters.sharing:
			return
		table, amounts = self.table, ("base_amount", "base_weighted_amount")
		fields = ("name", "closed_on", "expected_close_date", "forecast_category", *amounts)
		rows = (
			opportunities(filters_of_shared(self.filters), condition)
			.select(self._subject().as_("subject"), *(table[field] for field in fields))
			.run(as_dict=True)
		)
		for person, row in parts_of_people(rows, amounts, self.filters):
			yield person if self.filters.target_for == "Person" else row.subject, row

	def _targets(self) -> Iterator[Part]:
		"""Yield the targets; those of quarters are split evenly over months."""
		if not self.has_targets:
			return
		parent, row = frappe.qb.DocType(TARGET), frappe.qb.DocType(TARGET_PERIOD)
		value = row.deals if self.by_number else row.amount
		keys = [Coalesce(parent[TARGET_FIELDS[self.filters.target_for]], ""), row.period, row.period_start]
		query = (
			frappe.qb.from_(parent)
			.join(row)
			.on((row.parent == parent.name) & (row.parenttype == TARGET))
			.where(readable_criterion(TARGET))
			.where((parent.target_for == self.filters.target_for) & (parent.year == self.filters.year))
			.where(parent.company_currency == company_currency())
			.groupby(*keys)
			.having(Sum(value) > 0)
			.select(*keys, Sum(value))
		)
		for own, asked in self._asked_of_targets():
			query = query.where(parent[own] == asked)
		for subject, name, first, total in query.run():
			for start, part in parts_in_periods(
				getdate(first), to_decimal(total), KINDS[name], self.filters.period, self.places
			):
				yield subject, start, Standing(target=part)

	def _asked_of_targets(self) -> Iterator[tuple[str, str]]:
		"""Yield the target's fields with the values that filters ask for."""
		for target_for, field in DEAL_FIELDS.items():
			if self.filters.get(field):
				yield TARGET_FIELDS[target_for], self.filters[field]

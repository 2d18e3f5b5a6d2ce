"""What changed the pipeline between two days, added up by the database, and the largest deals behind each bar.

It says in SQL what `waterfall` says of one opportunity, each fact of change being one step of a course: what was
before it stands in the fact itself. Only opportunities that were deleted since, whose facts are gone, are followed
one by one, and all are where the facts do not explain the way from the opening to the closing to the cent.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Abs, Coalesce, Count, Round, Sum
from pypika import Case, Order
from pypika.analytics import Lag

from sales_opportunity.analysis.waterfall import (
	CLOSING,
	MOVEMENTS,
	OPENING,
	Bar,
	Bridge,
	PipelineValue,
	Scope,
	explains,
	merged_bars,
)
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.reporting.query import NO_RESTRICTION, readable_names_criterion
from sales_opportunity.reporting.snapshots import CHANGE, end_of_day, start_of_day
from sales_opportunity.reporting.state_history import get_state_histories, histories_of_deleted, open_rows

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder, Selectable
	from pypika.terms import Term

PARTS = ("currency", "amount", "probability")
"""The bars that a step may add to while the opportunity stays; one whose value does not change is not in them."""

PERSONS = ("class_id", "opportunity_owner", "company")
"""By what an opportunity belongs to somebody: fields of opportunities, facts and snapshots."""

FEW = 2_000
"""So many steps of a bar are read one by one."""

WORTH_THE_SAME = 200
"""So many more rows than are listed are read, in case that some are worth as much as the last one."""

Amounts = tuple["Term", "Term"]
"""Nominal and weighted."""


def get_bars(first: date, last: date, scope: Scope, places: int, limit: int) -> dict[str, Bar]:
	"""Return the bars from the opening, before the first day, to the closing, at the end of the last one.

	They are those of the opportunities that the user may read; each lists up to `limit` of them, the largest first.
	`places` are the decimals of the company's currency.
	"""
	bars = {
		OPENING: open_bar(first - timedelta(days=1), scope, places, limit),
		**Movements(first, last, scope, places).bars(limit),
		CLOSING: open_bar(last, scope, places, limit),
	}
	deleted = bridge(histories_of_deleted(first, last), scope, places)
	for movement in MOVEMENTS:
		bars[movement] = merged_bars(bars[movement], deleted.bar(movement, limit), limit)
	if not explains(bars):
		bars[CLOSING] = open_bar(last, scope, places, limit, by_facts=True)
	if explains(bars):
		return bars
	whole = bridge(get_state_histories(first, last), scope, places)
	return {name: whole.bar(name, limit) for name in bars}


def bridge(histories: dict[str, list], scope: Scope, places: int) -> Bridge:
	"""Return the bridge of opportunities that are followed one by one."""
	found = Bridge(places)
	for opportunity, course in histories.items():
		found.add(opportunity, course, scope)
	return found


def open_bar(day: date, scope: Scope, places: int, limit: int, by_facts: bool = False) -> Bar:
	"""Return what was in the pipeline at the end of the day."""
	query, table, name = open_rows(day, by_facts)
	query = query.where(is_mine(scope, table))
	query = query.where(due_criterion(scope, table.expected_close_date))
	values = (table.base_amount, table.base_weighted_amount)
	return listed_bar(query, name, values, places, limit)


def listed_bar(query: "QueryBuilder", name: "Term", values: Amounts, places: int, limit: int) -> Bar:
	"""Return the bar of a query that has one row for each opportunity: its sums, and its largest rows."""
	((count, *sums),) = query.select(Count("*"), *map(Sum, values)).run()
	if not count:
		return Bar()
	return Bar(count, summed_value(sums, places), as_listed(largest_rows(query, name, values, limit), places))


def largest_rows(query: "QueryBuilder", name: "Term", values: Amounts, limit: int) -> list[tuple]:
	"""Return the rows with name and values that a bar lists: the largest, the last by name of those that are worth the same.

	The database puts them in the order of the values, with some more behind; to make each name comparable takes it as long as
	all else. Where so many are worth the same that the last ones could be others, it orders by the name, too.
	"""
	query = query.select(name, *values)
	for value in values:
		query = query.orderby(Abs(value), order=Order.desc)
	rows = query.limit(limit + WORTH_THE_SAME).run()
	if len(rows) == limit + WORTH_THE_SAME and sort_key(rows[limit - 1]) == sort_key(rows[-1]):
		rows = query.orderby(name, order=Order.desc).limit(limit).run()
	return sorted(rows, key=lambda row: (sort_key(row), row[0]), reverse=True)[:limit]


def sort_key(row: tuple) -> tuple[Decimal, ...]:
	"""Return what a row with a name and values is put in order by."""
	return tuple(abs(to_decimal(value)) for value in row[1:])


def as_listed(rows: Iterable[tuple], places: int) -> list[tuple[str, PipelineValue]]:
	"""Return deals with their values, rounded to `places`, of rows that have name, amount and weighted amount first."""
	return [(name, summed_value(values[:2], places)) for name, *values in rows]


def summed_value(sums: Iterable[Any], places: int) -> PipelineValue:
	"""Return sums of stored amounts, which databases without decimals give as floats."""
	return PipelineValue(*(round_money(to_decimal(value), places) for value in sums))


def is_mine(scope: Scope, table: "Selectable", prefix: str = "") -> Criterion:
	"""Return the criterion of `Scope.is_mine`, by the fields of a table whose names begin with `prefix`."""
	wanted = zip(PERSONS, (scope.class_id, scope.owner, scope.company), strict=True)
	found = (table[f"{prefix}{field}"] == value for field, value in wanted if value)
	return Criterion.all([NO_RESTRICTION, *found])


def due_criterion(scope: Scope, day: "Term") -> Criterion:
	"""Return the criterion of `Scope.is_due`."""
	found: list[Criterion] = [NO_RESTRICTION]
	if scope.close_from:
		found.append(day >= scope.close_from)
	if scope.close_to:
		found.append(day <= scope.close_to)
	return Criterion.all(found)


def batched(values: list, size: int) -> Iterator[list]:
	"""Yield the values in groups of this size."""
	return (values[begin : begin + size] for begin in range(0, len(values), size))


class Movements:
	"""The facts of some days as steps of opportunities, each with the bars that it adds to."""

	def __init__(self, first: date, last: date, scope: Scope, places: int) -> None:
		self.days = (start_of_day(first), end_of_day(last))
		self.scope, self.places = scope, places
		self.fact = self.with_former_persons() if scope.is_narrowed else frappe.qb.DocType(CHANGE)

	def with_former_persons(self) -> "Selectable":
		"""Return the facts with class, responsible and company of the one before: they do not stand in the fact itself."""
		fact = frappe.qb.DocType(CHANGE)
		former = {
			f"previous_{field}": Coalesce(
				Lag(fact[field]).over(fact.opportunity).orderby(fact.changed_on, fact.creation), fact[field]
			)
			for field in PERSONS
		}
		columns = [term.as_(name) for name, term in former.items()]
		return frappe.qb.from_(fact).select(fact.star, *columns).as_("fact")

	def query(self) -> "QueryBuilder":
		"""Return the query of the steps that concern the pipeline that is looked at."""
		fact, (begin, end) = self.fact, self.days
		return (
			frappe.qb.from_(fact)
			.where((fact.changed_on >= begin) & (fact.changed_on < end))
			.where(readable_names_criterion(fact.opportunity))
			.where(self.counted_before() | self.counts_after())
		)

	def bars(self, limit: int) -> dict[str, Bar]:
		"""Return the movements; of those that nothing adds to, the empty bar."""
		found = {movement: Bar() for movement in MOVEMENTS}
		steps = self.numbers_of_steps()
		few = [name for name, number in steps.items() if number <= FEW]
		if few:
			found.update(self.small_bars(few, limit))
		for name in steps.keys() - few:
			found[name] = self.bar(self.adds_to(name), self.added(name), limit)
		return found

	def numbers_of_steps(self) -> dict[str, int]:
		"""Return how many steps add to each bar, of those to which any does."""
		passage = self.passage()
		changed = [Sum(Case().when(self.changes(part), 1).else_(0)) for part in PARTS]
		found = dict.fromkeys(MOVEMENTS, 0)
		for name, number, *counts in (
			self.query().groupby(passage).select(passage, Count("*"), *changed).run()
		):
			if name in found:
				found[name] += number
			for part, count in zip(PARTS, counts, strict=True):
				found[part] += int(count)
		return {name: number for name, number in found.items() if number}

	def adds_to(self, name: str) -> Criterion:
		"""Return the criterion that a step adds to a bar."""
		return self.changes(name) if name in PARTS else self.passage() == name

	def added(self, name: str) -> Amounts:
		"""Return what the steps add to a bar."""
		return self.part(name) if name in PARTS else self.passed()

	def small_bars(self, names: list[str], limit: int) -> dict[str, Bar]:
		"""Return bars of few steps, which are read together and added up here."""
		bridge = Bridge(self.places)
		columns = [
			column
			for name in names
			for column in (Case().when(self.adds_to(name), 1).else_(0), *self.added(name))
		]
		query = self.query().where(Criterion.any(map(self.adds_to, names)))
		for opportunity, *values in query.select(self.fact.opportunity, *columns).run():
			for name, (is_added, *amounts) in zip(names, batched(values, 3), strict=True):
				if is_added:
					bridge.put(name, opportunity, summed_value(amounts, self.places))
		return {name: bridge.bar(name, limit) for name in names}

	def bar(self, criterion: Criterion, values: Amounts, limit: int) -> Bar:
		"""Return the bar of the steps that a criterion lets through, added up by opportunity where some have several."""
		name, query = self.fact.opportunity, self.query().where(criterion)
		sums = tuple(map(Sum, values))
		((steps, count, *whole),) = query.select(Count(name), Count(name).distinct(), *sums).run()
		if count < steps:
			query, values = query.groupby(name), sums
		rows = largest_rows(query, name, values, limit)
		return Bar(count, summed_value(whole, self.places), as_listed(rows, self.places))

	def counted_before(self) -> Criterion:
		"""Return the criterion that the opportunity was in the pipeline before the step."""
		fact = self.fact
		return (
			(Coalesce(fact.previous_status, "") == "Open")
			& self.was_mine()
			& due_criterion(self.scope, fact.previous_expected_close_date)
		)

	def counts_after(self) -> Criterion:
		"""Return the criterion that it is there after the step."""
		fact = self.fact
		mine = is_mine(self.scope, fact)
		return (fact.status == "Open") & mine & due_criterion(self.scope, fact.expected_close_date)

	def was_mine(self) -> Criterion:
		"""Return the criterion that the opportunity was of the scope before the change."""
		if not self.scope.is_narrowed:
			return NO_RESTRICTION
		return is_mine(self.scope, self.fact, "previous_")

	def passage(self) -> "Term":
		"""Return the bar by which the opportunity comes or leaves with the step, `stays` if it does neither."""
		fact = self.fact
		is_mine_now = is_mine(self.scope, fact)
		came = Case().when(Coalesce(fact.previous_status, "") == "", "new")
		came = came.when(fact.previous_status != "Open", "reopened")
		came = came.when(self.was_mine(), "date_in").else_("handed_in")
		left = (
			Case()
			.when(fact.status == OpportunityStatus.WON, "won")
			.when(fact.status != OpportunityStatus.OPEN, "lost")
		)
		left = left.when(is_mine_now, "date_out").else_("handed_out")
		found = Case().when(self.counted_before() & self.counts_after(), "stays")
		return found.when(self.counted_before(), left).else_(came)

	def passed(self) -> Amounts:
		"""Return what one that comes brings, or what one that leaves takes along: closed ones at the former probability."""
		fact = self.fact
		after = (fact.base_amount, fact.base_weighted_amount)
		return tuple(
			Case()
			.when(self.counts_after(), value)
			.when(fact.status == "Open", 0 - value)
			.else_(0 - before_closing)
			for value, before_closing in zip(after, self.after_amount(), strict=True)
		)

	def changes(self, part: str) -> Criterion:
		"""Return the criterion that the step adds to the bar of a part."""
		is_in = self.counted_before()
		if part == "probability":
			is_in &= self.fact.status == "Open"
		nominal, weighted = self.part(part)
		return is_in & ((nominal != 0) | (weighted != 0))

	def part(self, part: str) -> Amounts:
		"""Return what currency, amount or probability did to the value in the step, see `waterfall.value_changes`."""
		fact = self.fact
		states = (
			(fact.previous_base_amount, fact.previous_base_weighted_amount),
			self.after_currency(),
			self.after_amount(),
			(fact.base_amount, fact.base_weighted_amount),
		)
		index = PARTS.index(part)
		return tuple(later - earlier for earlier, later in zip(states[index], states[index + 1], strict=True))

	def after_currency(self) -> Amounts:
		"""Return the amounts before the change in the currency and at the rate after it, nominal and weighted."""
		fact = self.fact
		return tuple(
			Case()
			.when(self.has_other_currency(), with_both)
			.when(fact.previous_conversion_rate == fact.conversion_rate, before)
			.else_(with_rate)
			for before, with_rate, with_both in zip(
				(fact.previous_base_amount, fact.previous_base_weighted_amount),
				self.valued(fact.previous_amount),
				self.valued(fact.amount),
				strict=True,
			)
		)

	def after_amount(self) -> Amounts:
		"""Return the amounts with the new amount but the probability before the change, nominal and weighted."""
		fact = self.fact
		is_same = (fact.previous_amount == fact.amount) & self.has_other_currency().negate()
		return tuple(
			Case().when(is_same, before).else_(changed)
			for before, changed in zip(self.after_currency(), self.valued(fact.amount), strict=True)
		)

	def has_other_currency(self) -> Criterion:
		"""Return the criterion that the change was one of the currency, too."""
		fact = self.fact
		former = Coalesce(fact.previous_transaction_currency, "")
		return former != Coalesce(fact.transaction_currency, "")

	def valued(self, amount: "Term") -> Amounts:
		"""Return what an amount is worth at the new rate and the former probability, each rounded once."""
		fact = self.fact
		weighted = amount * fact.previous_probability * Decimal("0.01") * fact.conversion_rate
		return Round(amount * fact.conversion_rate, self.places), Round(weighted, self.places)

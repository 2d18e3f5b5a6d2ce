"""What was forecast for past periods, from snapshots, and what came, from the closed opportunities.

The database adds up: one query over the rows of all snapshots that are asked for, whatever the number of periods.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Date, Min, Sum
from frappe.utils import getdate
from pypika import Case
from pypika.analytics import RowNumber
from pypika.queries import QueryBuilder

from sales_opportunity.analysis.accuracy import Deals, complete_periods
from sales_opportunity.analysis.past_forecasts import Closings, DayOfClosings, Forecast
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.framework.compat import united
from sales_opportunity.pricing.money import HUNDRED, round_money, to_decimal
from sales_opportunity.reporting.query import (
	OPPORTUNITY,
	as_date,
	is_counted,
	readable_criterion,
	readable_names_criterion,
	scanned,
)
from sales_opportunity.reporting.snapshots import SNAPSHOT

if TYPE_CHECKING:
	from pypika import Table
	from pypika.terms import Term

HORIZONS = (30, 60, 90)
"""How many days before a period the forecasts are looked at."""

STEP = 10
"""Forecasts are numbered by period, in steps with room for the horizons."""


@dataclass(frozen=True)
class AskedForecast:
	"""A forecast that is asked for: of which period, and on which day. A day and a period have one only."""

	number: int
	start: date
	end: date
	horizon: int

	@property
	def day(self) -> date:
		"""Return the day of the forecast."""
		return self.start - timedelta(days=self.horizon)


@dataclass
class Found:
	"""What the rows of a forecast come to."""

	nominal: Decimal = Decimal(0)
	weighted: Decimal = Decimal(0)
	still_open: int = 0
	deals: tuple[Deals, ...] = ()


def forecasts(periods: list[tuple[date, date]], months: int, only: dict) -> list[Forecast]:
	"""Return the forecasts of the periods of so many months, by all horizons.

	Of opportunities that the user may read, and that have the values of `only`. Days of which there is no snapshot are
	left out.
	"""
	asked = asked_for(periods)
	if not asked:
		return []
	closings, found = closings_of(only), Judged(asked, only).sums()
	return [forecast(entry, found[entry.number], closings, months) for entry in asked]


def asked_for(periods: list[tuple[date, date]]) -> list[AskedForecast]:
	"""Return the forecasts of the periods, by all horizons, whose day has a snapshot."""
	wanted = [
		AskedForecast(STEP * place + position, start, end, horizon)
		for place, (start, end) in enumerate(periods)
		for position, horizon in enumerate(HORIZONS)
	]
	days = days_with_snapshot({entry.day for entry in wanted})
	return [entry for entry in wanted if entry.day in days]


def days_with_snapshot(days: Iterable[date]) -> set[date]:
	"""Return those of the days that have a snapshot, by one look into the index at each."""
	snapshot = frappe.qb.DocType(SNAPSHOT)
	looks = [
		frappe.qb.from_(snapshot)
		.where(snapshot.snapshot_date == day)
		.select(Min(snapshot.snapshot_date).as_("day"))
		for day in sorted(days)
	]
	found = united(*looks).as_("found")
	return {getdate(day) for day in frappe.qb.from_(found).select("day").run(pluck=True) if day}


def forecast(entry: AskedForecast, found: Found, closings: Closings, months: int) -> Forecast:
	"""Return the forecast with what it is measured by."""
	next_day = entry.day + timedelta(days=1)
	((last_start, last_end),) = complete_periods(next_day, 1, months)
	decimals = decimal_places(company_currency())
	return Forecast(
		start=entry.start,
		end=entry.end,
		horizon=entry.horizon,
		day=entry.day,
		weighted=round_money(found.weighted, decimals),
		nominal=round_money(found.nominal, decimals),
		actual=closings.won_between(entry.start, entry.end),
		last_start=last_start,
		last_end=last_end,
		last_won=closings.won_between(last_start, last_end),
		rate=closings.rate_before(next_day),
		deals=found.deals,
		still_open=found.still_open,
	)


class Judged:
	"""What the snapshots expected in their periods, and what came of it since."""

	def __init__(self, asked: list[AskedForecast], only: dict) -> None:
		self.asked, self.only = asked, only
		self.rows = self.ranked().as_("ranked")

	def sums(self) -> dict[int, Found]:
		"""Return what the rows come to, by the number of the forecast."""
		rows = self.rows
		query = (
			frappe.qb.from_(rows)
			.groupby(rows.number, rows.probability, rows.status, self.is_won())
			.select(
				rows.number,
				rows.probability,
				rows.status,
				self.is_won(),
				Count("*"),
				Sum(rows.base_amount),
				Sum(rows.base_weighted_amount),
				Sum(Case().when(self.is_call(), 1).else_(0)),
			)
		)
		found: dict[int, Found] = defaultdict(Found)
		counts: dict[int, dict[Decimal, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
		for number, probability, status, is_won, count, nominal, weighted, calls in query.run():
			entry = found[number]
			entry.nominal += to_decimal(nominal)
			entry.weighted += to_decimal(weighted)
			entry.still_open += count if status == "Open" else 0
			counts[number][to_decimal(probability)][0 if is_won else 1] += int(calls)
		for number, by_probability in counts.items():
			found[number].deals = tuple(
				Deals(probability, *won_and_missed)
				for probability, won_and_missed in sorted(by_probability.items())
				if any(won_and_missed)
			)
		return found

	def names(self, criterion: Criterion, limit: int) -> list[str]:
		"""Return the names of the first rows of snapshots for which the criterion holds."""
		rows = self.rows
		query = frappe.qb.from_(rows).where(criterion).select(rows.name).orderby(rows.name)
		return query.limit(limit).run(pluck=True)

	def is_open(self) -> Criterion:
		"""Return the criterion of the rows whose opportunity has no outcome yet."""
		return self.rows.status == "Open"

	def is_in_bin(self, lower: int, upper: int) -> Criterion:
		"""Return the criterion of calls with a probability from `lower` to below `upper` (100: to)."""
		probability = self.rows.probability
		is_below = probability <= upper if upper == HUNDRED else probability < upper
		return self.is_call() & (probability >= lower) & is_below

	def is_call(self) -> Criterion:
		"""Return the criterion of the rows that are the first to name their opportunity, at their horizon.

		What was deleted is judged by nobody.
		"""
		return (self.rows.place == 1) & self.rows.status.notnull()

	def is_won(self) -> "Term":
		"""Return whether it was won in its period: whatever was not, be it open or won later, was missed."""
		rows = self.rows
		begin = rows.closed_in * STEP
		is_hit = (
			(rows.status == OpportunityStatus.WON) & (rows.number >= begin) & (rows.number < begin + STEP)
		)
		return Case().when(is_hit, 1).else_(0)

	def ranked(self) -> QueryBuilder:
		"""Return the query of the rows, each with its place among those of its opportunity at its horizon."""
		rows = self.expected().as_("expected")
		horizon = Case()
		for days in HORIZONS:
			numbers = [entry.number for entry in self.asked if entry.horizon == days]
			if numbers:
				horizon = horizon.when(rows.number.isin(numbers), days)
		place = RowNumber().over(horizon, rows.opportunity).orderby(rows.number)
		return frappe.qb.from_(rows).select(rows.star, place.as_("place"))

	def expected(self) -> QueryBuilder:
		"""Return the query of the rows that the user may read, with what became of them."""
		snapshot, opportunity = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(OPPORTUNITY)
		by_day: dict[date, list[AskedForecast]] = defaultdict(list)
		for entry in self.asked:
			by_day[entry.day].append(entry)
		is_expected = [
			(snapshot.snapshot_date == entry.day)
			& (snapshot.expected_close_date >= entry.start)
			& (snapshot.expected_close_date < entry.end)
			for entry in self.asked
		]
		query = (
			frappe.qb.from_(snapshot)
			.left_join(opportunity)
			.on(opportunity.name == snapshot.opportunity)
			.where((snapshot.status == "Open") & Criterion.any(is_expected))
			.where(readable_names_criterion(snapshot.opportunity))
			.select(
				snapshot.name,
				snapshot.opportunity,
				snapshot.probability,
				snapshot.base_amount,
				snapshot.base_weighted_amount,
				opportunity.status,
				number_of(snapshot, by_day).as_("number"),
				self.period_of(opportunity.closed_on).as_("closed_in"),
			)
		)
		return narrowed(query, snapshot, self.only)

	def period_of(self, moment: "Term") -> "Term":
		"""Return the number of the period in which a moment lies, which is that of its forecasts without the horizon."""
		found = Case()
		for number, start, end in sorted(
			{(entry.number // STEP, entry.start, entry.end) for entry in self.asked}
		):
			found = found.when((moment >= start) & (moment < end), number)
		return found


def number_of(snapshot: "Table", by_day: dict[date, list[AskedForecast]]) -> "Term":
	"""Return the number of a row's forecast by its day and, where a day has several, by the end of the period."""
	found = Case()
	for day, entries in by_day.items():
		*earlier, last = sorted(entries, key=lambda entry: entry.end)
		number: Any = Case() if earlier else last.number
		for entry in earlier:
			number = number.when(snapshot.expected_close_date < entry.end, entry.number)
		found = found.when(snapshot.snapshot_date == day, number.else_(last.number) if earlier else number)
	return found


def closings_of(only: dict) -> Closings:
	"""Return what was closed of the opportunities that the user may read."""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	day, status = Date(opportunity.closed_on), scanned(opportunity.status)
	query = (
		frappe.qb.from_(opportunity)
		.where((status != "Open") & is_counted(opportunity) & readable_criterion(OPPORTUNITY))
		.groupby(day, opportunity.status)
		.select(day, opportunity.status, Count("*"), Sum(opportunity.base_amount))
	)
	return Closings(
		DayOfClosings(
			as_date(closed_on) or date.min,
			won=count if status == OpportunityStatus.WON else 0,
			lost=0 if status == OpportunityStatus.WON else count,
			amount=to_decimal(amount) if status == OpportunityStatus.WON else Decimal(0),
		)
		for closed_on, status, count, amount in narrowed(query, opportunity, only).run()
	)


def narrowed(query: QueryBuilder, table: "Table", only: dict) -> QueryBuilder:
	"""Return the query with a condition for each field in `only`."""
	for fieldname, value in only.items():
		query = query.where(table[fieldname] == value)
	return query

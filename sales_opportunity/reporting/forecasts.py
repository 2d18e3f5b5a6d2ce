"""What was forecast for past periods, from snapshots, and what came, from the closed opportunities."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.utils import getdate
from pypika.queries import QueryBuilder

from sales_opportunity.analysis.accuracy import complete_periods, constant_rate
from sales_opportunity.analysis.past_forecasts import Call, Closing, Forecast, won_between
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.reporting.query import OPPORTUNITY, readable_criterion, readable_names_criterion
from sales_opportunity.reporting.snapshots import SNAPSHOT, days_taken

if TYPE_CHECKING:
	from pypika import Table

HORIZONS = (30, 60, 90)
"""How many days before a period the forecasts are looked at."""


def forecasts(
	count: int, months: int, today: date, class_id: str | None = None, owner: str | None = None
) -> list[Forecast]:
	"""Return the forecasts of the last `count` periods of `months` months that were over today, by all horizons.

	Of opportunities that the user may read. Days of which there is no snapshot are left out.
	"""
	days = days_taken()
	only = {"class_id": class_id, "opportunity_owner": owner}
	closed = closings(only)
	found = []
	named: dict[int, set[str]] = {horizon: set() for horizon in HORIZONS}
	for start, end in complete_periods(today, count, months):
		for horizon in HORIZONS:
			day = start - timedelta(days=horizon)
			if day in days:
				found.append(forecast(start, end, horizon, months, only, closed, named[horizon]))
	return found


def forecast(
	start: date, end: date, horizon: int, months: int, only: dict, closed: list[Closing], named: set[str]
) -> Forecast:
	"""Return the forecast that the snapshot `horizon` days before the period gave.

	`named` are the opportunities of earlier forecasts of this horizon; those of this one are added.
	"""
	day = start - timedelta(days=horizon)
	known = [closing for closing in closed if closing.day <= day]
	won = sum(closing.won for closing in known)
	((last_start, last_end),) = complete_periods(day + timedelta(days=1), 1, months)
	rows = judged(day, start, end, only)
	decimals = decimal_places(company_currency())
	calls = tuple(to_call(row, start, end) for row in rows if row.status and row.opportunity not in named)
	named.update(call.opportunity for call in calls)
	return Forecast(
		start=start,
		end=end,
		horizon=horizon,
		day=day,
		weighted=round_money(sum((to_decimal(row.weighted) for row in rows), Decimal(0)), decimals),
		nominal=round_money(sum((to_decimal(row.nominal) for row in rows), Decimal(0)), decimals),
		actual=won_between(closed, start, end),
		last_start=last_start,
		last_end=last_end,
		last_won=won_between(closed, last_start, last_end),
		rate=constant_rate(won, len(known) - won),
		calls=calls,
		still_open=sum(row.status == "Open" for row in rows),
	)


def judged(day: date, start: date, end: date, only: dict) -> list[frappe._dict]:
	"""Return what the snapshot of the day expected in the period, and what came of each since; nothing if deleted."""
	snapshot, opportunity = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(OPPORTUNITY)
	query = expectations(expected(snapshot, day, start, end), only).select(
		snapshot.name,
		snapshot.opportunity,
		snapshot.probability,
		opportunity.status,
		opportunity.closed_on,
		snapshot.base_amount.as_("nominal"),
		snapshot.base_weighted_amount.as_("weighted"),
	)
	return query.run(as_dict=True)


def rows_still_open(entry: Forecast, only: dict) -> list[str]:
	"""Return the names of the forecast's snapshot rows whose opportunity has no outcome yet."""
	snapshot, opportunity = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(OPPORTUNITY)
	query = expectations(expected(snapshot, entry.day, entry.start, entry.end), only)
	query = query.where(opportunity.status == "Open").select(snapshot.name).orderby(snapshot.name)
	return [name for (name,) in query.run()]


def expected(snapshot: "Table", day: date, start: date, end: date) -> Criterion:
	"""Return the criterion that a row of the day's snapshot was expected to close from `start` to before `end`."""
	period = (snapshot.expected_close_date >= start) & (snapshot.expected_close_date < end)
	return (snapshot.snapshot_date == day) & period


def expectations(criterion: Criterion, only: dict) -> QueryBuilder:
	"""Return the query over rows of snapshots that the user may read, joined with what became of them."""
	snapshot, opportunity = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(OPPORTUNITY)
	query = (
		frappe.qb.from_(snapshot)
		.left_join(opportunity)
		.on(opportunity.name == snapshot.opportunity)
		.where(criterion & (snapshot.status == "Open") & readable_names_criterion(snapshot.opportunity))
	)
	return narrowed(query, snapshot, only)


def to_call(row: frappe._dict, start: date, end: date) -> Call:
	"""Return what a row says of a period that is over: whatever was not won in it was not, be it open or won later."""
	won = row.status == "Won" and start <= getdate(row.closed_on) < end
	return Call(row.name, row.opportunity, to_decimal(row.probability), won)


def closings(only: dict) -> list[Closing]:
	"""Return the closed opportunities that the user may read."""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	query = (
		frappe.qb.from_(opportunity)
		.where((opportunity.status != "Open") & readable_criterion(OPPORTUNITY))
		.select(opportunity.closed_on, opportunity.status, opportunity.base_amount)
	)
	return [
		Closing(getdate(closed_on), status == "Won", to_decimal(amount))
		for closed_on, status, amount in narrowed(query, opportunity, only).run()
	]


def narrowed(query: QueryBuilder, table: "Table", only: dict) -> QueryBuilder:
	"""Return the query with a condition for each field in `only` that has a value."""
	for fieldname, value in only.items():
		if value:
			query = query.where(table[fieldname] == value)
	return query

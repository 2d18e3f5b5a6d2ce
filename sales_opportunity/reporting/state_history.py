"""The states of opportunities between two days, from snapshots and facts, for the bridge of `waterfall`."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.waterfall import State
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.query import readable_names_criterion
from sales_opportunity.reporting.snapshots import CHANGE, SNAPSHOT, end_of_day, latest_facts, start_of_day

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder

FIELDS = (
	"opportunity",
	"status",
	"class_id",
	"opportunity_owner",
	"expected_close_date",
	"transaction_currency",
	"conversion_rate",
	"amount",
	"probability",
	"base_amount",
	"base_weighted_amount",
)


def get_state_histories(first: date, last: date) -> dict[str, list[State | None]]:
	"""Return the states of each opportunity that the user may read and that the days from `first` to `last` concern.

	The first state is that before the first day, the last one that at the end of the last day; None means that
	the opportunity did not exist. What lies between comes from the facts of change; for opportunities that were
	deleted since, whose facts are gone, from their daily snapshots.
	"""
	opening = open_states(first - timedelta(days=1))
	closing = open_states(last)
	found: dict[str, list[State | None]] = {name: [state] for name, state in opening.items()}
	for row in facts(first, last):
		found.setdefault(row.opportunity, [state_before(row)]).append(to_state(row))
	for row in rows_of_deleted(first, last):
		found.setdefault(row.opportunity, [None]).append(to_state(row))
	for name, course in found.items():
		if name in closing:
			course.append(closing[name])
		elif (state := course[-1]) and state.status == "Open":
			course.append(None)
	for name in closing.keys() - found.keys():
		found[name] = [None, closing[name]]
	return found


def open_states(day: date) -> dict[str, State]:
	"""Return the states at the end of the day of the opportunities that were open then.

	They come from the snapshot of the day, which still has the deleted ones, or, where there is none, as for a
	day that is not over, from the facts.
	"""
	snapshot, fact = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(CHANGE)
	if frappe.db.exists(SNAPSHOT, {"snapshot_date": day}):
		query = frappe.qb.from_(snapshot).where(snapshot.snapshot_date == day)
		table = snapshot
	else:
		query, table = latest_facts(end_of_day(day)), fact
	query = query.where((table.status == "Open") & readable_names_criterion(table.opportunity))
	return {row.opportunity: to_state(row) for row in select(query, table)}


def facts(first: date, last: date) -> Iterable[frappe._dict]:
	"""Return the facts of the days, in the order in which they came about."""
	fact = frappe.qb.DocType(CHANGE)
	query = (
		frappe.qb.from_(fact)
		.where((fact.changed_on >= start_of_day(first)) & (fact.changed_on < end_of_day(last)))
		.where(readable_names_criterion(fact.opportunity))
		.select(fact.previous_status)
		.orderby(fact.changed_on, fact.creation)
	)
	return select(query, fact)


def rows_of_deleted(first: date, last: date) -> Iterable[frappe._dict]:
	"""Return the daily snapshots of opportunities that do not exist any more, in the order of the days."""
	snapshot = frappe.qb.DocType(SNAPSHOT)
	opportunity = frappe.qb.DocType("Sales Opportunity")
	query = (
		frappe.qb.from_(snapshot)
		.left_join(opportunity)
		.on(opportunity.name == snapshot.opportunity)
		.where(opportunity.name.isnull())
		.where((snapshot.snapshot_date >= first) & (snapshot.snapshot_date <= last))
		.where(readable_names_criterion(snapshot.opportunity))
		.orderby(snapshot.snapshot_date)
	)
	return select(query, snapshot)


def select(query: "QueryBuilder", table: "Table") -> Iterable[frappe._dict]:
	return query.select(*(table[fieldname] for fieldname in FIELDS)).run(as_dict=True)


def state_before(row: frappe._dict) -> State | None:
	"""Return the state before a fact of an opportunity that the opening does not have: closed, or not there yet."""
	return State(row.previous_status) if row.previous_status in CLOSED else None


def to_state(row: frappe._dict) -> State:
	return State(
		status=row.status,
		class_id=row.class_id,
		owner=row.opportunity_owner,
		expected_close_date=getdate(row.expected_close_date) if row.expected_close_date else None,
		currency=row.transaction_currency,
		rate=to_decimal(row.conversion_rate),
		amount=to_decimal(row.amount),
		probability=to_decimal(row.probability),
		base_amount=to_decimal(row.base_amount),
		base_weighted_amount=to_decimal(row.base_weighted_amount),
	)

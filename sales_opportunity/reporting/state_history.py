"""The states of opportunities between two days, from snapshots and facts, for the bridge of `waterfall`."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.waterfall import State
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.query import OPPORTUNITY, readable_names_criterion, scanned
from sales_opportunity.reporting.snapshots import CHANGE, SNAPSHOT, end_of_day, latest_facts, start_of_day

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder
	from pypika.terms import Field

FIELDS = (
	"opportunity",
	"status",
	"class_id",
	"opportunity_owner",
	"company",
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
	return state_histories(
		open_states(first - timedelta(days=1)),
		[*facts_between(first, last), *rows_of_deleted(first, last)],
		open_states(last),
	)


def histories_of_deleted(first: date, last: date) -> dict[str, list[State | None]]:
	"""Return the same of the opportunities alone that were deleted since."""
	opening = first - timedelta(days=1)
	states: dict[date, dict[str, State]] = {opening: {}, last: {}}
	rows = []
	for row in rows_of_deleted(opening, last):
		day = getdate(row.snapshot_date)
		if day in states and row.status == "Open":
			states[day][row.opportunity] = to_state(row)
		if day >= first:
			rows.append(row)
	return state_histories(states[opening], rows, states[last])


def state_histories(
	opening: dict[str, State], rows: Iterable[frappe._dict], closing: dict[str, State]
) -> dict[str, list[State | None]]:
	"""Return the states by opportunity: those of the opening, after each row, and of the closing."""
	found: dict[str, list[State | None]] = {name: [state] for name, state in opening.items()}
	for row in rows:
		found.setdefault(row.opportunity, [state_before(row)]).append(to_state(row))
	for name, course in found.items():
		if name in closing:
			course.append(closing[name])
		elif (state := course[-1]) and state.status == "Open":
			course.append(None)
	for name in closing.keys() - found.keys():
		found[name] = [None, closing[name]]
	return found


def open_states(day: date) -> dict[str, State]:
	"""Return the states at the end of the day of the opportunities that were open then."""
	query, table, name = open_rows(day, by_facts=True)
	fields = (table[fieldname] for fieldname in FIELDS if fieldname != "opportunity")
	rows = query.select(name.as_("opportunity"), *fields).run(as_dict=True)
	return {row.opportunity: to_state(row) for row in rows}


def open_rows(day: date, by_facts: bool = False) -> tuple["QueryBuilder", "Table", "Field"]:
	"""Return the query of what was open at the end of the day, its table, and the opportunity's name in it.

	It asks the snapshot of the day, which still has the deleted ones. Where there is none, as for a day that is not
	over, the opportunities themselves tell it if nothing has changed since, else the facts, or `by_facts` always.
	"""
	snapshot, fact, opportunity = map(frappe.qb.DocType, (SNAPSHOT, CHANGE, OPPORTUNITY))
	if frappe.db.exists(SNAPSHOT, {"snapshot_date": day}):
		query = frappe.qb.from_(snapshot).where(snapshot.snapshot_date == day)
		table, name = snapshot, snapshot.opportunity
	elif by_facts or frappe.db.exists(CHANGE, {"changed_on": (">=", end_of_day(day))}):
		query, table, name = latest_facts(end_of_day(day)), fact, fact.opportunity
	else:
		query, table, name = frappe.qb.from_(opportunity), opportunity, opportunity.name
	status = scanned(table.status) if table is opportunity else table.status
	return query.where((status == "Open") & readable_names_criterion(name)), table, name


def facts_between(first: date, last: date) -> Iterable[frappe._dict]:
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
	deleted = names_of_deleted()
	if not deleted:
		return []
	snapshot = frappe.qb.DocType(SNAPSHOT)
	query = (
		frappe.qb.from_(snapshot)
		.where(snapshot.opportunity.isin(deleted))
		.where((snapshot.snapshot_date >= first) & (snapshot.snapshot_date <= last))
		.where(readable_names_criterion(snapshot.opportunity))
		.select(snapshot.snapshot_date)
		.orderby(snapshot.snapshot_date)
	)
	return select(query, snapshot)


def names_of_deleted() -> list[str]:
	"""Return the opportunities that are in snapshots only; one look into the index at each."""
	snapshot, opportunity = frappe.qb.DocType(SNAPSHOT), frappe.qb.DocType(OPPORTUNITY)
	known = frappe.qb.from_(snapshot).select(snapshot.opportunity).groupby(snapshot.opportunity)
	query = frappe.qb.from_(known).left_join(opportunity).on(opportunity.name == known.opportunity)
	return query.where(opportunity.name.isnull()).select(known.opportunity).run(pluck=True)


def select(query: "QueryBuilder", table: "Table") -> Iterable[frappe._dict]:
	"""Return the rows of a query with the `FIELDS` of its table."""
	return query.select(*(table[fieldname] for fieldname in FIELDS)).run(as_dict=True)


def state_before(row: frappe._dict) -> State | None:
	"""Return the state before a fact of an opportunity that the opening does not have: closed, or not there yet."""
	return State(row.previous_status) if row.previous_status in CLOSED else None


def to_state(row: frappe._dict) -> State:
	"""Return the state that a fact of change tells of."""
	return State(
		status=row.status,
		class_id=row.class_id,
		owner=row.opportunity_owner,
		company=row.company or None,
		expected_close_date=getdate(row.expected_close_date) if row.expected_close_date else None,
		currency=row.transaction_currency,
		rate=to_decimal(row.conversion_rate),
		amount=to_decimal(row.amount),
		probability=to_decimal(row.probability),
		base_amount=to_decimal(row.base_amount),
		base_weighted_amount=to_decimal(row.base_weighted_amount),
	)

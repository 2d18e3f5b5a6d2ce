"""The pipeline at the end of every day, kept for reports that compare then and now.

A snapshot of a day has a row for every opportunity that was open at the end of it, and for those closed on it. It
is derived from the facts of change, so it does not matter when the job runs, and days that were missed can be
filled in later.
"""

from datetime import date, datetime, time, timedelta

import frappe
from frappe.query_builder.functions import Coalesce, Min
from frappe.utils import getdate, now_datetime
from pypika.queries import QueryBuilder
from pypika.terms import ExistsCriterion, Term

from sales_opportunity.framework.compat import joined_text
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import CONTEXT, TRACKED

SNAPSHOT = "Sales Pipeline Snapshot"
CHANGE = "Sales Opportunity Change"
FROM_FACT = ("opportunity", *CONTEXT, *TRACKED)
FROM_OPPORTUNITY = ("party_type", "party", "party_name")


def take_snapshots() -> None:
	"""Take the snapshots that are missing since the first one up to yesterday, and drop those past their time.

	Runs every day. On a site without snapshots it takes that of yesterday only; `rebuild_snapshots` fills in the past.
	"""
	yesterday = getdate() - timedelta(days=1)
	rebuild_snapshots(min(days_taken(), default=yesterday), yesterday)
	delete_expired()


def rebuild_snapshots(first: date | str | None = None, last: date | str | None = None) -> None:
	"""Take the snapshots of past days that have none, from the facts of change.

	Without `first` it begins with the first fact, without `last` it ends yesterday; later days are not over yet
	and are left out. Days that the settings keep no longer are left out, too. A day that has a snapshot stays as
	it is: the facts of opportunities that were deleted since are gone, the snapshot still has them.
	"""
	day = max(getdate(first) if first else day_of_first_fact(), oldest_kept())
	last = min(getdate(last) if last else date.max, getdate() - timedelta(days=1))
	taken = days_taken()
	while day <= last:
		if day not in taken:
			store_day(day)
		day += timedelta(days=1)


def add_to_snapshots(opportunities: list[str]) -> None:
	"""Put opportunities that were entered with a history of their own into the snapshots of its days."""
	fact = frappe.qb.DocType(CHANGE)
	query = frappe.qb.from_(fact).select(Min(fact.changed_on)).where(fact.opportunity.isin(opportunities))
	((first,),) = query.run()
	for day in sorted(day for day in days_taken() if first and day >= getdate(first)):
		store_day(day, opportunities)


def days_taken() -> set[date]:
	"""Return the days of which there is a snapshot."""
	snapshot = frappe.qb.DocType(SNAPSHOT)
	return {
		getdate(day) for (day,) in frappe.qb.from_(snapshot).select(snapshot.snapshot_date).distinct().run()
	}


def store_day(day: date, only: list[str] | None = None) -> None:
	"""Store the pipeline at the end of the day by one statement, or what `only` these opportunities add to it.

	If a parallel run was faster, its snapshot stays: both would be the same, and the database lets one in only.
	"""
	fact = frappe.qb.DocType(CHANGE)
	opportunity = frappe.qb.DocType("Sales Opportunity")
	now, user = now_datetime(), Term.wrap_constant(frappe.session.user)
	values = {
		"name": joined_text(fact.opportunity, f"-{day}"),
		"creation": now,
		"modified": now,
		"owner": user,
		"modified_by": user,
		"snapshot_date": day,
		**{fieldname: fact[fieldname] for fieldname in FROM_FACT},
		**{fieldname: opportunity[fieldname] for fieldname in FROM_OPPORTUNITY},
	}
	query = (
		latest_facts(end_of_day(day), frappe.qb.into(SNAPSHOT).columns(*values))
		.join(opportunity)
		.on(opportunity.name == fact.opportunity)
		.where((fact.status == "Open") | fact.opportunity.isin(closed_on(day)))
		.select(*values.values())
	)
	if only is not None:
		query = query.where(fact.opportunity.isin(only))
	frappe.db.savepoint("snapshot")
	try:
		query.run()
	except Exception as error:
		if not frappe.db.is_duplicate_entry(error):
			raise
		frappe.db.rollback(save_point="snapshot")


def latest_facts(before: datetime, query: QueryBuilder | None = None) -> QueryBuilder:
	"""Return a query on the last fact of each opportunity before the moment, from which the caller selects.

	With `query` it goes on from there, for example from an insertion.
	"""
	fact = frappe.qb.DocType(CHANGE)
	later = fact.as_("later")
	follows = (later.changed_on > fact.changed_on) | (
		(later.changed_on == fact.changed_on) & (later.name > fact.name)
	)
	has_later = ExistsCriterion(
		frappe.qb.from_(later)
		.select(later.name)
		.where((later.opportunity == fact.opportunity) & (later.changed_on < before) & follows)
	)
	return (query or frappe.qb).from_(fact).where((fact.changed_on < before) & has_later.negate())


def closed_on(day: date) -> QueryBuilder:
	"""Return the query of the opportunities that were won or lost on the day."""
	fact = frappe.qb.DocType(CHANGE)
	return (
		frappe.qb.from_(fact)
		.select(fact.opportunity)
		.where((fact.changed_on >= start_of_day(day)) & (fact.changed_on < end_of_day(day)))
		.where((fact.status != "Open") & (Coalesce(fact.previous_status, "") != fact.status))
	)


def delete_expired() -> None:
	"""Delete the snapshots that the settings keep no longer, by one statement."""
	frappe.db.delete(SNAPSHOT, {"snapshot_date": ("<", oldest_kept())})


def oldest_kept() -> date:
	"""Return the first day whose snapshot is kept; with a limit of 0 days, all are."""
	days = frappe.get_cached_doc("Sales Opportunity Settings").snapshot_retention_days
	return getdate() - timedelta(days=days) if days else date.min


def day_of_first_fact() -> date:
	"""Return the day of the first fact, today if there is none."""
	fact = frappe.qb.DocType(CHANGE)
	((first,),) = frappe.qb.from_(fact).select(Min(fact.changed_on)).run()
	return getdate(first)


def start_of_day(day: date) -> datetime:
	"""Return midnight, with which a day begins."""
	return datetime.combine(day, time())


def end_of_day(day: date) -> datetime:
	"""Return the first moment after the day."""
	return start_of_day(day + timedelta(days=1))

"""The courses of opportunities through the stages, and which stages there are."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter

import frappe
from frappe.utils import get_datetime
from pypika.terms import Term

from sales_opportunity.analysis.funnel import Course
from sales_opportunity.reporting.query import joined, seconds_between

BEGIN = datetime(2000, 1, 1)
"""From where moments are counted in seconds: as numbers they are read ten times as fast as as text."""


PAGE = 20_000
"""About so many steps are read at a time, those of a deal together: memory holds no more, however many deals there are."""


def get_courses(filters: frappe._dict) -> Iterator[Course]:
	"""Yield the courses of the opportunities that entered their first stage from `from_date` to `to_date`."""
	entered = entered_between(filters)
	available = cache(stages_of_class)
	for name, steps in groupby(get_steps(filters), key=itemgetter(0)):
		rows = list(steps)
		_name, _stage, _seconds, status, class_id = rows[0]
		if entered(moment(rows[0])):
			yield Course(name, tuple((row[1], moment(row)) for row in rows), status, available(class_id))


def get_steps(filters: frappe._dict) -> Iterator[tuple]:
	"""Yield name, stage, seconds since `BEGIN`, status and class of each step, deal by deal, the earliest first."""
	log, table = frappe.qb.DocType("Sales Opportunity Stage Log"), frappe.qb.DocType("Sales Opportunity")
	query = (
		joined("Sales Opportunity Stage Log", filters)
		.select(
			log.parent,
			log.to_stage,
			seconds_between(Term.wrap_constant(BEGIN), log.changed_on),
			table.status,
			table.class_id,
		)
		.orderby(log.parent, log.changed_on, log.idx)
	)
	names = frappe.qb.from_(log).select(log.parent).orderby(log.parent).limit(1).offset(PAGE)
	last = ""
	while end := names.where(log.parent > last).run():
		yield from query.where((log.parent > last) & (log.parent <= end[0][0])).run()
		last = end[0][0]
	yield from query.where(log.parent > last).run()


def moment(step: tuple) -> datetime:
	"""Return when a step was made."""
	return BEGIN + timedelta(seconds=float(step[2]))


def entered_between(filters: frappe._dict) -> Callable[[datetime], bool]:
	"""Return a function that says whether a moment lies within the report's dates."""
	first = filters.from_date and get_datetime(filters.from_date)
	last = filters.to_date and get_datetime(f"{filters.to_date} 23:59:59.999999")
	return lambda moment: not ((first and moment < first) or (last and moment > last))


def get_funnel_stages(filters: frappe._dict) -> tuple[list[str], set[str]]:
	"""Return the open stages by position with the won ones behind, and which are won; the class's if one is chosen."""
	stages = frappe.get_all(
		"Qualification Stage",
		{"stage_type": ("!=", "Lost")},
		["name", "stage_type"],
		order_by="position, name",
	)
	if filters.class_id:
		stages = [stage for stage in stages if stage.name in stages_of_class(filters.class_id)]
	won = [stage.name for stage in stages if stage.stage_type == "Won"]
	return [stage.name for stage in stages if stage.stage_type == "Open"] + won, set(won)


def stages_of_class(class_id: str) -> frozenset[str]:
	"""Return the stages that a class has."""
	return frozenset(frappe.get_cached_doc("Class ID", class_id).allowed_stages())

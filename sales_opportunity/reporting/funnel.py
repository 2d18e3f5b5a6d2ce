"""The courses of opportunities through the stages, and which stages there are."""

from collections.abc import Callable
from datetime import datetime, timedelta

import frappe
from frappe.utils import get_datetime
from pypika.terms import Term

from sales_opportunity.analysis.funnel import Course
from sales_opportunity.reporting.query import joined, seconds_between

BEGIN = datetime(2000, 1, 1)
"""From where moments are counted in seconds: as numbers they are read ten times as fast as as text."""


def get_courses(filters: frappe._dict) -> list[Course]:
	"""Return the courses of the opportunities that entered their first stage from `from_date` to `to_date`."""
	log, table = frappe.qb.DocType("Sales Opportunity Stage Log"), frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Stage Log", filters)
		.select(
			log.parent,
			log.to_stage,
			seconds_between(Term.wrap_constant(BEGIN), log.changed_on),
			table.status,
			table.class_id,
		)
		.orderby(log.parent, log.changed_on, log.idx)
		.run()
	)
	steps: dict[str, list] = {}
	deals = {}
	for name, stage, seconds, *deal in rows:
		steps.setdefault(name, []).append((stage, BEGIN + timedelta(seconds=float(seconds))))
		deals[name] = deal
	classes = {class_id for _status, class_id in deals.values()}
	available = {class_id: stages_of_class(class_id) for class_id in classes}
	courses = [
		Course(name, tuple(steps[name]), status, available[class_id])
		for name, (status, class_id) in deals.items()
	]
	entered = entered_between(filters)
	return [course for course in courses if entered(course.steps[0][1])]


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

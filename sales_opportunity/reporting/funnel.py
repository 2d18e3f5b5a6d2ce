"""The courses of opportunities through the stages, and which stages there are."""

from collections.abc import Iterator
from functools import cache

import frappe
import numpy as np
from frappe.query_builder import Criterion
from frappe.utils import getdate
from pypika.terms import Field, Term

from sales_opportunity.analysis.funnel import BEGIN, StageHistories
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.masters.origins import ORIGINS
from sales_opportunity.reporting.query import (
	EQUAL_FILTERS,
	NO_RESTRICTION,
	OPPORTUNITY,
	is_set,
	joined_with_rows,
	readable_criterion,
	seconds_between,
)

STEP = 6
"""How many values a step has that `StageHistories` need."""

PAGE = 100_000
"""About so many steps are read at a time, those of a deal together: memory holds no more, however many deals there are."""


GROUPS = ("class_id", *ORIGINS)
"""What the funnel can be grouped by: fields of the opportunity."""


def get_stage_histories(
	filters: frappe._dict,
) -> Iterator[tuple[StageHistories, np.ndarray, np.ndarray | None]]:
	"""Yield courses, part by part, which of them entered their first stage from `from_date` to `to_date`, and their groups.

	These are None if the report is not grouped; an empty one is "".
	"""
	order, final = get_funnel_stages(filters)
	available = cache(stages_of_class)

	def followed(rows: list[tuple]) -> tuple[StageHistories, np.ndarray, np.ndarray | None]:
		steps = [row[:STEP] for row in rows] if filters.group_by else rows
		courses = StageHistories(steps, order, final, available)
		groups = {row[0]: row[STEP] or "" for row in rows} if filters.group_by else {}
		return (
			courses,
			entered_between(courses, filters),
			np.array([groups[name] for name in courses.names], object) if filters.group_by else None,
		)

	yield from map(followed, get_steps(filters))  # keeps no part's rows while the next one is read


def get_steps(filters: frappe._dict) -> Iterator[list[tuple]]:
	"""Yield what `StageHistories` need of each step and the deal's group, in parts with whole courses, in no order.

	By none the database is fastest.
	"""
	log, table = frappe.qb.DocType("Sales Opportunity Stage Log"), frappe.qb.DocType("Sales Opportunity")
	query = joined_with_rows("Sales Opportunity Stage Log", filters).select(
		log.parent,
		log.to_stage,
		seconds_between(Term.wrap_constant(BEGIN), log.changed_on),
		log.idx,
		table.status,
		table.class_id,
		*([table[filters.group_by]] if filters.group_by else []),
	)
	if is_narrowed(filters):
		rows = query.limit(PAGE + 1).run()
		if len(rows) <= PAGE:
			yield from filter(None, [rows])
			return
		del rows
	for is_in_part in criteria_by_part(log.parent):
		yield from filter(None, [query.where(is_in_part).run()])


def is_narrowed(filters: frappe._dict) -> bool:
	"""Return whether the report may be about few deals of many, so that it is worth a try to read all their steps at once."""
	is_filtered = any(is_set(filters, field) for field in (*EQUAL_FILTERS, "item_group", "recurring"))
	return is_filtered or readable_criterion(OPPORTUNITY) is not NO_RESTRICTION


def criteria_by_part(name: Field) -> Iterator[Criterion]:
	"""Yield criteria on the opportunity that a step belongs to, each for a part of them, one after the other."""
	names = frappe.qb.from_(name.table).select(name).orderby(name).limit(1).offset(PAGE)
	is_behind = NO_RESTRICTION
	while end := names.where(is_behind).run():
		yield is_behind & (name <= end[0][0])
		is_behind = name > end[0][0]
	yield is_behind


def entered_between(courses: StageHistories, filters: frappe._dict) -> np.ndarray:
	"""Return which courses begin within the report's dates."""
	found = np.ones(len(courses.names), bool)
	if filters.from_date:
		found &= courses.begins >= np.datetime64(getdate(filters.from_date))
	if filters.to_date:
		found &= courses.begins < np.datetime64(getdate(filters.to_date)) + 1
	return found


def get_funnel_stages(filters: frappe._dict) -> tuple[list[str], set[str]]:
	"""Return the open stages by position with the won ones behind, and which are won; the class's if one is chosen."""
	stages = frappe.get_all(
		"Qualification Stage",
		{"stage_type": ("!=", OpportunityStatus.LOST)},
		["name", "stage_type"],
		order_by="position, name",
	)
	if filters.class_id:
		stages = [stage for stage in stages if stage.name in stages_of_class(filters.class_id)]
	won = [stage.name for stage in stages if stage.stage_type == OpportunityStatus.WON]
	return [stage.name for stage in stages if stage.stage_type == "Open"] + won, set(won)


def stages_of_class(class_id: str) -> frozenset[str]:
	"""Return the stages that a class has."""
	return frozenset(frappe.get_cached_doc("Class ID", class_id).allowed_stages())

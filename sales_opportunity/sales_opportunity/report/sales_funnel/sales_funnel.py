"""How far opportunities come through the stages, where they leave and how long they stay. See docs/metrics.md."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import partial

import frappe
import numpy as np
from frappe import _
from frappe.utils import now_datetime

from sales_opportunity.analysis.funnel import Funnel, StageFigures, StageHistories, as_days
from sales_opportunity.analysis.medians import median
from sales_opportunity.analysis.periods import start_of
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.stage_rules import STATUSES
from sales_opportunity.reporting.drill_down import bar_targets, drill_to_some
from sales_opportunity.reporting.filters import PERIODS, checked_filters
from sales_opportunity.reporting.funnel import GROUPS, get_funnel_stages, get_stage_histories
from sales_opportunity.reporting.groups import group_label, namer, sorted_groups
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import bar_chart, card, column, period_name, rounded

Part = tuple[date | None, str | None]
"""The first day of a cohort and a group, each None where the report has none."""

COUNTED = ("reached", "skipped", "advanced", "undecided", "waiting", "lost", "back")
"""The columns that count opportunities, as the stages' figures call them."""


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = checked_filters(filters, {"cohort": PERIODS, "status": STATUSES, "group_by": GROUPS})
	counted = CountedDeals(filters)
	for courses, included, groups in get_stage_histories(filters):
		counted.add(courses, included, groups)
	stages = stage_rows(counted.funnel) if counted.by_status.total() else []
	columns = explained("Sales Funnel", get_columns(filters))
	data = part_rows(filters, counted.parts) if filters.cohort or filters.group_by else stages
	return columns, data, None, get_chart(stages), get_summary(counted), True


class CountedDeals:
	"""What is counted of all courses, each seen once: the funnel, that of each cohort and group, and what became of them."""

	def __init__(self, filters: frappe._dict) -> None:
		order, final = get_funnel_stages(filters)
		new = partial(Funnel, order, final, now_datetime())
		self.cohort = filters.cohort
		self.funnel, self.parts = new(), defaultdict(new)
		self.by_status, self.days_to_won = Counter(), array("d")

	def add(self, courses: StageHistories, included: np.ndarray, groups: np.ndarray | None) -> None:
		"""Count the included ones of these courses."""
		self.funnel.add(courses, included)
		if self.cohort or groups is not None:
			for part, is_in in self.in_parts(courses, included, groups):
				self.parts[part].add(courses, is_in)
		for status in STATUSES:
			self.by_status[status] += int((included & courses.having(status)).sum())
		won = included & courses.having(OpportunityStatus.WON)
		self.days_to_won.frombytes(as_days(courses.ends - courses.begins)[won].tobytes())

	def in_parts(
		self, courses: StageHistories, included: np.ndarray, groups: np.ndarray | None
	) -> Iterator[tuple[Part, np.ndarray]]:
		"""Yield each cohort and group, and which of the included courses are of it."""
		for start, begins in self.starts(courses) if self.cohort else [(None, included)]:
			is_in = included & begins
			if groups is None:
				yield (start, None), is_in
			else:
				yield from (((start, group), is_in & (groups == group)) for group in set(groups[is_in]))

	def starts(self, courses: StageHistories) -> Iterator[tuple[date, np.ndarray]]:
		"""Yield the first days of the periods in which courses begin, and which ones."""
		begins, places = np.unique(courses.begins.astype("datetime64[M]"), return_inverse=True)
		starts = [start_of(begin, self.cohort) for begin in begins.astype(date)]
		for start in set(starts):
			yield start, np.array([each == start for each in starts])[places]


def get_columns(filters: frappe._dict) -> list[dict]:
	cohort = [column("cohort", _("Entered in"), width=110)] if filters.cohort else []
	group = [column("group", group_label(filters.group_by), width=160)] if filters.group_by else []
	return [
		*cohort,
		*group,
		column("stage", _("Qualification Stage"), width=180),
		column("reached", _("Reached"), "Int", 100, drill="reached"),
		column("skipped", _("Skipped This Stage"), "Int", 160, drill="skipped"),
		column("advanced", _("Went Further"), "Int", 120, drill="advanced"),
		column("conversion", _("Conversion Rate", context="Report"), "Percent", 150, drill="decided"),
		column("undecided", _("Still Undecided"), "Int", 150, drill="undecided"),
		column("waiting", _("Open Here"), "Int", 110, drill="waiting"),
		column("lost", _("Lost Here"), "Int", 110, drill="lost"),
		column("back", _("Went Back"), "Int", 110, drill="back"),
		column("median_days", _("Median Days"), "Float", 120, precision=1, drill="entered"),
	]


def part_rows(filters: frappe._dict, parts: dict[Part, Funnel]) -> list[dict]:
	"""Return one row per cohort, group and stage."""
	starts, groups = {start for start, _group in parts}, {group for _start, group in parts}
	if filters.group_by:
		groups, name = sorted_groups(filters.group_by, groups), namer(filters.group_by, filters)
	return [
		{
			**({"cohort": period_name(start, filters.cohort)} if start else {}),
			**({"group": name(group)} if filters.group_by else {}),
			**row,
		}
		for start in sorted(starts, key=str)
		for group in groups
		if (start, group) in parts
		for row in stage_rows(parts[start, group])
	]


def get_chart(rows: list[dict]) -> dict | None:
	"""Return how many reached each stage, all cohorts and groups together."""
	return bar_chart(
		[row["stage"] for row in rows],
		{_("Reached"): [row["reached"] for row in rows]},
		targets=bar_targets(rows, "reached"),
	)


def get_summary(counted: CountedDeals) -> list[dict] | None:
	if not counted.by_status.total():
		return None
	won, lost = counted.by_status[OpportunityStatus.WON], counted.by_status[OpportunityStatus.LOST]
	return [
		card(_("Opportunities", context="Report"), counted.by_status.total()),
		card(_("Won"), won, indicator="Green"),
		card(_("Lost"), lost, indicator="Red"),
		card(_("Win Rate"), round(100 * won / (won + lost), 1) if won + lost else None, "Percent"),
		card(_("Days to a Won Deal (Median)"), rounded(median(counted.days_to_won), 1), "Float"),
	]


def stage_rows(found: Funnel) -> list[dict]:
	"""Return one row per stage."""
	return [stage_row(stage) for stage in found.figures]


def stage_row(stage: StageFigures) -> dict:
	"""Return the row of a stage; each figure leads to its deals."""
	groups = {key: getattr(stage, key) for key in (*COUNTED, "decided", "entered")}
	return {
		"stage": _(stage.stage, context="Qualification Stage"),
		**{key: groups[key].count for key in COUNTED},
		"conversion": None if stage.conversion is None else rounded(100 * stage.conversion, 1),
		"median_days": rounded(stage.median_days, 1),
		"drill": {key: drill_to_some(group.names, group.count) for key, group in groups.items()},
	}

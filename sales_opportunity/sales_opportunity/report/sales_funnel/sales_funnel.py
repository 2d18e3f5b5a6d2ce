"""How far opportunities come through the stages, where they leave and how long they stay. See docs/metrics.md."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_opportunity.analysis.funnel import Course, StageFigures, days_between, funnel
from sales_opportunity.analysis.medians import median
from sales_opportunity.analysis.periods import start_of
from sales_opportunity.deal.stage_rules import CLOSED, STATUSES
from sales_opportunity.reporting.drill_down import bar_targets, drill_by_names
from sales_opportunity.reporting.filters import PERIODS, chosen
from sales_opportunity.reporting.funnel import get_courses, get_funnel_stages
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import bar_chart, card, column, period_name, rounded

COUNTED = ("reached", "skipped", "advanced", "undecided", "waiting", "lost", "back")
"""The columns that count opportunities, as the stages' figures call them."""


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = chosen(filters, {"cohort": PERIODS, "status": STATUSES})
	courses = get_courses(filters)
	stages = stage_rows(filters, courses)
	data = cohort_rows(filters, courses) if filters.cohort else stages
	columns = explained("Sales Funnel", get_columns(filters))
	return columns, data, None, get_chart(stages), get_summary(courses), True


def get_columns(filters: frappe._dict) -> list[dict]:
	cohort = [column("cohort", _("Entered in"), width=110)] if filters.cohort else []
	return [
		*cohort,
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


def cohort_rows(filters: frappe._dict, courses: list[Course]) -> list[dict]:
	"""Return one row per cohort and stage."""
	cohorts: dict = {}
	for course in courses:
		cohorts.setdefault(start_of(course.steps[0][1].date(), filters.cohort), []).append(course)
	return [
		{"cohort": period_name(start, filters.cohort), **row}
		for start in sorted(cohorts)
		for row in stage_rows(filters, cohorts[start])
	]


def get_chart(rows: list[dict]) -> dict | None:
	"""Return how many reached each stage, all cohorts together."""
	return bar_chart(
		[row["stage"] for row in rows],
		{_("Reached"): [row["reached"] for row in rows]},
		targets=bar_targets(rows, "reached"),
	)


def get_summary(courses: list[Course]) -> list[dict] | None:
	if not courses:
		return None
	by_status = {status: sum(course.status == status for course in courses) for status in CLOSED}
	closed = by_status["Won"] + by_status["Lost"]
	return [
		card(_("Opportunities", context="Report"), len(courses)),
		card(_("Won"), by_status["Won"], indicator="Green"),
		card(_("Lost"), by_status["Lost"], indicator="Red"),
		card(_("Win Rate"), round(100 * by_status["Won"] / closed, 1) if closed else None, "Percent"),
		card(_("Days to a Won Deal (Median)"), days_to_won(courses), "Float"),
	]


def days_to_won(courses: list[Course]) -> float | None:
	"""Return the median time from the first stage to the won one, of the won opportunities."""
	found = median(
		days_between(course.steps[0][1], course.steps[-1][1]) for course in courses if course.status == "Won"
	)
	return rounded(found, 1)


def stage_rows(filters: frappe._dict, courses: list[Course]) -> list[dict]:
	"""Return one row per stage, none without courses."""
	return (
		[stage_row(stage) for stage in funnel(courses, *get_funnel_stages(filters), now_datetime())]
		if courses
		else []
	)


def stage_row(stage: StageFigures) -> dict:
	names = {key: list(dict.fromkeys(getattr(stage, key))) for key in (*COUNTED, "decided", "entered")}
	return {
		"stage": _(stage.stage, context="Qualification Stage"),
		**{key: len(names[key]) for key in COUNTED},
		"conversion": None if stage.conversion is None else rounded(100 * stage.conversion, 1),
		"median_days": rounded(stage.median_days, 1),
		"drill": drill_by_names(names),
	}

"""Figures that the framework reckons for charts and forms, of whatever it is asked for: here of what the user may read.

Those that a request calls take the places of the framework's own, by the hook `override_whitelisted_methods`.
"""

from collections import Counter, defaultdict
from datetime import date, datetime
from statistics import fmean
from typing import Any

import frappe
from frappe import _
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.utils import cint, flt, get_datetime, getdate, goal
from frappe.workflow.doctype.workflow import workflow

from sales_opportunity.access.permissions import require, require_field
from sales_opportunity.overrides.permission_checks import parent_of, tells_of_deals

AGGREGATIONS = frozenset({"sum", "avg", "count", "min", "max"})
AGGREGATE = {"Count": len, "Sum": sum, "Average": fmean}
POINTS_BY = frozenset({"type", "reference_doctype", "rule"})
USER_PROFILE = "frappe.desk.page.user_profile.user_profile"
"""A module that 16 does not have any more."""


@frappe.whitelist()
def get_chart(chart_name: str | None = None, chart: Any = None, **options: Any) -> Any:
	"""Answer a chart of the desk; of a heatmap the framework would ask the database for all documents, and by any expression."""
	asked = (
		frappe.get_doc("Dashboard Chart", chart_name)
		if chart_name
		else frappe._dict(frappe.parse_json(chart))
	)
	if asked.type != "Heatmap" or asked.chart_type == "Group By":
		return frappe.call(dashboard_chart.get, chart_name=chart_name, chart=chart, **options)
	conditions = frappe.parse_json(options.get("filters")) or frappe.parse_json(asked.filters_json) or []
	year = cint(options.get("heatmap_year") or asked.heatmap_year) or getdate().year
	return heatmap(asked, conditions, year)


def heatmap(chart: Any, conditions: list, year: int) -> dict:
	"""Return what a year's documents that the user may read come to by day: `dataPoints` by seconds since 1970."""
	doctype, day, value = chart.document_type, chart.based_on, chart.value_based_on
	require_columns(doctype, day, value or "name")
	rows = frappe.get_list(
		doctype,
		fields=[day, value or "name"],
		filters=[
			*conditions,
			[doctype, "docstatus", "<", 2],
			[doctype, day, "between", [f"{year}-01-01", f"{year}-12-31"]],
		],
		order_by=f"`tab{doctype}`.`{day}` asc",
		limit=0,
		as_list=True,
		parent_doctype=parent_of(doctype),
	)
	moments: dict[date, datetime] = {}
	values = defaultdict(list)
	for row in rows:
		moments.setdefault(getdate(row[0]), get_datetime(row[0]))
		values[getdate(row[0])].append(flt(row[-1]) if value else 1)
	aggregate = AGGREGATE[chart.chart_type]
	points = {int(moment.timestamp()): aggregate(values[on]) for on, moment in moments.items()}
	return {"labels": [], "dataPoints": points}


@frappe.whitelist()
def get_monthly_goal_graph_data(
	doctype: str,
	goal_doctype: str,
	goal_doctype_link: str,
	goal_field: str,
	date_field: str,
	aggregation: str = "sum",
	filters: str | dict | None = None,
	**options: Any,
) -> dict:
	"""Return the figures of a form's monthly goal as the framework does, by fields that the user may read; none of deals.

	The framework would put what it is sent as `aggregation` into its query as it is.
	"""
	is_refused = tells_of_deals(doctype) or tells_of_deals(goal_doctype)
	if is_refused or aggregation.lower() not in AGGREGATIONS:
		frappe.throw(_("No permission for {0}").format(_(goal_doctype)), frappe.PermissionError)
	names = [goal_field, date_field, *(frappe.parse_json(filters) or {})]
	require_columns(goal_doctype, *names, *([goal_doctype_link] if doctype != goal_doctype else []))
	return frappe.call(
		goal.get_monthly_goal_graph_data,
		doctype=doctype,
		goal_doctype=goal_doctype,
		goal_doctype_link=goal_doctype_link,
		goal_field=goal_field,
		date_field=date_field,
		aggregation=aggregation,
		filters=filters,
		**options,
	)


@frappe.whitelist()
def get_energy_points_percentage_chart_data(user: str, field: str) -> dict:
	"""Return how a user's points are divided as the framework does, which would tell the documents and reasons, too."""
	if field not in POINTS_BY:
		frappe.throw(_("No permission for {0}").format(field), frappe.PermissionError)
	return frappe.get_attr(f"{USER_PROFILE}.get_energy_points_percentage_chart_data")(user, field)


@frappe.whitelist()
def get_workflow_state_count(doctype: str, workflow_state_field: str, states: str | list) -> list:
	"""Return how many documents have each value of a field but for `states`, of deals those that the user may read."""
	require_columns(doctype, workflow_state_field)
	if not tells_of_deals(doctype):
		return workflow.get_workflow_state_count(doctype, workflow_state_field, states)
	unwanted = {workflow_state_field: ("not in", frappe.parse_json(states))}
	values = frappe.get_list(
		doctype, unwanted, pluck=workflow_state_field, limit=0, parent_doctype=parent_of(doctype)
	)
	return [
		{workflow_state_field: value, "count": count} for value, count in Counter(values).items() if value
	]


def require_columns(doctype: str, *fieldnames: str) -> None:
	"""Raise `frappe.PermissionError` for a DocType or a field that the user may not read, and for what is no field's name."""
	parent = parent_of(doctype)
	require(parent or doctype)
	for fieldname in fieldnames:
		require_field(doctype, fieldname, parent)

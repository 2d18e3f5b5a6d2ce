"""Configured probabilities against what came of the opportunities that were in each stage."""

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.analysis.win_rates import Proposal, proposals

MAX_BARS = 16
BLUE, GREEN, GREY = "#2490ef", "#28a745", "#98a1a9"


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary: what is configured, measured and proposed by stage."""
	filters = frappe._dict(filters or {})
	by_class = filters.grouping != "Stage"
	found = [
		proposal
		for proposal in proposals(by_class, getdate(filters.since) if filters.since else None)
		if filters.class_id in (None, "", proposal.class_id) or not by_class
	]
	return get_columns(by_class), get_data(found), None, get_chart(found), get_summary(found)


def get_columns(by_class: bool) -> list[dict]:
	"""Return the columns; without classes there is none of the class."""
	class_columns = [
		{
			"fieldname": "class_id",
			"label": _("Class ID"),
			"fieldtype": "Link",
			"options": "Class ID",
			"width": 130,
		}
	]
	return [
		*(class_columns if by_class else []),
		{
			"fieldname": "stage",
			"label": _("Qualification Stage"),
			"fieldtype": "Link",
			"options": "Qualification Stage",
			"width": 160,
		},
		percent("configured", _("Configured"), 110),
		percent("measured", _("Measured"), 110),
		{"fieldname": "count", "label": _("Sample"), "fieldtype": "Int", "width": 110},
		percent("calibrated", _("Calibrated"), 190),
		percent("lower", _("Interval From"), 130),
		percent("upper", _("Interval To"), 130),
		{"fieldname": "assessment", "label": _("Assessment"), "fieldtype": "Data", "width": 180},
		{"fieldname": "statement", "label": _("Statement"), "fieldtype": "Data", "width": 440},
	]


def percent(fieldname: str, title: str, width: int) -> dict:
	return {"fieldname": fieldname, "label": title, "fieldtype": "Percent", "width": width, "precision": 0}


def get_data(found: list[Proposal]) -> list[dict]:
	"""Return one row for each proposal, in the order of classes and stages."""
	return [to_row(proposal) for proposal in found]


def to_row(proposal: Proposal) -> dict:
	numbers = proposal.calibration
	return {
		"class_id": proposal.class_id,
		"stage": proposal.stage,
		"configured": numbers.configured,
		"measured": None if numbers.measured is None else round(numbers.measured, 1),
		"count": numbers.count,
		"calibrated": numbers.calibrated,
		"lower": round(numbers.lower, 1),
		"upper": round(numbers.upper, 1),
		"assessment": assessment(proposal),
		"statement": statement(proposal),
		"can_adopt": proposal.is_enough and numbers.calibrated != numbers.configured,
		"indicator": indicator(proposal),
	}


def assessment(proposal: Proposal) -> str:
	"""Return in two words what to think of the configured probability."""
	if not proposal.is_enough:
		return _("Sample Too Small")
	return _("Off the Mark") if proposal.calibration.is_off else _("Fits")


def indicator(proposal: Proposal) -> str:
	"""Return the colour of the assessment."""
	if not proposal.is_enough:
		return "gray"
	return "red" if proposal.calibration.is_off else "green"


def statement(proposal: Proposal) -> str:
	"""Return the finding in one sentence."""
	numbers = proposal.calibration
	if numbers.measured is None:
		return _("configured {0} %, nothing closed yet").format(f"{numbers.configured:g}")
	return _("configured {0} %, measured {1} % (n = {2}), 90 % interval {3}–{4}").format(
		f"{numbers.configured:g}",
		round(numbers.measured),
		numbers.count,
		round(numbers.lower),
		round(numbers.upper),
	)


def get_chart(found: list[Proposal]) -> dict | None:
	"""Return configured, measured and calibrated probability of the stages with enough opportunities.

	Of more than 16 bars those with the largest samples are shown.
	"""
	enough = sorted(
		(proposal for proposal in found if proposal.is_enough),
		key=lambda proposal: -proposal.calibration.count,
	)
	shown = [proposal for proposal in found if proposal in enough[:MAX_BARS]]
	if not shown:
		return None
	numbers = [proposal.calibration for proposal in shown]
	return {
		"type": "bar",
		"data": {
			"labels": [" ".join(filter(None, (one.class_id, _(one.stage)))) for one in shown],
			"datasets": [
				{"name": _("Configured"), "values": [one.configured for one in numbers]},
				{"name": _("Measured"), "values": [round(one.measured, 1) for one in numbers]},
				{"name": _("Calibrated"), "values": [one.calibrated for one in numbers]},
			],
		},
		"colors": [GREY, GREEN, BLUE],
		"fieldtype": "Percent",
	}


def get_summary(found: list[Proposal]) -> list[dict]:
	"""Return how many probabilities were looked at, how many can be judged and how many are off."""
	enough = [proposal for proposal in found if proposal.is_enough]
	off = [proposal for proposal in enough if proposal.calibration.is_off]
	return [
		{"label": _("Probabilities"), "value": len(found), "datatype": "Int", "indicator": "Blue"},
		{"label": _("Sample Large Enough"), "value": len(enough), "datatype": "Int", "indicator": "Blue"},
		{
			"label": _("Off the Mark"),
			"value": len(off),
			"datatype": "Int",
			"indicator": "Red" if off else "Green",
		},
	]

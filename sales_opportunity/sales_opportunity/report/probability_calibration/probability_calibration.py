"""Configured probabilities against what came of the opportunities that were in each stage."""

from datetime import date
from typing import Any

import frappe
from frappe import _

from sales_opportunity.analysis.calibration import whole_percent
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.reporting.drill_down import drill_to_list, without_frames
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import BLUE, GRAY, GREEN, bar_chart, card, column, rounded
from sales_opportunity.reporting.query import OPPORTUNITY, as_date
from sales_opportunity.reporting.win_rates import Proposal, proposals, smallest_sample
from sales_opportunity.texts.formatting import format_number

GROUPINGS = ("Class and Stage", "Stage")
MAX_BARS = 16


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, chart and summary: what is configured, measured and proposed by stage."""
	filters = checked_filters(filters, {"grouping": GROUPINGS})
	by_class, since = filters.grouping != "Stage", as_date(filters.since)
	found = [
		proposal
		for proposal in proposals(by_class, since)
		if filters.class_id in (None, "", proposal.class_id) or not by_class
	]
	return (
		explained("Probability Calibration", get_columns(by_class)),
		get_data(found, since),
		get_note(found),
		get_chart(found, since),
		get_summary(found),
	)


def get_note(found: list[Proposal]) -> str | None:
	"""Return what is missing if nothing can be judged yet."""
	if any(proposal.is_enough for proposal in found):
		return None
	return _("No stage has enough closed opportunities yet: at least {0}, as the settings say.").format(
		smallest_sample()
	)


def get_columns(by_class: bool) -> list[dict]:
	"""Return the columns; without classes there is none of the class."""
	class_columns = [column("class_id", _("Class ID"), "Link", 130, options="Class ID")]
	return [
		*(class_columns if by_class else []),
		column("stage", _("Qualification Stage"), "Link", 160, options="Qualification Stage"),
		percent_column("configured", _("Configured"), 110),
		percent_column("measured", _("Measured"), 110, drill="closed"),
		column("count", _("Sample", context="Report"), "Int", 110, drill="closed"),
		column("still_open", _("Still Open"), "Int", 110, drill="open"),
		percent_column("calibrated", _("Calibrated"), 190, drill="closed"),
		percent_column("lower", _("Interval From"), 130, drill="closed"),
		percent_column("upper", _("Interval To"), 130, drill="closed"),
		column("assessment", _("Assessment"), width=180),
		column("statement", _("Statement"), width=440),
	]


def percent_column(fieldname: str, label: str, width: int, **more: Any) -> dict:
	"""Return a column of whole percents."""
	return column(fieldname, label, "Percent", width, precision=0, **more)


def get_data(found: list[Proposal], since: date | None) -> list[dict]:
	"""Return one row for each proposal, in the order of classes and stages."""
	return [{**proposal_row(proposal), "drill": targets(proposal, since)} for proposal in found]


def proposal_row(proposal: Proposal) -> dict:
	"""Return the row of a stage, probabilities in %."""
	numbers = proposal.calibration
	return {
		"class_id": proposal.class_id,
		"stage": proposal.stage,
		"configured": numbers.configured,
		"measured": rounded(numbers.measured, 1),
		"count": numbers.count,
		"still_open": proposal.still_open,
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
		return _("configured {0} %, nothing closed yet").format(
			format_number(numbers.configured, frappe.local.lang)
		)
	return _("configured {0} %, measured {1} % (n = {2}), 90 % interval {3}–{4}").format(
		format_number(numbers.configured, frappe.local.lang),
		whole_percent(numbers.measured),
		numbers.count,
		whole_percent(numbers.lower),
		whole_percent(numbers.upper),
	)


def get_chart(found: list[Proposal], since: date | None) -> dict | None:
	"""Return configured, measured and calibrated probability of the stages with enough opportunities.

	Of more than 16 bars those with the largest samples are shown.
	"""
	enough = sorted(
		(proposal for proposal in found if proposal.is_enough),
		key=lambda proposal: -proposal.calibration.count,
	)
	shown = [proposal for proposal in found if proposal in enough[:MAX_BARS]]
	numbers = [proposal.calibration for proposal in shown]
	return bar_chart(
		[
			" ".join(filter(None, (one.class_id, _(one.stage, context="Qualification Stage"))))
			for one in shown
		],
		{
			_("Configured"): [one.configured for one in numbers],
			_("Measured"): [round(one.measured or 0, 1) for one in numbers],
			_("Calibrated"): [one.calibrated for one in numbers],
		},
		(GRAY, GREEN, BLUE),
		targets=[[targets(one, since).get("closed") for one in shown]] * 3,
	)


def get_summary(found: list[Proposal]) -> list[dict]:
	"""Return how many probabilities were looked at, how many can be judged and how many are off."""
	enough = [proposal for proposal in found if proposal.is_enough]
	off = [proposal for proposal in enough if proposal.calibration.is_off]
	return [
		card(_("Probabilities"), len(found)),
		card(_("Sample Large Enough"), len(enough)),
		card(_("Off the Mark"), len(off), indicator="Red" if off else "Green"),
	]


def targets(proposal: Proposal, since: date | None) -> dict:
	"""Return the lists that the figures lead to: the closed and the open opportunities that were in the stage."""
	filters = {"Sales Opportunity Stage Log.to_stage": proposal.stage, **without_frames()}
	if proposal.class_id:
		filters["class_id"] = proposal.class_id
	closed = {**filters, "status": ["in", list(CLOSED)]}
	if since:
		closed["closed_on"] = [">=", str(since)]
	found = {}
	if proposal.calibration.count:
		found["closed"] = drill_to_list(OPPORTUNITY, closed)
	if proposal.still_open:
		found["open"] = drill_to_list(OPPORTUNITY, {**filters, "status": "Open"})
	return found

"""How many of the opportunities that came to a stage were won, and which probability follows from that."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder.functions import Count

from sales_opportunity.analysis.calibration import Calibration, calibrate
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.reporting.query import OPPORTUNITY, is_counted, readable_criterion
from sales_opportunity.reporting.snapshots import start_of_day

DEFAULT_STRENGTH = 10
DEFAULT_MINIMUM = 20


@dataclass(frozen=True)
class Proposal:
	"""What the probability of a stage should be, for one class or, without one, for all."""

	class_id: str | None
	stage: str
	calibration: Calibration
	is_enough: bool
	"""Whether the sample is large enough to go by it."""
	still_open: int
	"""How many that were in the stage have no outcome yet; the sample is without them."""


def proposals(by_class: bool, since: date | None = None, all_opportunities: bool = False) -> list[Proposal]:
	"""Return a proposal for each open stage, of each enabled class or for all classes together.

	Closed opportunities count, those closed before `since` do not; open ones say nothing yet and are told apart. They are those that
	the user may read or, with `all_opportunities`, all.
	"""
	results = count_outcomes(by_class, since, all_opportunities)
	if by_class:
		classes = frappe.get_all("Class ID", {"enabled": 1}, pluck="name", order_by="name")
		return [
			proposal_for_stage(class_id, stage, results)
			for class_id in classes
			for stage in frappe.get_cached_doc("Class ID", class_id).allowed_stages()
			if is_open(stage)
		]
	stages = frappe.get_all("Qualification Stage", {"enabled": 1}, pluck="name", order_by="position, name")
	return [proposal_for_stage(None, stage, results) for stage in stages if is_open(stage)]


def proposal_for_stage(class_id: str | None, stage: str, results: Counter) -> Proposal:
	"""Return the proposal for a stage from the numbers of opportunities by class, stage and status."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	configured = configured_probability(class_id, stage)
	found = calibrate(
		configured,
		won=results[class_id, stage, OpportunityStatus.WON],
		lost=results[class_id, stage, OpportunityStatus.LOST],
		strength=settings.calibration_strength or DEFAULT_STRENGTH,
		prior=prior_of(class_id, stage, configured),
	)
	still_open = results[class_id, stage, "Open"]
	return Proposal(class_id, stage, found, found.count >= smallest_sample(), still_open)


def smallest_sample() -> int:
	"""Return from how many closed opportunities on a probability is judged."""
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	return settings.calibration_minimum or DEFAULT_MINIMUM


def count_outcomes(by_class: bool, since: date | None, all_opportunities: bool) -> Counter:
	"""Return how many opportunities there are by class (None: all together), stage and status.

	An opportunity counts once in each stage that it was ever in, however often it came back to it.
	"""
	log = frappe.qb.DocType("Sales Opportunity Stage Log")
	opportunity = frappe.qb.DocType("Sales Opportunity")
	query = (
		frappe.qb.from_(log)
		.join(opportunity)
		.on(opportunity.name == log.parent)
		.where((log.parenttype == "Sales Opportunity") & is_counted(opportunity))
		.groupby(opportunity.class_id, log.to_stage, opportunity.status)
		.select(opportunity.class_id, log.to_stage, opportunity.status, Count(opportunity.name).distinct())
	)
	if since:
		query = query.where((opportunity.closed_on >= start_of_day(since)) | (opportunity.status == "Open"))
	if not all_opportunities:
		query = query.where(readable_criterion(OPPORTUNITY))
	results = Counter()
	for class_id, stage, status, count in query.run():
		results[class_id if by_class else None, stage, status] += count
	return results


def configured_probability(class_id: str | None, stage: str) -> float:
	"""Return the probability in % that applies now."""
	if class_id:
		return frappe.get_cached_doc("Class ID", class_id).probability_of(stage)
	return frappe.get_cached_value("Qualification Stage", stage, "probability")


def prior_of(class_id: str | None, stage: str, configured: float) -> float | None:
	"""Return what a person had configured before the probability that applies now was adopted; None if it was not."""
	filters = {"stage": stage, "status": "Applied", "probability": configured}
	if class_id and frappe.get_cached_doc("Class ID", class_id).has_own_probability(stage):
		filters["class_id"] = class_id
	else:
		filters["class_id"] = ("is", "not set")
	return frappe.db.get_value(
		"Sales Probability Adoption", filters, "previous_probability", order_by="applied_on desc"
	)


def is_open(stage: str) -> bool:
	"""Return whether deals in a stage are open now, whatever the stage was when they were in it."""
	return frappe.get_cached_value("Qualification Stage", stage, "stage_type") == "Open"

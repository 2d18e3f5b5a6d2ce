from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.probability_sync import update_probabilities
from sales_opportunity.framework.jobs import each_by_itself
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.inputs.values import read_date
from sales_opportunity.reporting.win_rates import Proposal, count_outcomes, prior_of, proposal_for_stage


class SampleTooSmallError(frappe.ValidationError):
	pass


class EffectiveDateError(frappe.ValidationError):
	pass


class AppliedAdoptionError(frappe.ValidationError):
	pass


class SalesProbabilityAdoption(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		applied_on: DF.Datetime | None
		class_id: DF.Link | None
		effective_on: DF.Date
		lost: DF.Int
		lower: DF.Percent
		open_follow: DF.Check
		previous_probability: DF.Percent
		probability: DF.Percent
		stage: DF.Link
		status: DF.Literal["Planned", "Applied", "Dropped"]
		upper: DF.Percent
		won: DF.Int
	# end: auto-generated types

	def on_trash(self) -> None:
		self.validate_not_applied()

	def validate_not_applied(self) -> None:
		"""Raise `AppliedAdoptionError` if the probability was adopted."""
		if self.status == "Applied":
			frappe.throw(
				_("{0} was applied and stays as a record. Only planned adoptions can be deleted.").format(
					frappe.bold(self.name)
				),
				AppliedAdoptionError,
			)

	def apply(self) -> None:
		"""Set the probability of class or stage, and let the open opportunities follow if that was chosen.

		The adoption is dropped if the class does not have the stage any more.
		"""
		if (
			self.class_id
			and self.stage not in frappe.get_cached_doc("Class ID", self.class_id).allowed_stages()
		):
			self.db_set("status", "Dropped")
			return
		if self.class_id:
			set_probability_of_class(self.class_id, self.stage, self.probability)
		else:
			stage = frappe.get_doc("Qualification Stage", self.stage, for_update=True)
			stage.probability = self.probability
			stage.save()
		self.db_set({"status": "Applied", "applied_on": now_datetime()})
		if self.open_follow:
			update_probabilities([self.stage], self.class_id)


def set_probability_of_class(class_id: str, stage: str, probability: float) -> None:
	"""Give the class a probability of its own in the stage.

	A class without a list of stages, which has all, gets the list of those that it has now.
	"""
	class_doc = frappe.get_doc("Class ID", class_id, for_update=True)
	if not class_doc.stages:
		for name in class_doc.allowed_stages():
			class_doc.append("stages", {"stage": name})
	row = next(row for row in class_doc.stages if row.stage == stage)
	row.update({"has_own_probability": 1, "probability": probability})
	class_doc.save()


@whitelist(methods=["POST"])
@retried
def adopt(
	stage: str,
	class_id: str | None = None,
	effective_on: str | None = None,
	since: str | None = None,
	open_follow: bool = False,
) -> dict:
	"""Adopt the calibrated probability of a stage, for one class or for all, from today or a later day on.

	It is measured anew over all opportunities that were closed since the day `since`, whoever may read them. Returns
	name, status (Applied, or Planned for a later day) and probability in %. A planned one of the same class and stage
	is replaced. With `open_follow`, open opportunities take the probability over when it is applied.

	Raises `frappe.PermissionError` without write permission on the class or the stage, `SampleTooSmallError` if
	too few were closed, `EffectiveDateError` for a day in the past.
	"""
	frappe.get_cached_doc("Qualification Stage", stage)
	if class_id:
		require("Class ID", "write", doc=class_id)
	else:
		require("Qualification Stage", "write", doc=stage)
	if open_follow:
		require("Qualification Stage", "write")
	day = validate_effective_date(effective_on)
	results = count_outcomes(bool(class_id), read_date(since, _("Since")), all_opportunities=True)
	proposal = proposal_for_stage(class_id or None, stage, results)
	validate_sample(proposal)
	delete_planned(proposal)
	doc = frappe.new_doc("Sales Probability Adoption")
	doc.update({**to_values(proposal), "effective_on": day, "open_follow": bool(open_follow)})
	# No role may create adoptions by hand; write permission on what they change was checked above.
	doc.insert(ignore_permissions=True)
	if day == getdate():
		doc.apply()
	return {"name": doc.name, "status": doc.status, "probability": doc.probability}


def validate_effective_date(effective_on: str | None) -> date:
	"""Return the day, by default today."""
	day = read_date(effective_on, _("Effective On")) or getdate()
	if day < getdate():
		frappe.throw(_("A probability can be adopted from today on, not for the past."), EffectiveDateError)
	return day


def validate_sample(proposal: Proposal) -> None:
	"""Raise `SampleTooSmallError` if too few closed deals speak for the proposal."""
	if not proposal.is_enough:
		frappe.throw(
			_("Only {0} opportunities that were in stage {1} are closed: too few to go by.").format(
				proposal.calibration.count, frappe.bold(_(proposal.stage, context="Qualification Stage"))
			),
			SampleTooSmallError,
		)


def delete_planned(proposal: Proposal) -> None:
	"""Delete what was planned for the same class and stage, so that the latest decision counts."""
	filters = {
		"class_id": proposal.class_id or ("is", "not set"),
		"stage": proposal.stage,
		"status": "Planned",
	}
	for name in frappe.db.get_values("Sales Probability Adoption", filters, for_update=True, pluck=True):
		# Who may change the class or the stage may replace what was planned for it.
		frappe.delete_doc("Sales Probability Adoption", name, ignore_permissions=True)


def to_values(proposal: Proposal) -> dict:
	"""Return the fields of the record that says that a proposal was adopted."""
	found = proposal.calibration
	prior = prior_of(proposal.class_id, proposal.stage, found.configured)
	return {
		"class_id": proposal.class_id,
		"stage": proposal.stage,
		"previous_probability": found.configured if prior is None else prior,
		"probability": found.calibrated,
		"won": found.won,
		"lost": found.lost,
		"lower": found.lower,
		"upper": found.upper,
	}


def apply_due() -> None:
	"""Apply the planned adoptions whose day has come (daily job).

	Each is a transaction of its own: one that fails is logged, tried again the next day, and does not keep the others.
	"""
	due = {"status": "Planned", "effective_on": ("<=", getdate())}
	names = frappe.get_all("Sales Probability Adoption", due, pluck="name", order_by="effective_on, creation")
	each_by_itself(
		"Sales Probability Adoption", names, apply_planned, "Adopted probability could not be applied"
	)


@retried
def apply_planned(name: str) -> None:
	"""Apply one adoption unless it was applied or dropped meanwhile."""
	adoption = frappe.get_doc("Sales Probability Adoption", name, for_update=True)
	if adoption.status == "Planned":
		adoption.apply()

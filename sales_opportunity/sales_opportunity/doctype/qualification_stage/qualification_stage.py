import frappe
from frappe import _

from sales_opportunity.deal.probability_sync import update_for_stage
from sales_opportunity.deal.stage_rules import (
	FIXED_PROBABILITY,
	is_probability_allowed,
)
from sales_opportunity.inputs.documents import CheckedDocument


class ProbabilityNotAllowedError(frappe.ValidationError):
	pass


class QualificationStage(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		color: DF.Literal[
			"blue", "cyan", "gray", "green", "light-blue", "orange", "pink", "purple", "red", "yellow"
		]
		description: DF.SmallText | None
		enabled: DF.Check
		forecast_category: DF.Literal["Pipeline", "Best Case", "Commit", "Closed", "Omitted"]
		position: DF.Int
		probability: DF.Percent
		requires_expected_close_date: DF.Check
		requires_issued_quote: DF.Check
		requires_items: DF.Check
		requires_next_activity: DF.Check
		requires_source: DF.Check
		stage_name: DF.Data
		stage_type: DF.Literal["Open", "Won", "Lost"]
		stalled_after_days: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_probability()
		self.validate_type_is_unused()

	def on_update(self) -> None:
		self.update_open_opportunities()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		if merge:
			self.validate_same_type(new)

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		if merge:
			list_once(new)
			update_for_stage(frappe.get_doc("Qualification Stage", new))

	def validate_probability(self) -> None:
		"""Raise `ProbabilityNotAllowedError` for a probability that a stage of this type cannot have."""
		if is_probability_allowed(self.stage_type, self.probability or 0):
			return
		if self.stage_type in FIXED_PROBABILITY:
			message = _("The probability of a stage of type {0} is always {1} %.").format(
				_(self.stage_type, context=self.doctype), int(FIXED_PROBABILITY[self.stage_type])
			)
		else:
			message = _("The probability must lie between 0 and 100 %.")
		frappe.throw(message, ProbabilityNotAllowedError)

	def validate_type_is_unused(self) -> None:
		"""Raise `frappe.ValidationError` if the type changes while opportunities are in the stage."""
		if self.is_new() or not self.has_value_changed("stage_type"):
			return
		if frappe.db.exists("Sales Opportunity", {"stage": self.name}):
			frappe.throw(
				_(
					"The type cannot be changed while opportunities are in this stage. Create a new stage instead."
				)
			)

	def validate_same_type(self, other: str) -> None:
		"""Raise `frappe.ValidationError` if the stage to merge with is of another type."""
		if frappe.db.get_value("Qualification Stage", other, "stage_type") != self.stage_type:
			frappe.throw(
				_("{0} is of another type. Only stages of the same type can be merged.").format(
					frappe.bold(_(other, context="Qualification Stage"))
				)
			)

	def update_open_opportunities(self) -> None:
		"""Let the stage's open opportunities follow its stall limit and forecast category."""
		if self.has_value_changed("stalled_after_days") or self.has_value_changed("forecast_category"):
			update_for_stage(self)


def list_once(stage: str) -> None:
	"""Leave each class one row for a stage that another one was merged into."""
	rows = frappe.get_all(
		"Class ID Stage", {"stage": stage}, ["name", "parent"], order_by="parent asc, idx asc"
	)
	classes = set()
	for row in rows:
		if row.parent in classes:
			frappe.db.delete("Class ID Stage", {"name": row.name})
		classes.add(row.parent)

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from sales_opportunity.access.permissions import require
from sales_opportunity.activities.cadence_rules import LONGEST_WAIT, STAGE_ENTERED
from sales_opportunity.deal.stage_rules import is_probability_allowed
from sales_opportunity.files.going_documents import attach_documents, validate_documents
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.sales_opportunity.doctype.class_id.attributes import (
	prepare_attributes,
	sync_all_fields,
	sync_fields,
)
from sales_opportunity.texts.formatting import format_number, format_percent


class MissingStageError(frappe.ValidationError):
	pass


class CadenceError(frappe.ValidationError):
	"""A step of the cadence cannot be like that."""


class ClassID(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.class_id_attribute.class_id_attribute import (
			ClassIDAttribute,
		)
		from sales_opportunity.sales_opportunity.doctype.class_id_cadence_step.class_id_cadence_step import (
			ClassIDCadenceStep,
		)
		from sales_opportunity.sales_opportunity.doctype.class_id_member.class_id_member import ClassIDMember
		from sales_opportunity.sales_opportunity.doctype.class_id_stage.class_id_stage import ClassIDStage
		from sales_opportunity.sales_opportunity.doctype.sales_document.sales_document import SalesDocument

		attributes: DF.Table[ClassIDAttribute]
		cadence: DF.Table[ClassIDCadenceStep]
		cadence_skips_weekends: DF.Check
		class_id: DF.Data
		default_currency: DF.Link | None
		default_owner: DF.Link | None
		description: DF.SmallText | None
		documents: DF.Table[SalesDocument]
		enabled: DF.Check
		fixed_company: DF.Data | None
		last_owner: DF.Link | None
		letter_head: DF.Link | None
		members: DF.Table[ClassIDMember]
		owner_rule: DF.Literal["Creator", "Fixed User", "Round Robin"]
		prices_include_tax: DF.Check
		print_format: DF.Link | None
		quote_naming_series: DF.Data | None
		show_item_pictures: DF.Check
		stages: DF.Table[ClassIDStage]
		terms_template: DF.Data | None
		title: DF.Data
		validity_days: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		self.keep_last_owner()
		self.validate_stages()
		self.validate_owner_rule()
		self.validate_cadence()
		prepare_attributes(self)
		validate_documents(self, self.documents)

	def on_update(self) -> None:
		attach_documents(self, self.documents)
		sync_fields(self)

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		sync_all_fields()

	def after_delete(self) -> None:
		sync_all_fields()

	def keep_last_owner(self) -> None:
		"""Keep whose turn it was: opportunities may have been created since the form was opened."""
		if not self.is_new():
			self.last_owner = frappe.db.get_value("Class ID", self.name, "last_owner", for_update=True)

	def validate_stages(self) -> None:
		"""Set the probabilities that the class leaves to the stages.

		Raises `frappe.ValidationError` for a stage that is listed twice, and for a probability that its type cannot have.
		"""
		seen = set()
		for row in self.stages:
			if row.stage in seen:
				frappe.throw(
					_("Row #{0}: Stage {1} is already in the list.").format(
						row.idx, _(row.stage, context="Qualification Stage")
					)
				)
			seen.add(row.stage)
			if row.has_own_probability:
				stage_type = frappe.get_cached_value("Qualification Stage", row.stage, "stage_type")
				if not is_probability_allowed(stage_type, row.probability or 0):
					frappe.throw(
						_("Row #{0}: {1} % is not a possible probability of a stage of type {2}.").format(
							row.idx,
							format_number(row.probability or 0, frappe.local.lang),
							_(stage_type, context="Qualification Stage"),
						)
					)
			else:
				row.probability = frappe.get_cached_value("Qualification Stage", row.stage, "probability")

	def validate_owner_rule(self) -> None:
		"""Raise `frappe.ValidationError` if the rule lacks the people that it chooses from."""
		if self.owner_rule == "Round Robin" and not self.members:
			frappe.throw(_("Round robin needs at least one member."))
		if self.owner_rule == "Fixed User" and not self.default_owner:
			frappe.throw(_("Enter the user who owns the opportunities of this class."))

	def validate_cadence(self) -> None:
		"""Raise `CadenceError` for a step that could never be proposed; a step after a quote belongs to no stage."""
		for row in self.cadence:
			if not 0 <= cint(row.days_after) <= LONGEST_WAIT:
				frappe.throw(
					_("Row #{0}: Enter between 0 and {1} days.").format(row.idx, LONGEST_WAIT), CadenceError
				)
			if row.event != STAGE_ENTERED:
				row.stage = None
			elif not row.stage:
				frappe.throw(_("Row #{0}: Enter the stage.").format(row.idx), CadenceError)
			elif frappe.get_cached_value("Qualification Stage", row.stage, "stage_type") != "Open":
				frappe.throw(
					_("Row #{0}: In stage {1} a deal is closed: nothing is proposed there.").format(
						row.idx, frappe.bold(_(row.stage, context="Qualification Stage"))
					),
					CadenceError,
				)

	def allows_stage(self, stage: str) -> bool:
		"""Return whether the stage is one of `allowed_stages`."""
		is_own = not self.stages or stage in [row.stage for row in self.stages]
		return is_own and bool(frappe.get_cached_value("Qualification Stage", stage, "enabled"))

	def allowed_stages(self) -> list[str]:
		"""Return the names of the enabled stages of this class in the order of their positions."""
		filters: dict[str, Any] = {"enabled": 1}
		if self.stages:
			filters["name"] = ("in", [row.stage for row in self.stages])
		return frappe.get_all("Qualification Stage", filters, pluck="name", order_by="position asc, name asc")

	def first_stage(self, stage_type: str) -> str:
		"""Return the first enabled stage of this class with the type Open, Won or Lost."""
		for stage in self.allowed_stages():
			if frappe.get_cached_value("Qualification Stage", stage, "stage_type") == stage_type:
				return stage
		frappe.throw(
			_("Class {0} has no stage of type {1}. Add one to the class.").format(
				frappe.bold(self.title), _(stage_type, context="Qualification Stage")
			),
			MissingStageError,
		)

	def probability_of(self, stage: str) -> float:
		"""Return the probability in % of a stage: the class's own one, else the stage's."""
		for row in self.stages:
			if row.stage == stage and row.has_own_probability:
				return row.probability
		return frappe.get_cached_value("Qualification Stage", stage, "probability")

	def has_own_probability(self, stage: str) -> bool:
		"""Return whether the class has a probability of its own in the stage."""
		return any(row.stage == stage and row.has_own_probability for row in self.stages)

	def next_owner(self) -> str | None:
		"""Return the owner of a new opportunity by the rule of this class.

		Round robin locks the class's row until the end of the transaction, so that parallel creations get
		different members.
		"""
		if self.owner_rule == "Fixed User":
			return self._fixed_owner()
		if self.owner_rule == "Round Robin":
			return self._next_member()
		return frappe.session.user

	def _fixed_owner(self) -> str | None:
		if not frappe.get_cached_value("User", self.default_owner, "enabled"):
			frappe.throw(
				_("The default owner of class {0} is disabled. Choose another one in the class.").format(
					frappe.bold(self.title)
				)
			)
		return self.default_owner

	def _next_member(self) -> str:
		last_owner = frappe.db.get_value("Class ID", self.name, "last_owner", for_update=True)
		users = [row.user for row in self.members if frappe.get_cached_value("User", row.user, "enabled")]
		if not users:
			frappe.throw(_("Class {0} has no enabled member to own the opportunity.").format(self.name))
		following = users[(users.index(last_owner) + 1) % len(users)] if last_owner in users else users[0]
		frappe.db.set_value("Class ID", self.name, "last_owner", following, update_modified=False)
		return following


@whitelist()
@frappe.validate_and_sanitize_search_inputs
def stage_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[list]:
	"""Return (name, type, probability) of the stages that match `txt`, by position.

	`filters` has the `class_id` and, to have only open, won or lost ones, the `stage_type`.
	"""
	require("Qualification Stage", "read")
	class_id, only_type = filters.get("class_id"), filters.get("stage_type")
	if not class_id:
		return []
	class_doc = frappe.get_cached_doc("Class ID", class_id)
	needle = (txt or "").lower()
	rows = []
	for stage in class_doc.allowed_stages():
		stage_type = frappe.get_cached_value("Qualification Stage", stage, "stage_type")
		is_found = needle in stage.lower() or needle in _(stage, context="Qualification Stage").lower()
		if is_found and only_type in (None, stage_type):
			rows.append(
				[
					stage,
					_(stage_type, context="Qualification Stage"),
					format_percent(class_doc.probability_of(stage), frappe.local.lang),
				]
			)
	return rows[start : start + page_len]

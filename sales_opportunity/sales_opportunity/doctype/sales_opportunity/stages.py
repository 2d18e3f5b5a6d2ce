"""Entering a stage: whether the class has it, what it requires, and the log of all changes."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import nowdate, time_diff_in_seconds

from sales_opportunity.activities.activity_rules import stalled_from
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.quote_status import ISSUED
from sales_opportunity.deal.stage_rules import (
	StageFacts,
	is_due,
	missing_requirements,
)
from sales_opportunity.features import SOURCES, is_used
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_dict, read_list, whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.masters.adapters import default_item_type
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import (
	moment_after,
	moment_of,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID
	from sales_opportunity.sales_opportunity.doctype.qualification_stage.qualification_stage import (
		QualificationStage,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY = "Sales Opportunity"
ANSWERED = ("name", "stage", "status", "probability", "amount", "weighted_amount", "base_weighted_amount")
ENTERED_WITH = {
	"expected_close_date": ("expected_close_date",),
	"next_activity": ("next_activity", "next_activity_date"),
	"source": ("source",),
}
"""The fields in which a person enters what a stage may require."""
OFFERED = {"source": {"enabled": 1}}
"""What a dialog offers for a field, as filters of what it links to."""
LINE_FIELDS = ("item", "quantity")


class StageNotAllowedError(frappe.ValidationError):
	pass


class StageRequirementError(frappe.ValidationError):
	pass


def validate_stage(doc: "SalesOpportunity") -> None:
	"""Raise `StageNotAllowedError` if the class does not have the stage that the opportunity enters."""
	if doc.has_moved() and not doc.class_doc.allows_stage(doc.stage):
		allowed = doc.class_doc.allowed_stages()
		frappe.throw(
			_("Stage {0} does not belong to class {1}. Choose one of: {2}.").format(
				frappe.bold(_(doc.stage, context="Qualification Stage")),
				frappe.bold(doc.class_doc.title),
				", ".join(_(stage, context="Qualification Stage") for stage in allowed),
			),
			StageNotAllowedError,
		)


def validate_requirements(doc: "SalesOpportunity") -> None:
	"""Raise `StageRequirementError`, which says all that is missing.

	What the stage requires is looked at when the opportunity enters it; mandatory attributes as long as it is open.
	What was asked for elsewhere, before a deal was imported, is not known here.
	"""
	if doc.happened_on:
		return
	missing = []
	if doc.has_moved():
		missing += missing_for_stage(doc)
	if doc.has_moved() or doc.status == "Open":
		missing += missing_attributes(doc)
	if missing:
		frappe.throw(
			_("Stage {0} requires {1}.").format(
				frappe.bold(_(doc.stage, context="Qualification Stage")), ", ".join(missing)
			),
			StageRequirementError,
		)


def missing_for_stage(doc: "SalesOpportunity") -> list[str]:
	"""Return what the stage requires and the opportunity lacks, as it is told to the user."""
	labels = fact_labels()
	return [labels[name] for name in missing_facts(doc)]


def fact_labels() -> dict[str, str]:
	"""Return what a stage may require, by the names of `StageFacts`, in the user's language."""
	return {
		"items": _("at least one line item"),
		"expected_close_date": _("the expected close date"),
		"issued_quote": _("an issued quote"),
		"next_activity": _("the next activity with its date"),
		"source": _("the source"),
	}


def missing_facts(doc: "SalesOpportunity", for_update: bool = True) -> list[str]:
	"""Return the names of the facts that the stage requires and the opportunity lacks."""
	present = StageFacts(
		items=bool(doc.items),
		expected_close_date=bool(doc.expected_close_date),
		issued_quote=has_issued_quote(doc, for_update),
		next_activity=bool(doc.next_activity_date),
		source=bool(doc.source),
	)
	return missing_requirements(required_facts(doc.stage_doc), present)


def required_facts(stage: "QualificationStage") -> StageFacts:
	"""Return what may not be missing when an opportunity enters the stage."""
	return StageFacts(
		items=bool(stage.requires_items),
		expected_close_date=bool(stage.requires_expected_close_date),
		issued_quote=bool(stage.requires_issued_quote),
		next_activity=bool(stage.requires_next_activity),
		source=bool(stage.requires_source) and is_used(SOURCES),
	)


def missing_attributes(doc: "SalesOpportunity") -> list[str]:
	"""Return the labels of the class's attributes that are mandatory in this stage and empty; so is a number of 0."""
	due = mandatory_attributes(doc.class_doc, doc.stage_doc)
	return [frappe.bold(_(row.label, context=doc.doctype)) for row in due if not doc.get(row.fieldname)]


def mandatory_attributes(class_doc: "ClassID", stage: "QualificationStage") -> list:
	"""Return the rows of the class's attributes that may not be empty in the stage."""
	mandatory = [row for row in class_doc.attributes if row.mandatory_from]
	return [
		row
		for row in mandatory
		if is_due(
			stage.stage_type,
			stage.position,
			frappe.get_cached_value("Qualification Stage", row.mandatory_from, "position"),
		)
	]


def has_issued_quote(doc: "SalesOpportunity", for_update: bool = True) -> bool:
	"""Return whether the opportunity has a live quote whose paper exists."""
	filters = {"opportunity": doc.name, "status": ("in", sorted(ISSUED))}
	return not doc.is_new() and bool(frappe.db.get_value("Quote", filters, for_update=for_update))


@whitelist(methods=["POST"])
@retried
def change_stage(opportunity: str, stage: str, values: dict | str | None = None) -> dict:
	"""Move the opportunity to another stage of its class and return its new stage, status and values.

	`values` are those that the stage asks for, by the field names of `missing_for`; lines are added to those there
	are. Raises `StageNotAllowedError` or `StageRequirementError`, which say what is allowed and what is missing,
	`WrongInputError` for values of other fields, `frappe.PermissionError` without write permission, and what else
	saving raises.
	"""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	set_values(doc, read_dict(values or {}, _("Values")))
	doc.stage = stage
	doc.save()
	return stage_response(doc)


def stage_response(doc: "SalesOpportunity") -> dict:
	"""Return what a change of the stage has made of the opportunity."""
	return {fieldname: doc.get(fieldname) for fieldname in ANSWERED}


def set_values(doc: "SalesOpportunity", values: dict) -> None:
	"""Set what was entered for a stage. Raises `WrongInputError` for fields for which no stage asks."""
	asked = {fieldname for fieldnames in ENTERED_WITH.values() for fieldname in fieldnames}
	asked |= {"closing_reason", *(row.fieldname for row in doc.class_doc.attributes)}
	for fieldname, value in values.items():
		if fieldname == "items":
			for row in read_list(value, _("Line Items")):
				line = read_dict(row, _("Line Items"))
				doc.append("items", {key: line[key] for key in LINE_FIELDS if line.get(key)})
		elif fieldname in asked:
			doc.set(fieldname, value)
		else:
			refuse_value(fieldname, _("Values"))


@whitelist()
def missing_for(opportunity: str, stage: str) -> list[dict]:
	"""Return what the opportunity still lacks for the stage: fields as a dialog takes them, and what cannot be typed.

	A field is a dict like a DocField; anything else has a `text` only, such as that an issued quote is needed.
	Raises `StageNotAllowedError` if the class does not have the stage, `frappe.PermissionError` without read
	permission.
	"""
	return missing_in(entering(opportunity, stage))


@whitelist()
def before_change(opportunity: str, stage: str) -> dict:
	"""Return what is to be known before a change of the stage: its type, the state of the deal, what is missing.

	Keys: `stage_type`, `status`, `transaction_currency`, and `missing` as of `missing_for`, which raises the same.
	"""
	doc = entering(opportunity, stage)
	return {
		"stage_type": doc.stage_doc.stage_type,
		"status": doc.status,
		"transaction_currency": doc.transaction_currency,
		"missing": missing_in(doc),
	}


def entering(opportunity: str, stage: str) -> "SalesOpportunity":
	"""Return the readable opportunity as if it entered the stage, which is not stored."""
	doc = frappe.get_doc(OPPORTUNITY, opportunity)
	doc.check_permission("read")
	doc.load_doc_before_save()
	doc.stage = stage
	validate_stage(doc)
	return doc


def missing_in(doc: "SalesOpportunity") -> list[dict]:
	"""Return what the opportunity lacks in its stage, as of `missing_for`."""
	missing = []
	for name in missing_facts(doc, for_update=False) if doc.has_moved() else ():
		if name == "items":
			missing.append(lines_field(doc))
		elif name in ENTERED_WITH:
			missing += [asked_field(doc, fieldname) for fieldname in ENTERED_WITH[name]]
		else:
			missing.append({"text": fact_labels()[name]})
	due = mandatory_attributes(doc.class_doc, doc.stage_doc)
	missing += [asked_field(doc, row.fieldname) for row in due if not doc.get(row.fieldname)]
	if doc.stage_doc.stage_type == OpportunityStatus.LOST and not doc.closing_reason:
		reasons = {"filters": {"outcome": OpportunityStatus.LOST, "enabled": 1}}
		missing.append(asked_field(doc, "closing_reason") | reasons)
	return missing


def asked_field(doc: "SalesOpportunity", fieldname: str) -> dict:
	"""Return the opportunity's field as a mandatory one of a dialog, with what is known of it."""
	field = doc.meta.get_field(fieldname)
	offered = {"filters": OFFERED[fieldname]} if fieldname in OFFERED else {}
	return {
		"fieldname": fieldname,
		"fieldtype": field.fieldtype,
		"label": _(field.label, context=field.parent),
		"options": field.options,
		"default": doc.get(fieldname),
		"reqd": 1,
		**offered,
	}


def lines_field(doc: "SalesOpportunity") -> dict:
	"""Return the opportunity's lines as a mandatory table of a dialog: which items, and how many."""
	meta = frappe.get_meta(doc.meta.get_field("items").options)
	fields = [
		{"fieldname": "item", "fieldtype": "Link", "options": default_item_type()},
		{"fieldname": "quantity", "fieldtype": "Float", "default": 1},
	]
	for field in fields:
		field |= {
			"label": _(meta.get_label(field["fieldname"]), context=meta.name),
			"in_list_view": 1,
			"reqd": 1,
		}
	return asked_field(doc, "items") | {"options": None, "default": None, "fields": fields}


def set_stage_log(doc: "SalesOpportunity") -> None:
	"""Keep the log as the database has it, whatever was sent, and add an entry for a stage change."""
	before = doc.get_doc_before_save()
	doc.set("stage_log", list(before.stage_log) if before else [])
	if before and before.stage == doc.stage:
		return
	now = moment_after(doc.stage_log[-1].changed_on if doc.stage_log else None, moment_of(doc))
	doc.append(
		"stage_log",
		{
			"changed_on": now,
			"changed_by": frappe.session.user,
			"from_stage": before.stage if before else None,
			"to_stage": doc.stage,
			"probability": doc.probability,
			"amount": doc.amount,
			"weighted_amount": doc.weighted_amount,
			"seconds_in_stage": (
				time_diff_in_seconds(now, doc.stage_log[-1].changed_on) if doc.stage_log else 0
			),
		},
	)


def set_idle(doc: "SalesOpportunity") -> None:
	"""Start the time without progress anew at a stage change, and set the day from which it is too long."""
	if not doc.idle_since or doc.has_changed("stage"):
		doc.idle_since = nowdate()
	doc.stalled_from = stalled_from(doc.status, doc.idle_since, doc.stage_doc.stalled_after_days)

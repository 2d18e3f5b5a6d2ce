"""Entering a stage: whether the class has it, what it requires, and the log of all changes."""

import frappe
from frappe import _
from frappe.utils import add_days, getdate, nowdate, time_diff_in_seconds

from sales_opportunity.sales_opportunity.doctype.qualification_stage.stage_rules import (
	Facts,
	is_due,
	missing_requirements,
)
from sales_opportunity.sales_opportunity.doctype.quote.transitions import ISSUED
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.history import moment_after, moment_of


class StageNotAllowedError(frappe.ValidationError):
	pass


class StageRequirementError(frappe.ValidationError):
	pass


def validate_stage(doc):
	"""Raise `StageNotAllowedError` if the class does not have the stage that the opportunity enters."""
	if not doc.has_moved():
		return
	allowed = doc.class_doc.allowed_stages()
	if doc.stage not in allowed:
		frappe.throw(
			_("Stage {0} does not belong to class {1}. Choose one of: {2}.").format(
				frappe.bold(_(doc.stage)), frappe.bold(doc.class_doc.title), ", ".join(map(_, allowed))
			),
			StageNotAllowedError,
		)


def validate_requirements(doc):
	"""Raise `StageRequirementError`, which says all that is missing.

	What the stage requires is looked at when the opportunity enters it; mandatory attributes as long as it is open.
	What was asked for elsewhere, before a deal was imported, is not known here.
	"""
	if doc.flags.happened_on:
		return
	missing = []
	if doc.has_moved():
		missing += missing_for_stage(doc)
	if doc.has_moved() or doc.status == "Open":
		missing += missing_attributes(doc)
	if missing:
		frappe.throw(
			_("Stage {0} requires {1}.").format(frappe.bold(_(doc.stage)), ", ".join(missing)),
			StageRequirementError,
		)


def missing_for_stage(doc) -> list[str]:
	"""Return what the stage requires and the opportunity lacks, as it is told to the user."""
	required = Facts(
		items=doc.stage_doc.requires_items,
		expected_close_date=doc.stage_doc.requires_expected_close_date,
		issued_quote=doc.stage_doc.requires_issued_quote,
		next_activity=doc.stage_doc.requires_next_activity,
	)
	present = Facts(
		items=bool(doc.items),
		expected_close_date=bool(doc.expected_close_date),
		issued_quote=has_issued_quote(doc),
		next_activity=bool(doc.next_activity_date),
	)
	labels = {
		"items": _("at least one line item"),
		"expected_close_date": _("the expected close date"),
		"issued_quote": _("an issued quote"),
		"next_activity": _("the next activity with its date"),
	}
	return [labels[name] for name in missing_requirements(required, present)]


def missing_attributes(doc) -> list[str]:
	"""Return the labels of the class's attributes that are mandatory in this stage and empty; so is a number of 0."""
	stage = doc.stage_doc
	missing = []
	for row in doc.class_doc.attributes:
		if row.mandatory_from and not doc.get(row.fieldname):
			position = frappe.get_cached_value("Qualification Stage", row.mandatory_from, "position")
			if is_due(stage.stage_type, stage.position, position):
				missing.append(frappe.bold(_(row.label)))
	return missing


def has_issued_quote(doc) -> bool:
	"""Return whether the opportunity has a live quote whose paper exists."""
	filters = {"opportunity": doc.name, "status": ("in", sorted(ISSUED))}
	return not doc.is_new() and bool(frappe.db.get_value("Quote", filters, for_update=True))


def set_stage_log(doc):
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


def set_idle(doc):
	"""Start the time without progress anew at a stage change, and set the day from which it is too long."""
	if not doc.idle_since or doc.has_changed("stage"):
		doc.idle_since = nowdate()
	doc.stalled_from = stalled_from(doc.status, doc.idle_since, doc.stage_doc.stalled_after_days)


def stalled_from(status: str, idle_since, stalled_after_days: int | None):
	"""Return the date from which an opportunity counts as stalled, None for closed ones and stages without limit."""
	if status != "Open" or not stalled_after_days:
		return None
	return add_days(getdate(idle_since), stalled_after_days)

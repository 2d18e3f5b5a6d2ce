"""Opportunities that began, and perhaps ended, in the past, as files for Data Import bring them."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.overrides.import_names import OPPORTUNITY
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import Backdating

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


class HistoryError(frappe.ValidationError):
	pass


def insert_with_history(values: dict) -> "SalesOpportunity":
	"""Insert an opportunity that began, and perhaps ended, in the past, and return it.

	A closed one is entered in the first open stage of its class on the day on which it was opened, and closed on
	its day: log, facts and snapshots are as if it had been here. Raises `frappe.PermissionError` for those who may
	not import opportunities, `HistoryError` for moments that cannot be.
	"""
	require(OPPORTUNITY, "import")
	opened_on, closed_on = begin_and_end(values)
	doc = frappe.new_doc(OPPORTUNITY)
	doc.update(values)
	ended = {
		field: doc.get(field)
		for field in ("stage", "closing_reason", "competitor", "competitor_price", "closing_notes")
	}
	is_closed = frappe.db.get_value("Qualification Stage", doc.stage, "stage_type") in CLOSED
	if bool(closed_on) and not is_closed:
		frappe.throw(
			_("The stage {0} is an open one: leave {1} empty.").format(
				frappe.bold(_(doc.stage, context="Qualification Stage")), _("Closed On")
			),
			HistoryError,
		)
	if is_closed:
		doc.update({"stage": doc.class_doc.first_stage("Open"), "probability": None})
	doc.backdating = Backdating(opened_on, has_own_rate=bool(doc.conversion_rate))
	doc.insert()
	if is_closed:
		doc.backdating = replace(doc.backdating, happened_on=closed_on or now_datetime())
		doc.update(ended)
		doc.save()
	return doc


def begin_and_end(values: dict) -> tuple:
	"""Return when the deal began and when it ended, None if it has not; without a beginning it began when it ended."""
	closed_on = values.pop("closed_on", None)
	closed_on = closed_on and get_datetime(closed_on)
	opened_on = values.get("opened_on")
	opened_on = get_datetime(opened_on) if opened_on else closed_on
	if max(filter(None, (opened_on, closed_on))) > now_datetime():
		frappe.throw(
			_("{0} and {1} must not lie in the future.").format(_("Opened On"), _("Closed On")), HistoryError
		)
	if closed_on and closed_on < opened_on:
		frappe.throw(
			_("{0} must not be later than {1}.").format(_("Opened On"), _("Closed On")), HistoryError
		)
	# Files have days only; the second lets the one fact come after the other.
	return opened_on, closed_on and max(closed_on, opened_on + timedelta(seconds=1))

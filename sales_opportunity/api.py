"""What forms, scripts, workflows and other systems may call to move opportunities along.

Every function that changes something loads the opportunity with a lock, asks for write permission on it, and saves
it like the form does: all rules apply, and an error leaves nothing half done. Scripts in the desk call them by
`frappe.call("sales_opportunity.api.move_stage", …)`, on the server and in the browser alike.
"""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.pricing import valuation
from sales_opportunity.sales_opportunity.doctype.sales_opportunity import merging, stages
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	CloseOptions,
	OpportunityClosedError,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY = "Sales Opportunity"


@whitelist()
def weighted_value(
	amount: float, probability: float, exchange_rate: float = 1, currency: str | None = None
) -> float:
	"""Return amount × probability (%) × exchange rate, rounded to the decimals of `currency` (default: the company's)."""
	return float(
		valuation.weighted(amount, probability, exchange_rate, decimal_places(currency or company_currency()))
	)


@whitelist(methods=["POST"])
def move_stage(opportunity: str, stage: str) -> dict:
	"""Move the opportunity to another stage of its class and return its new stage, status and values.

	Raises `StageNotAllowedError` or `StageRequirementError`, which say what is allowed and what is missing.
	"""
	return stages.change_stage(opportunity, stage)


@whitelist(methods=["POST"])
@retried
def close_as_won(
	opportunity: str,
	closing_reason: str | None = None,
	won_quote: str | None = None,
	closing_notes: str | None = None,
	stage: str | None = None,
	values: dict | str | None = None,
	keep_plans: bool | None = None,
) -> dict:
	"""Close the opportunity as won: 100 %, its won quote accepted, all other open quotes declined.

	`stage` is the class's first one of type Won if none is named, `values` what it asks for, as of `change_stage`.
	`won_quote` is an issued quote of the opportunity, by default the accepted or else the primary one; its lines
	become the opportunity's. Open tasks and coming meetings are cancelled unless `keep_plans`; without an answer to
	that, meetings with invited guests stay. Raises `WonQuoteError` for any other quote, `MissingStageError` if the
	class has no stage of type Won, `OpportunityClosedError` if the opportunity is closed already.
	"""
	doc = _load_open(opportunity)
	stages.set_values(doc, read_dict(values or {}, _("Values")))
	doc.close_options = CloseOptions(won_quote, keep_plans)
	return _save(
		doc,
		stage=_closing_stage(doc, stage, OpportunityStatus.WON),
		closing_reason=closing_reason or None,
		closing_notes=closing_notes or None,
	)


@whitelist(methods=["POST"])
@retried
def close_as_lost(
	opportunity: str,
	closing_reason: str,
	competitor: str | None = None,
	competitor_price: float | None = None,
	closing_notes: str | None = None,
	stage: str | None = None,
	values: dict | str | None = None,
	keep_plans: bool | None = None,
) -> dict:
	"""Close the opportunity as lost: 0 %, all open quotes declined. `stage`, `values`, `keep_plans` as of `close_as_won`.

	`competitor_price` is in the opportunity's currency. Raises `ClosingReasonError` without a reason or with one
	for the other outcome, `OpportunityClosedError` if the opportunity is closed already.
	"""
	doc = _load_open(opportunity)
	stages.set_values(doc, read_dict(values or {}, _("Values")))
	doc.close_options = CloseOptions(keep_plans=keep_plans)
	return _save(
		doc,
		stage=_closing_stage(doc, stage, OpportunityStatus.LOST),
		closing_reason=closing_reason or None,
		competitor=competitor or None,
		competitor_price=competitor_price,
		closing_notes=closing_notes or None,
	)


@whitelist(methods=["POST"])
@retried
def reopen(opportunity: str, stage: str | None = None) -> dict:
	"""Open a closed opportunity again, by default in the stage that it was closed from.

	Quotes that were declined stay declined. Raises `frappe.PermissionError` for all but managers.
	"""
	doc = _load(opportunity)
	return _save(doc, stage=stage or stage_before_closing(doc))


@whitelist(methods=["POST"])
@retried
def merge(opportunity: str, duplicate: str) -> dict:
	"""Join the duplicate with its quotes and activities into the opportunity and delete it. Raises as `merge_into`."""
	return stages.stage_response(merging.merge_into(opportunity, duplicate))


def stage_before_closing(doc: "SalesOpportunity") -> str:
	"""Return the last open stage of the opportunity's log that its class still has, else the class's first one."""
	allowed = set(doc.class_doc.allowed_stages())
	for row in reversed(doc.stage_log):
		stage_type = frappe.get_cached_value("Qualification Stage", row.to_stage, "stage_type")
		if stage_type == "Open" and row.to_stage in allowed:
			return row.to_stage
	return doc.class_doc.first_stage("Open")


def _load(opportunity: str) -> "SalesOpportunity":
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	return doc


def _load_open(opportunity: str) -> "SalesOpportunity":
	doc = _load(opportunity)
	if doc.status != "Open":
		frappe.throw(
			_("The opportunity is {0} already. Reopen it first.").format(
				frappe.bold(_(doc.status, context=doc.doctype))
			),
			OpportunityClosedError,
		)
	return doc


def _closing_stage(doc: "SalesOpportunity", stage: str | None, stage_type: str) -> str:
	stage = stage or doc.class_doc.first_stage(stage_type)
	if frappe.get_cached_value("Qualification Stage", stage, "stage_type") != stage_type:
		refuse_value(stage, _("Stage"))
	return stage


def _save(doc: "SalesOpportunity", **values: Any) -> dict:
	doc.update(values)
	doc.save()
	return stages.stage_response(doc)

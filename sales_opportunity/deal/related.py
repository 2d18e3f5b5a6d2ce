"""Opportunities that belong to another one: what is called off from a frame contract, and what that comes to."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from pypika import Case

from sales_opportunity.access.permissions import may_read_field, require
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.features import RELATED_DEALS, is_used, is_used_as_stored
from sales_opportunity.pricing.money import round_money
from sales_opportunity.pricing.valuation import exact_sum

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY = "Sales Opportunity"
SHOWN = 5
"""How many deals that belong to the same one stand on a form."""


class RelatedDealError(frappe.ValidationError):
	pass


def is_frame(doc: "SalesOpportunity") -> bool:
	"""Return whether a deal is a frame contract: its call-offs count, and not the frame."""
	return bool(doc.is_frame) and is_used(RELATED_DEALS)


def count_as_switched() -> None:
	"""Let reports and forecasts leave out the frames that are there or, if the settings know none, count them.

	A field of each deal says whether it counts, since stored filters of lists, cards and reports cannot ask the settings.
	Rows are named, so that no other one is locked. The nightly job repairs what was stored beside a switch that was just turned.
	"""
	frames = frappe.get_all(OPPORTUNITY, {"is_frame": 1}, pluck="name", order_by="name asc")
	if not frames:
		return
	table, is_left_out = frappe.qb.DocType(OPPORTUNITY), is_used_as_stored(RELATED_DEALS)
	category = Case()
	for stage, of_stage in frappe.get_all(
		"Qualification Stage", fields=["name", "forecast_category"], as_list=True
	):
		category = category.when(table.stage == stage, OMITTED if is_left_out else of_stage)
	(
		frappe.qb.update(table)
		.set(table.is_counted, int(not is_left_out))
		.set(table.forecast_category, category.else_(table.forecast_category))
		.where(table.name.isin(frames))
	).run()


def validate_related(doc: "SalesOpportunity") -> None:
	"""Raise `RelatedDealError` for a new parent that would be a circle.

	It may be of another partner: subsidiaries call off, dealers buy. Raises `frappe.PermissionError` for one that the user
	may not read.
	"""
	parent = doc.parent_opportunity if doc.has_changed("parent_opportunity") else None
	if not parent:
		return
	require(OPPORTUNITY, "read", doc=parent)
	if doc.name in (parent, *deals_above(parent)):
		frappe.throw(
			_("{0} is a part of this opportunity already, so this one cannot be a part of it.").format(
				frappe.bold(parent)
			),
			RelatedDealError,
		)


def deals_above(name: str) -> list[str]:
	"""Return the deals of which one is a part, the nearest first, as they are now and stay until the end of the request."""
	found = []
	parent = frappe.db.get_value(OPPORTUNITY, name, "parent_opportunity", for_update=True)
	while parent and parent not in found:
		found.append(parent)
		parent = frappe.db.get_value(OPPORTUNITY, parent, "parent_opportunity", for_update=True)
	return found


def siblings(doc: "SalesOpportunity") -> dict | None:
	"""Return the deals that belong to the same one as this, as far as the user may read them, the newest first; None for nothing.

	`rows` has name, title and status of some of them, `more` says how many others there are.
	"""
	if not (
		doc.parent_opportunity
		and is_used(RELATED_DEALS)
		and may_read_field(OPPORTUNITY, "parent_opportunity")
	):
		return None
	filters = {"parent_opportunity": doc.parent_opportunity, "name": ("!=", doc.name)}
	fields = ["name", "title", "status"]
	rows = frappe.get_list(OPPORTUNITY, filters, fields, order_by="creation desc", limit=SHOWN + 1)
	if not rows:
		return None
	more = len(frappe.get_list(OPPORTUNITY, filters, pluck="name", limit=0)) - SHOWN if rows[SHOWN:] else 0
	return {"rows": rows[:SHOWN], "more": more}


def call_offs(doc: "SalesOpportunity") -> dict | None:
	"""Return what was called off from a deal, as far as the user may read it, in the company's currency; None for nothing.

	`open` and `won` have `count` and `amount`, `left` is what of a frame contract is neither open nor won. Amounts are
	None for who may not read them. Call-offs that were kept in another company currency count and are not added.
	"""
	if not is_used(RELATED_DEALS) or doc.is_new():
		return None
	fields = ["status", "base_amount", "company_currency"]
	filters = {
		"parent_opportunity": doc.name,
		"status": ("in", (OpportunityStatus.OPEN, OpportunityStatus.WON)),
	}
	rows = frappe.get_list(OPPORTUNITY, filters, fields, limit=0)
	if not rows and not doc.is_frame:
		return None
	may_read = may_read_field(OPPORTUNITY, "base_amount")
	found = {}
	for status in (OpportunityStatus.OPEN, OpportunityStatus.WON):
		of_status = [row for row in rows if row.status == status]
		added = [row.base_amount for row in of_status if row.company_currency == company_currency()]
		found[status.lower()] = {
			"count": len(of_status),
			"amount": float(exact_sum(added)) if may_read else None,
		}
	if doc.is_frame and may_read and doc.company_currency == company_currency():
		left = exact_sum([doc.base_amount, -found["open"]["amount"], -found["won"]["amount"]])
		found["left"] = float(round_money(left, decimal_places(company_currency())))
	return {"currency": company_currency(), **found}

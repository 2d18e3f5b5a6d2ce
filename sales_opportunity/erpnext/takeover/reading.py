"""Reads what ERPNext has of Opportunities and Quotations, as the pure rules ask for it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import get_datetime, getdate

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.cases import (
	OUTCOMES,
	WON,
	Case,
	OldOpportunity,
	OldQuotation,
	cases,
	moment,
)
from sales_opportunity.erpnext.takeover.quoted_lines import OldLine, OldSums, OldTax, rates_by_account
from sales_opportunity.pricing.money import to_decimal

MARKS = {"Opportunity": "sales_opportunity", "Quotation": "sales_quote"}
"""The field that says what a document of ERPNext has become."""


def pending_opportunities(names: Collection[str] | None = None) -> list[OldOpportunity]:
	"""Return the Opportunities that have not become a deal yet; those with these `names` locked, as they are now."""
	fields = ["name", "status", "creation", "transaction_date", "sales_stage"]
	return [
		OldOpportunity(
			row.name,
			row.status,
			get_datetime(row.creation),
			getdate(row.transaction_date or row.creation),
			row.sales_stage,
		)
		for row in pending("Opportunity", fields, names)
	]


def pending_quotations(names: Collection[str] | None = None) -> list[OldQuotation]:
	"""Return the Quotations that have not become a quote yet, with the Opportunity that they or their lines are of.

	Those with these `names` locked, as they are now.
	"""
	fields = ["name", "status", "docstatus", "creation", "transaction_date", "valid_till", "opportunity"]
	rows = pending("Quotation", [*fields, "amended_from"], names)
	of_lines = opportunities_of_lines()
	return [
		OldQuotation(
			row.name,
			row.status,
			row.docstatus,
			get_datetime(row.creation),
			getdate(row.transaction_date or row.creation),
			getdate(row.valid_till) if row.valid_till else None,
			row.opportunity or of_lines.get(row.name),
			row.amended_from,
		)
		for row in rows
	]


def pending(doctype: str, fields: list[str], names: Collection[str] | None) -> list[Any]:
	"""Return the documents that were not taken over; those of these names are locked."""
	filters: dict[str, Any] = {MARKS[doctype]: ("is", "not set")}
	if names is None:
		return frappe.get_all(doctype, filters, fields)
	filters["name"] = ("in", sorted(names) or [""])
	return frappe.db.get_values(doctype, filters, fields, as_dict=True, for_update=True)


def as_it_is(case: Case) -> list[Case]:
	"""Lock the documents of a case, and return what they are by now: none if they are gone or were taken over, or several."""
	opportunities = pending_opportunities([case.opportunity.name] if case.opportunity else [])
	return cases(opportunities, pending_quotations([each.name for each in case.quotations]))


def opportunities_of_lines() -> dict[str, str]:
	"""Return by Quotation the Opportunity that its first line with one was made of."""
	rows = frappe.get_all(
		"Quotation Item",
		{"prevdoc_doctype": "Opportunity", "prevdoc_docname": ("is", "set"), "parenttype": "Quotation"},
		["parent", "prevdoc_docname"],
		order_by="idx desc",
	)
	return {row.parent: row.prevdoc_docname for row in rows}


def closing_evidence(case: Case) -> tuple[list[datetime | None], datetime]:
	"""Return the moments that tell when a deal was closed, the best one first, and when its document changed last."""
	names = [each.name for each in case.quotations]
	evidence = [ordered_on(names)] if case.outcome == WON and names else []
	evidence.append(status_changed_on("Opportunity", [case.opportunity.name]) if case.opportunity else None)
	evidence.append(status_changed_on("Quotation", names))
	if case.opportunity and not evidence[-2] and case.leading:
		lost = [each.name for each in case.quotations if each.status == "Lost"]
		changed = frappe.get_all("Quotation", {"name": ("in", lost or [""])}, pluck="modified")
		evidence.append(max(map(get_datetime, changed)) if changed else None)
	return evidence, get_datetime(frappe.db.get_value(case.doctype, case.name, "modified"))


def ordered_on(quotations: list[str]) -> datetime | None:
	"""Return when the first order of the Quotations was made."""
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	found = (
		frappe.qb.from_(row)
		.join(order)
		.on(row.parent == order.name)
		.where(row.prevdoc_docname.isin(quotations) & (order.docstatus < 2))
		.select(Min(order.creation), Min(order.transaction_date))
		.run()
	)
	created, dated = found[0] if found else (None, None)
	return moment(get_datetime(created), getdate(dated)) if created else None


def status_changed_on(doctype: str, names: list[str]) -> datetime | None:
	"""Return when a document got its closing status, by its versions, where these are kept."""
	rows = frappe.get_all(
		"Version",
		{"ref_doctype": doctype, "docname": ("in", names or [""]), "data": ("like", '%"status"%')},
		["creation", "data"],
		order_by="creation desc",
	)
	for row in rows:
		for change in frappe.parse_json(row.data).get("changed") or ():
			if change[0] == "status" and change[2] in (*OUTCOMES, "Ordered", "Partially Ordered"):
				return get_datetime(row.creation)
	return None


def old_lines(quotation: Any) -> list[OldLine]:
	"""Return the lines of a Quotation."""
	return [
		OldLine(
			quantity=to_decimal(row.qty),
			list_rate=to_decimal(row.rate_with_margin or row.price_list_rate or row.rate),
			discount_percentage=to_decimal(row.discount_percentage),
			rate=to_decimal(row.rate),
			net_amount=to_decimal(row.net_amount),
			tax_rates=rates_by_account(row.item_tax_rate),
			is_alternative=bool(row.is_alternative),
		)
		for row in quotation.items
	]


def old_taxes(quotation: Any) -> list[OldTax]:
	"""Return the rows of a Quotation's taxes and charges."""
	return [
		OldTax(
			charge_type=row.charge_type,
			account=row.account_head,
			rate=to_decimal(row.rate),
			amount=to_decimal(row.tax_amount_after_discount_amount or row.tax_amount),
			is_tax=frappe.get_cached_value("Account", row.account_head, "account_type") == "Tax",
			row=int(row.row_id) if row.row_id else None,
		)
		for row in quotation.taxes
	]


def old_sums(quotation: Any) -> OldSums:
	"""Return the sums of a Quotation; its own taxes are not always the cents that the customer has read as the total."""
	net = to_decimal(quotation.net_total)
	return OldSums(
		net, to_decimal(quotation.grand_total) - net, to_decimal(quotation.additional_discount_percentage)
	)


def unlink_deleted_copy(doc: Any, method: str | None = None) -> None:
	"""Hook of deals and quotes that are deleted: what they were taken over from can be taken over anew."""
	source = {"Sales Opportunity": "Opportunity", "Quote": "Quotation"}[doc.doctype]
	if is_installed():
		frappe.db.set_value(source, {MARKS[source]: doc.name}, MARKS[source], None, update_modified=False)

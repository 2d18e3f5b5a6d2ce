"""What lines may be only while a switch of the settings is on, and which deals and quotes at work keep it from being switched off."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.deal.instalments import InstalmentError
from sales_opportunity.deal.line_amounts import DeductionError
from sales_opportunity.features import DEDUCTIONS, RECURRING_LINES, is_used

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.quote_template_line.quote_template_line import (
		QuoteTemplateLine,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

LISTED = 10

AT_WORK = {"Sales Opportunity": {"status": "Open"}, "Quote": {"docstatus": 0}}
LINES = {"Sales Opportunity": "Sales Opportunity Item", "Quote": "Quote Item"}


@dataclass(frozen=True)
class Use:
	"""How rows use a switch: by a field that is filled in, or, by document, by there being any in a further table."""

	fieldname: str
	tables: dict[str, str]


USES = {
	DEDUCTIONS: Use("deduction", {}),
	RECURRING_LINES: Use("recurrence", {"Sales Opportunity": "Sales Opportunity Instalment"}),
}
"""By the switch."""


def validate_deduction(
	row: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine",
	row_before: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine | None",
) -> None:
	"""Raise `DeductionError`, with the row's number, for a new trade-in or credit where the settings know none."""
	if row.deduction and not is_used(DEDUCTIONS) and not (row_before and row_before.deduction):
		frappe.throw(
			_("Row #{0}: There are no trade-ins and credits on this site. Leave the field empty.").format(
				row.idx
			),
			DeductionError,
		)


def validate_plan(doc: "SalesOpportunity") -> None:
	"""Raise `InstalmentError` for new instalments where lines may not recur: the same switch is for both."""
	before = doc.get_doc_before_save()
	stored = {row.name for row in before.instalments} if before else set()
	if not is_used(RECURRING_LINES) and any(row.name not in stored for row in doc.instalments):
		frappe.throw(_("There are no instalments on this site. Remove them."), InstalmentError)


def is_switched_off(row: dict) -> bool:
	"""Return whether a row, by its fields, is one that no document can have now."""
	return any(row.get(use.fieldname) and not is_used(switch) for switch, use in USES.items())


def documents_at_work(switch: str) -> list[str]:
	"""Return the names of open opportunities and drafts of quotes that use what a switch is for."""
	found = []
	for doctype, is_at_work in AT_WORK.items():
		filled = {"parenttype": doctype, USES[switch].fieldname: ("is", "set")}
		parents = frappe.get_all(LINES[doctype], filled, pluck="parent", distinct=True)
		if table := USES[switch].tables.get(doctype):
			parents += frappe.get_all(table, {"parenttype": doctype}, pluck="parent", distinct=True)
		found += frappe.get_all(doctype, {"name": ("in", parents or [""]), **is_at_work}, pluck="name")
	return found


def validate_switched_off(switch: str) -> None:
	"""Raise `frappe.ValidationError` if what is being worked on uses what is to be switched off."""
	found = documents_at_work(switch)
	if not found:
		return
	message = {
		DEDUCTIONS: _(
			"{0} have trade-ins or credits. Close them, or remove these lines, before you switch this off."
		),
		RECURRING_LINES: _(
			"{0} have recurring lines or instalments. Close them, or make the lines one-off and remove the instalments, before you switch this off."
		),
	}[switch]
	frappe.throw(message.format(", ".join(map(frappe.bold, found[:LISTED]))))

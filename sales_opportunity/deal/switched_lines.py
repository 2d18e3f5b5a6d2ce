"""What lines may be only while a switch of the settings is on, and which deals and quotes at work keep it from being switched off."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.deal.instalments import InstalmentError
from sales_opportunity.deal.line_amounts import DeductionError
from sales_opportunity.features import (
	DEDUCTIONS,
	FIXED_DISCOUNTS,
	RECURRING_LINES,
	SwitchedOffError,
	is_used,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
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
PLANS = {"Sales Opportunity": "Sales Opportunity Instalment", "Quote": "Quote Instalment"}


@dataclass(frozen=True)
class Use:
	"""How documents use a switch: by a field of their rows or, `on_whole`, of their own that is filled in, or by rows in a further table.

	`filled` is how the database asks for it; `tables` are by DocType.
	"""

	fieldname: str
	filled: tuple[str, str | int] = ("is", "set")
	on_whole: str = ""
	tables: dict[str, str] = field(default_factory=dict)


USES = {
	DEDUCTIONS: Use("deduction"),
	FIXED_DISCOUNTS: Use("discount_amount", (">", 0), on_whole="fixed_discount"),
	RECURRING_LINES: Use("recurrence", tables=PLANS),
}
"""By the switch."""


def validate_line(
	row: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine",
	row_before: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine | None",
) -> None:
	"""Refuse what the settings know none of.

	Raises `DeductionError`, with the row's number, for a new trade-in or credit, `SwitchedOffError` for a new fixed
	discount.
	"""
	if row.deduction and not is_used(DEDUCTIONS) and not (row_before and row_before.deduction):
		frappe.throw(
			_("Row #{0}: There are no trade-ins and credits on this site. Leave the field empty.").format(
				row.idx
			),
			DeductionError,
		)
	if (
		row.discount_amount
		and not is_used(FIXED_DISCOUNTS)
		and not (row_before and row_before.discount_amount)
	):
		frappe.throw(
			_("Row #{0}: There are no discounts as amounts on this site. Leave the field empty.").format(
				row.idx
			),
			SwitchedOffError,
		)


def validate_whole(doc: "SalesOpportunity | Quote", before: "SalesOpportunity | Quote | None") -> None:
	"""Raise `SwitchedOffError` for a new fixed discount on the whole where the settings know none."""
	if doc.fixed_discount and not is_used(FIXED_DISCOUNTS) and not (before and before.fixed_discount):
		frappe.throw(
			_("There are no discounts as amounts on this site. Leave the one on the whole empty."),
			SwitchedOffError,
		)


def validate_plan(doc: "SalesOpportunity | Quote") -> None:
	"""Raise `InstalmentError` for new instalments where lines may not recur: the same switch is for both."""
	before = doc.get_doc_before_save()
	stored = {row.name for row in before.instalments} if before else set()
	is_entered = not doc.plan_source and any(row.name not in stored for row in doc.instalments)
	if is_entered and not is_used(RECURRING_LINES):
		frappe.throw(_("There are no instalments on this site. Remove them."), InstalmentError)


def is_switched_off(row: dict) -> bool:
	"""Return whether a row, by its fields, is one that no document can have now."""
	return any(row.get(use.fieldname) and not is_used(switch) for switch, use in USES.items())


def documents_at_work(switch: str) -> list[str]:
	"""Return the names of open opportunities and drafts of quotes that use what a switch is for."""
	found, use = [], USES[switch]
	for doctype, is_at_work in AT_WORK.items():
		filled = {"parenttype": doctype, use.fieldname: use.filled}
		names = frappe.get_all(LINES[doctype], filled, pluck="parent", distinct=True)
		if table := use.tables.get(doctype):
			names += frappe.get_all(table, {"parenttype": doctype}, pluck="parent", distinct=True)
		if use.on_whole:
			names += frappe.get_all(doctype, {use.on_whole: use.filled, **is_at_work}, pluck="name")
		found += frappe.get_all(doctype, {"name": ("in", names or [""]), **is_at_work}, pluck="name")
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
		FIXED_DISCOUNTS: _(
			"{0} have discounts as amounts. Close them, or remove these discounts, before you switch this off."
		),
		RECURRING_LINES: _(
			"{0} have recurring lines or instalments. Close them, or make the lines one-off and remove the instalments, before you switch this off."
		),
	}[switch]
	frappe.throw(message.format(", ".join(map(frappe.bold, found[:LISTED]))))

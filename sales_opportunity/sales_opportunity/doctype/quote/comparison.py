"""Two quotes of one opportunity side by side, as the desk shows them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.sales_opportunity.doctype.quote.difference import changed_fields, line_differences

if TYPE_CHECKING:
	from frappe.model.document import Document

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

HEADER_FIELDS = (
	"party_name",
	"subject",
	"label",
	"valid_until",
	"language",
	"contact_name",
	"address_display",
	"transaction_currency",
	"tax_treatment",
	"prices_include_tax",
	"discount_percentage",
	"fixed_discount",
	"payment_terms",
	"delivery_terms",
	"introduction",
	"closing",
	"terms",
)
TOTAL_FIELDS = (
	"line_total",
	"discount_amount",
	"deduction_total",
	"freight",
	"net_total",
	"tax_total",
	"gross_total",
	"one_off_amount",
	"monthly_amount",
	"yearly_amount",
)
LINE_FIELDS = (
	"row_type",
	"item_name",
	"description",
	"quantity",
	"unit",
	"rate",
	"recurrence",
	"periods",
	"service_start",
	"discount_percentage",
	"discount_amount",
	"deduction",
	"tax_rate",
	"delivery_date",
	"amount",
)


class ComparisonError(frappe.ValidationError):
	pass


@whitelist()
def compare(quote: str, other: str) -> dict:
	"""Return what differs between two quotes of one opportunity, the older one first, in the user's formats.

	`fields` and `totals` are lists of label, before and after; each of `lines` has its kind (added, removed, changed),
	position, name, amount and a list of changes. Raises `frappe.PermissionError` without read permission on both,
	`ComparisonError` for quotes of different opportunities.
	"""
	docs = [frappe.get_doc("Quote", name) for name in (quote, other)]
	for doc in docs:
		doc.check_permission("read")
	before, after = sorted(docs, key=lambda doc: (doc.creation, doc.name))
	if before.opportunity != after.opportunity:
		frappe.throw(_("Only quotes of the same opportunity can be compared."), ComparisonError)
	return {
		"before": before.name,
		"after": after.name,
		"fields": changed_values(before, after, before, after, HEADER_FIELDS) + changed_plan(before, after),
		"lines": lines(before, after),
		"totals": changed_values(before, after, before, after, TOTAL_FIELDS),
	}


def lines(before: "Quote", after: "Quote") -> list[dict]:
	"""Return the lines that were added, removed or changed."""
	found = line_differences(
		[row.as_dict() for row in before.items], [row.as_dict() for row in after.items], LINE_FIELDS
	)
	result = []
	for line in found:
		row_before, row_after = row_at(before, line.before), row_at(after, line.after)
		row, doc = (row_after, after) if row_after else (row_before, before)
		result.append(
			{
				"kind": line.kind,
				"position": row.position,
				"name": row.item_name
				or strip_html(row.description or "")
				or _(row.row_type, context=row.doctype),
				"quantity": display_text(row, "quantity", doc) if row.item else "",
				"amount": display_text(row, "amount", doc) if row.item else "",
				"changes": changed_values(row_before, row_after, before, after, line.changed)
				if line.changed
				else [],
			}
		)
	return result


def row_at(quote: "Quote", place: int | None) -> Any:
	"""Return the row at a place, counted from 0, None without one."""
	return None if place is None else quote.items[place]


def changed_values(
	before: "Document", after: "Document", doc_before: "Quote", doc_after: "Quote", fieldnames: Iterable[str]
) -> list[dict]:
	"""Return label, value before and value after of each field that differs."""
	return [
		{
			"label": _(before.meta.get_label(fieldname), context=before.doctype),
			"before": display_text(before, fieldname, doc_before),
			"after": display_text(after, fieldname, doc_after),
		}
		for fieldname in changed_fields(before.as_dict(), after.as_dict(), fieldnames)
	]


def changed_plan(before: "Quote", after: "Quote") -> list[dict]:
	"""Return the plan of instalments as one of the fields that differ, if it does."""
	texts = [plan_text(doc) for doc in (before, after)]
	label = _(before.meta.get_label("instalments"), context=before.doctype)
	return [{"label": label, "before": texts[0], "after": texts[1]}] if texts[0] != texts[1] else []


def plan_text(doc: "Quote") -> str:
	"""Return when how much is to be paid, and for what."""
	return "; ".join(
		" ".join(
			filter(None, (display_text(row, name, doc) for name in ("due_date", "description", "amount")))
		)
		for row in doc.instalments
	)


def display_text(row: "Document", fieldname: str, doc: "Quote") -> str:
	"""Return a value as the user reads it, without markup."""
	field, value = row.meta.get_field(fieldname), row.get(fieldname)
	if field.fieldtype == "Text Editor":
		return strip_html(value or "").strip()
	if field.fieldtype == "Check":
		return _("Yes") if value else _("No")
	if field.fieldtype in ("Select", "Link"):
		return _(value, context=row.doctype) if value else ""
	return cstr(row.get_formatted(fieldname, doc) or "")

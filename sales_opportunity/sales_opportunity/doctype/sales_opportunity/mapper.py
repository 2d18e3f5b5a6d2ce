"""From an opportunity to the documents that follow from it: quotes, and call-offs of a frame contract."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.access.concealed import conceal
from sales_opportunity.access.permissions import require
from sales_opportunity.deal.copied_fields import copied_values
from sales_opportunity.deal.frame_lines import lines_of_call_off
from sales_opportunity.deal.line_sync import line_on_quote
from sales_opportunity.deal.margins import carry_over
from sales_opportunity.deal.opportunity_value import LineError
from sales_opportunity.deal.plan_sync import take_plan
from sales_opportunity.deal.related import is_frame
from sales_opportunity.features import RECURRING_LINES, is_used
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.sales_opportunity.doctype.quote_template.lines import (
	merged_lines,
	read_template,
	rows_of,
	sellable,
	texts_of,
)
from sales_opportunity.sales_opportunity.doctype.quote_text.languages import quote_language
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	validate_open,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OF_CALL_OFF = ("party_type", "party", "class_id", "company", "transaction_currency")
"""What a deal that belongs to another one begins with."""


@whitelist(methods=["POST"])
@retried
def create_quote(
	opportunity: str, valid_until: str, request_key: str | None = None, template: str | None = None
) -> str:
	"""Create a complete draft quote from the opportunity's lines, those of a template, or both, and return its name.

	The first quote becomes the primary one. `request_key` identifies one click: the same key gives the same
	quote, however often it arrives. The opportunity's row is locked until the transaction ends, so that
	parallel requests come one after the other; what they must not miss is read with a lock, too, since a plain
	read would show the state at the transaction's start.

	Raises `frappe.PermissionError` without write permission on the opportunity, `OpportunityClosedError` if it
	is won or lost, `LineError` if there are no lines or one lacks item or quantity; a line may be free of charge.
	With a template, `frappe.PermissionError` also without read permission on it, `frappe.ValidationError` where there are none.
	"""
	source = frappe.get_doc("Sales Opportunity", opportunity, for_update=True)
	source.check_permission("write")
	key = {"opportunity": source.name, "request_key": request_key}
	existing = request_key and frappe.db.get_value("Quote", key, for_update=True)
	if existing:
		return existing
	used = read_template(template) if template else None
	validate_quotable(source, has_template=bool(used))

	quote = frappe.new_doc("Quote")
	quote.made_of = source
	quote.update(copied_values(source, source.doctype, quote.doctype))
	quote.update(
		{
			"opportunity": source.name,
			"subject": source.title if source.title != source.party_name else None,
			"sales_person": source.opportunity_owner,
			"language": quote_language(get_party(source.party_type, source.party, source.company)),
			"valid_until": valid_until,
			"request_key": request_key,
		}
	)
	rows = [
		{"row_type": "Priced", "opportunity_item": row.name, **line_on_quote(row, quote)}
		for row in source.items
	]
	if used:
		rows = merged_lines(rows, sellable(rows_of(used, quote)))
		quote.template_texts = texts_of(used)
	for row in rows:
		carry_over(quote.append("items", row))
	if is_used(RECURRING_LINES):
		take_plan(quote, source)
	return quote.insert().name


@whitelist()
def make_call_off(opportunity: str) -> dict:
	"""Return an opportunity, not stored yet, that belongs to this one: of the same partner, class, company and currency.

	From a frame contract it has the lines at what was agreed, see `lines_of_call_off`, and the discount in percent. Raises
	`frappe.PermissionError` without read permission on the opportunity, or without the right to create one.
	"""
	source = frappe.get_doc("Sales Opportunity", opportunity)
	source.check_permission("read")
	require("Sales Opportunity", "create")
	made = frappe.new_doc("Sales Opportunity")
	made.update({fieldname: source.get(fieldname) for fieldname in OF_CALL_OFF})
	made.parent_opportunity = source.name
	if is_frame(source):
		made.discount_percentage = source.discount_percentage
		for row in sellable(lines_of_call_off(source)):
			made.append("items", row)
	made.apply_fieldlevel_read_permissions()
	return conceal(made.as_dict())


@whitelist()
def default_validity(opportunity: str) -> str:
	"""Return the date until which a quote made today would be valid, by class, else by settings."""
	source = frappe.get_doc("Sales Opportunity", opportunity)
	source.check_permission("read")
	days = (
		source.class_doc.validity_days
		or frappe.get_cached_doc("Sales Opportunity Settings").default_validity_days
	)
	return frappe.utils.add_days(frappe.utils.nowdate(), days or 30)


def validate_quotable(opportunity: "SalesOpportunity", has_template: bool = False) -> None:
	"""Raise `OpportunityClosedError` or `LineError` if no complete quote can be made from the opportunity."""
	validate_open(opportunity)
	if not opportunity.items and not has_template:
		frappe.throw(
			_("The opportunity has no line items yet. Add what the customer wants in the tab {0}.").format(
				frappe.bold(_("Details"))
			),
			LineError,
		)
	labels = {"item": _("the item"), "quantity": _("the quantity")}
	for row in opportunity.items:
		missing = [label for fieldname, label in labels.items() if not row.get(fieldname)]
		if missing:
			frappe.throw(
				_("Row #{0}: Enter {1} before you make a quote.").format(row.idx, ", ".join(missing)),
				LineError,
			)

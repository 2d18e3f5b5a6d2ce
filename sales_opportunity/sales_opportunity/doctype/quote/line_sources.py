"""Lines that a draft quote or an open opportunity takes over: from a template, or from another quote of whatever customer."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.deal.copied_fields import AGREED_PRICE, OF_CUSTOMER, copied_values
from sales_opportunity.deal.currency_conversion import price_in_currency
from sales_opportunity.deal.line_sync import line_on_opportunity, net_of_row
from sales_opportunity.deal.list_prices import LISTED
from sales_opportunity.deal.price_basis import included_tax_percentage, price_on_quote, shows_tax
from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import Given
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.sales_opportunity.doctype.quote.addressee import translate
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import FIXED
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_template.lines import (
	read_template,
	require_templates,
	rows_of,
	sellable,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import validate_open

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

QUOTE, OPPORTUNITY = "Quote", "Sales Opportunity"
ROWS = {QUOTE: "Quote Item", OPPORTUNITY: "Sales Opportunity Item"}
AGREED = ("rate", "discount_amount")
"""What was agreed of a line's price."""
OF_ITEM = (*AGREED, *AGREED_PRICE, *LISTED, "discount_percentage", "tax_rate", "recurrence", "periods")
"""What the item says anew; trade-ins and credits keep theirs, of which it knows nothing."""


class NotADraftError(frappe.ValidationError):
	pass


@whitelist(methods=["POST"])
@retried
def add_from_template(doctype: str, name: str, template: str) -> None:
	"""Add the lines of a template to a draft quote or an open opportunity; there the priced ones only.

	Raises `frappe.PermissionError` without write permission on the document or read permission on the template,
	`NotADraftError` for an issued quote, `OpportunityClosedError` for a closed opportunity, and what saving raises.
	"""
	target = locked_target(doctype, name)
	add_rows(target, rows_of(read_template(template), target))


@whitelist(methods=["POST"])
@retried
def add_from_quote(doctype: str, name: str, quote: str, keep_prices: bool) -> None:
	"""Add the lines of any quote to a draft quote or an open opportunity; there the priced ones only.

	Prices and discounts are those of that quote, in the document's currency and with tax if its prices are, or those that the
	items have now. Raises as `add_from_template`.
	"""
	target = locked_target(doctype, name)
	source = frappe.get_doc(QUOTE, quote)
	source.check_permission("read")
	make = row_on_quote if doctype == QUOTE else row_on_opportunity
	rows = [row for row in source.items if doctype == QUOTE or row.row_type == "Priced"]
	add_rows(target, [make(row, source, target, keep_prices) for row in rows])


def locked_target(doctype: str, name: str) -> Any:
	"""Return the document that lines are added to, locked. Raises as `add_from_template`."""
	if doctype not in ROWS:
		refuse_value(doctype, _("DocType"))
	require_templates()
	target = frappe.get_doc(doctype, name, for_update=True)
	target.check_permission("write")
	if doctype == OPPORTUNITY:
		validate_open(target)
	elif target.docstatus != 0:
		frappe.throw(_("Lines can be added to drafts only."), NotADraftError)
	return target


def add_rows(target: "Quote | SalesOpportunity", rows: list[dict[str, Any]]) -> None:
	"""Append those of the rows whose items can be sold, and save the document."""
	for row in sellable(rows):
		target.append("items", row)
	target.save()


def row_on_quote(row: "QuoteItem", source: "Quote", target: "Quote", keep_prices: bool) -> dict[str, Any]:
	"""Return a row of another quote as it stands on this one, in its language."""
	values = {**copied_values(row, ROWS[QUOTE], ROWS[QUOTE]), **OF_CUSTOMER}
	if not is_used(CHOICE):
		values.update(FIXED)
	if row.row_type not in NUMBERED:
		return values
	if source.language != target.language:
		row = frappe.copy_doc(row)
		translate(row, source.language, target.language)
		values.update({"item_name": row.item_name, "description": row.description})
	if keep_prices or row.deduction:
		return {
			**values,
			**{field: price_from_quote(row, field, source, target) for field in AGREED},
			**AGREED_PRICE,
		}
	return {**values, **dict.fromkeys(OF_ITEM), "asks_item": Given(True)}


def price_from_quote(row: "QuoteItem", fieldname: str, source: "Quote", target: "Quote") -> float:
	"""Return a price of another quote's row as this one shows it: as it stands there, if both include tax or neither does."""
	if shows_tax(source) == shows_tax(target):
		return price_in_currency(row.get(fieldname), source, target)
	net = price_in_currency(net_of_row(source, row, fieldname), source, target)
	return flt(price_on_quote(target, net, included_tax_percentage(target, row.tax_rate)))


def row_on_opportunity(
	row: "QuoteItem", source: "Quote", target: "SalesOpportunity", keep_prices: bool
) -> dict[str, Any]:
	"""Return a row of a quote as it stands on an opportunity: net."""
	values = {**line_on_opportunity(row, None, source), **OF_CUSTOMER}
	if keep_prices or row.deduction:
		prices = {field: price_in_currency(values[field], source, target) for field in AGREED}
		return {**values, **prices, **AGREED_PRICE}
	return {**values, **dict.fromkeys(OF_ITEM)}

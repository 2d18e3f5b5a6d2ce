"""Keeps lines and conditions of an opportunity and of its primary quote equal, whichever of the two is saved.

Only priced rows are lines; headings, texts, subtotals, optional and alternative rows stay on the quote. What is
saved last prevails. A saved opportunity saves its draft quote; a quote is written into its opportunity without that
being saved, so that one does not call the other again, and nothing that the opportunity lacks refuses the quote.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe.model import numeric_fieldtypes
from frappe.utils import flt

from sales_opportunity.deal.copied_fields import copied_values
from sales_opportunity.deal.currency_conversion import in_currency, price_in_currency
from sales_opportunity.deal.line_order import merged_order
from sales_opportunity.deal.margins import carry_over, sells_the_same
from sales_opportunity.deal.opportunity_value import set_value_from_quote, set_weighted_amounts
from sales_opportunity.deal.plan_sync import is_plan_of, is_replanned, take_plan
from sales_opportunity.deal.price_basis import (
	PRICES,
	blended_tax_percentage,
	included_freight_tax_percentage,
	included_tax_percentage,
	net_price_of,
	price_on_quote,
	shows_tax,
)
from sales_opportunity.deal.storing import store_synced
from sales_opportunity.inputs.documents import number_rows
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.texts.former_texts import disarm_row

if TYPE_CHECKING:
	from sales_opportunity.pricing.money import Number
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

OPPORTUNITY_LINE, QUOTE_LINE = "Sales Opportunity Item", "Quote Item"
CURRENCY_FIELDS = ("transaction_currency", "conversion_rate")
NOT_LINKED = ""


def copy_lines_to_opportunity(quote: "Quote") -> None:
	"""Write lines, conditions, currency and rate of a primary quote into its open opportunity, if they differ.

	Whoever may change the quote was checked there; a customer's answer may change which one is primary.
	"""
	if not quote.primary_of:
		return
	opportunity = quote.made_of or frappe.get_doc("Sales Opportunity", quote.opportunity, for_update=True)
	opportunity.primary_quote = quote.name  # the deal of a new quote was read before it led to the quote
	if opportunity.status != "Open" or are_equal(quote, opportunity):
		return
	apply_quote(opportunity, quote)
	link_lines(quote, opportunity)


def apply_quote(opportunity: "SalesOpportunity", quote: "Quote") -> None:
	"""Let an opportunity have the lines, conditions and value of a quote, and store it without saving."""
	opportunity.load_doc_before_save()
	set_lines_from_quote(opportunity, quote)
	set_value_from_quote(opportunity, quote)
	set_weighted_amounts(opportunity)
	store_synced(opportunity)


def set_lines_from_quote(opportunity: "SalesOpportunity", quote: "Quote") -> None:
	"""Put priced rows, conditions, currency and rate of a quote into an opportunity, which is not saved by this."""
	former = {row.name: row for row in opportunity.items}
	if quote.transaction_currency != opportunity.transaction_currency:
		former = {}  # new rows, whose prices need no conversion
	opportunity.update({fieldname: quote.get(fieldname) for fieldname in CURRENCY_FIELDS})
	opportunity.update(conditions_on_opportunity(quote))
	opportunity.set("items", [])
	for row in priced_rows(quote):
		former_row = former.pop(row.opportunity_item, None)
		opportunity.append("items", former_row or {})
		opportunity.items[-1].update(line_on_opportunity(row, former_row, quote))
		carry_over(opportunity.items[-1])
		disarm_row(opportunity.items[-1])
	number_rows(opportunity.items)
	if not is_plan_of(quote, opportunity):
		take_plan(opportunity, quote)
		for instalment in opportunity.instalments:
			disarm_row(instalment)


def copy_lines_to_quote(opportunity: "SalesOpportunity") -> None:
	"""Write lines, conditions, currency, rate and partner of an opportunity into its primary quote if that is a draft.

	What the quote fills in or changes in turn is written into the opportunity, which then is as it is stored.
	"""
	is_first = not opportunity.get_doc_before_save()
	if is_first or opportunity.status != "Open" or not opportunity.primary_quote:
		return
	name = frappe.db.get_value("Quote", {"primary_of": opportunity.name, "docstatus": 0}, for_update=True)
	if not name:
		return
	quote = frappe.get_doc("Quote", name, for_update=True)
	is_with_same = (quote.party, quote.company) == (opportunity.party, opportunity.company)
	has_new_plan = is_replanned(opportunity, quote)
	if are_equal(quote, opportunity) and is_with_same and not has_new_plan:
		return
	if quote.transaction_currency != opportunity.transaction_currency:
		quote = convert_currency(quote, opportunity)
	quote.conversion_rate = opportunity.conversion_rate
	set_quote_rows(quote, opportunity)
	quote.freight_tax_rate = opportunity.freight_tax_rate
	quote.update(conditions_on_quote(opportunity, quote))
	if has_new_plan:
		take_plan(quote, opportunity)
	# Whoever may change the opportunity was checked there.
	quote.save(ignore_permissions=True)
	if not are_equal(quote, opportunity):
		opportunity.load_from_db()


def set_quote_rows(quote: "Quote", opportunity: "SalesOpportunity") -> None:
	"""Put the opportunity's lines into the priced rows of a quote; all other rows keep their places."""
	rows, lines = list(quote.items), opportunity.items
	order = merged_order(
		[(row.opportunity_item or NOT_LINKED) if row.row_type == "Priced" else None for row in rows],
		[line.name for line in lines],
	)
	quote.set("items", [])
	for row_index, line_index in order:
		quote.append("items", {} if row_index is None else rows[row_index])
		row = quote.items[-1]
		if line_index is not None:
			line = lines[line_index]
			row.update({"row_type": "Priced", "opportunity_item": line.name})
			row.update(line_on_quote(line, quote, row))
			carry_over(row)
	number_rows(quote.items)


def convert_currency(quote: "Quote", opportunity: "SalesOpportunity") -> "Quote":
	"""Bring a draft into the opportunity's currency: what is not one of the lines by the change of the rate."""
	former = frappe._dict({fieldname: quote.get(fieldname) for fieldname in CURRENCY_FIELDS})
	# The currency is fixed for users, since prices would keep their figures; here they are converted.
	quote.db_set(
		{fieldname: opportunity.get(fieldname) for fieldname in CURRENCY_FIELDS}, update_modified=False
	)
	quote = frappe.get_doc("Quote", quote.name, for_update=True)
	for row in quote.items:
		for fieldname in PRICES:
			row.set(fieldname, price_in_currency(row.get(fieldname), former, quote))
	quote.freight = in_currency(quote.freight, former, quote)
	quote.fixed_discount = in_currency(quote.fixed_discount, former, quote)
	return quote


def are_equal(quote: "Quote", opportunity: "SalesOpportunity") -> bool:
	"""Return whether both have the same conditions, plan of instalments, rate, and lines in the same order that are linked."""
	rows = priced_rows(quote)
	return (
		quote.transaction_currency == opportunity.transaction_currency
		and to_decimal(quote.conversion_rate) == to_decimal(opportunity.conversion_rate)
		and has_values(opportunity, conditions_on_opportunity(quote))
		and is_plan_of(quote, opportunity)
		and [row.opportunity_item for row in rows] == [line.name for line in opportunity.items]
		and all(
			has_values(row, line_on_quote(line, quote, row))
			and all(flt(line.get(fieldname)) == net_of_row(quote, row, fieldname) for fieldname in PRICES)
			for row, line in zip(rows, opportunity.items, strict=True)
		)
	)


def has_values(doc: "SalesOpportunity | Quote | QuoteItem", values: dict) -> bool:
	"""Return whether a document or row has these values: 1 is 1.0, nothing is an empty text."""
	return all(
		comparable(doc, fieldname, doc.get(fieldname)) == comparable(doc, fieldname, value)
		for fieldname, value in values.items()
	)


def comparable(doc: "SalesOpportunity | Quote | QuoteItem", fieldname: str, value: Any) -> Decimal | str:
	"""Return a value of a field as it is compared: a number exactly, all else as text, where nothing is the empty one."""
	is_number = doc.meta.get_field(fieldname).fieldtype in numeric_fieldtypes
	return to_decimal(value) if is_number else str(value or "")


def conditions_on_quote(opportunity: "SalesOpportunity", quote: "Quote") -> dict:
	"""Return discounts on the whole and freight of an opportunity as they stand on a quote that has its rows already."""
	return {
		"discount_percentage": opportunity.discount_percentage,
		"fixed_discount": price_kept_or_converted(
			quote, opportunity.fixed_discount, blended_tax_percentage(quote), quote.fixed_discount
		),
		"freight": price_kept_or_converted(
			quote, opportunity.freight, included_freight_tax_percentage(quote), quote.freight
		),
	}


def conditions_on_opportunity(quote: "Quote") -> dict:
	"""Return discounts on the whole and freight of a quote as they stand on the opportunity: net."""
	return {
		"discount_percentage": quote.discount_percentage,
		"fixed_discount": net_price_of(quote, quote.fixed_discount, blended_tax_percentage(quote)),
		"freight": net_price_of(quote, quote.freight, included_freight_tax_percentage(quote)),
		"freight_tax_rate": quote.freight_tax_rate,
		"prices_include_tax": int(shows_tax(quote)),
	}


def price_kept_or_converted(
	quote: "Quote", net_price: "Number", percent: "Number", shown: "Number"
) -> "Number":
	"""Return a net price as it stands on the quote: what is `shown` there if it stands for this price."""
	if flt(net_price_of(quote, shown, percent)) == flt(net_price):
		return flt(shown)
	return price_on_quote(quote, net_price, percent)


def net_of_row(quote: "Quote", row: "QuoteItem", fieldname: str) -> float:
	"""Return what is net behind a unit price or fixed discount of a row of a quote."""
	return flt(net_price_of(quote, row.get(fieldname), included_tax_percentage(quote, row.tax_rate)))


def line_on_quote(line: "SalesOpportunityItem", quote: "Quote", row: "QuoteItem | None" = None) -> dict:
	"""Return the values of an opportunity's line as they stand on a quote, in the given row: with tax if its prices are.

	Name and description are those of the item in the quote's language, unless they were written by hand. The costs of an
	issued quote stay.
	"""
	language = quote.language
	values = copied_values(line, OPPORTUNITY_LINE, QUOTE_LINE)
	values["unit_cost"] = row.unit_cost if row and quote.docstatus else line.unit_cost
	percent = included_tax_percentage(quote, line.tax_rate)
	for fieldname in PRICES:
		values[fieldname] = price_kept_or_converted(
			quote, line.get(fieldname), percent, row.get(fieldname) if row else None
		)
	if line.item:
		get_item = quote.asked_items.get
		default, translated = (
			get_item(line.item_type, line.item),
			get_item(line.item_type, line.item, language),
		)
		if line.item_name == default.title:
			values["item_name"] = translated.title
		if (line.description or "") == (default.description or ""):
			values["description"] = translated.description
	return values


def line_on_opportunity(row: "QuoteItem", line: "SalesOpportunityItem | None", quote: "Quote") -> dict:
	"""Return the values of a quote's row as they stand on the opportunity: net, with texts in the site's language.

	What follows from the former `line` leaves it alone, and so does the cost in a quote that was issued.
	"""
	values = copied_values(row, QUOTE_LINE, OPPORTUNITY_LINE)
	keeps_cost = quote.docstatus and line and line.unit_cost and sells_the_same(row, line)
	values["unit_cost"] = line.unit_cost if line and keeps_cost else row.unit_cost
	values |= {fieldname: net_of_row(quote, row, fieldname) for fieldname in PRICES}
	former = line_on_quote(line, quote) if line else {}
	if not row.item:
		return values
	get_item = quote.asked_items.get
	default, translated = get_item(row.item_type, row.item), get_item(row.item_type, row.item, quote.language)
	for fieldname, source, target in (
		("item_name", default.title, translated.title),
		("description", default.description, translated.description),
	):
		if line and (former[fieldname] or "") == (row.get(fieldname) or ""):
			values[fieldname] = line.get(fieldname)
		elif (row.get(fieldname) or "") == (target or ""):
			values[fieldname] = source
	return values


def priced_rows(quote: "Quote") -> "list[QuoteItem]":
	"""Return the rows that count."""
	return [row for row in quote.items if row.row_type == "Priced"]


def link_lines(quote: "Quote", opportunity: "SalesOpportunity") -> None:
	"""Note on each priced row of the quote which of the opportunity's lines, equal in number and order, it is."""
	for row, line in zip(priced_rows(quote), opportunity.items, strict=True):
		if row.opportunity_item != line.name:
			row.db_set("opportunity_item", line.name, update_modified=False)

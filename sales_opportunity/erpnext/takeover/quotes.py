"""Quotations as quotes: with their number, sums and status, and without a new paper, since the customer has the old one."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import frappe
from frappe import _
from frappe.model.naming import set_new_name
from frappe.utils import get_datetime, getdate

from sales_opportunity.currency import company_currency, decimal_places, format_amount
from sales_opportunity.deal.quote_status import LIVE, QuoteStatus
from sales_opportunity.erpnext.company.terms import payment_terms_text
from sales_opportunity.erpnext.errors import NotTakenOverError
from sales_opportunity.erpnext.masters.mirrors import ensure_rate, ensure_unit
from sales_opportunity.erpnext.takeover.cases import (
	DRAFT,
	SUBMITTED,
	Case,
	OldQuotation,
	moment,
	quote_status,
)
from sales_opportunity.erpnext.takeover.plans import set_agreed_plan
from sales_opportunity.erpnext.takeover.quoted_lines import (
	Quoted,
	UnequalSumsError,
	percents_of,
	quoted,
)
from sales_opportunity.erpnext.takeover.rates import base_rate
from sales_opportunity.erpnext.takeover.reading import MARKS, old_lines, old_sums, old_taxes
from sales_opportunity.erpnext.tax.templates import as_template, sales_tax_rate
from sales_opportunity.inputs.documents import validate_fields
from sales_opportunity.masters.adapters import default_language
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.valuation import converted
from sales_opportunity.printing.postal import address_lines
from sales_opportunity.sales_opportunity.doctype.quote.amounts import (
	compute_lines_of_quote,
	compute_totals_of_quote,
)
from sales_opportunity.sales_opportunity.doctype.quote.instalments import set_plan
from sales_opportunity.texts.cleaning import clean_document

if TYPE_CHECKING:
	from datetime import datetime

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def quoted_of(quotation: Any) -> Quoted:
	"""Return lines and conditions of a Quotation as a quote has them. Raises `NotTakenOverError` if it cannot have them."""
	for row in quotation.items:
		require_line(row, row.qty, row.rate)
	places = decimal_places(quotation.currency)
	try:
		found = quoted(old_lines(quotation), old_taxes(quotation), old_sums(quotation), places)
	except UnequalSumsError as error:
		kind = _("Tax") if error.kind == "Tax" else _("Net Total", context="Quote")
		throw_not_taken_over(
			_("{0}: {1} in ERPNext, {2} as a quote").format(
				kind,
				format_amount(error.expected, quotation.currency),
				format_amount(error.found, quotation.currency),
			)
		)
	if found.freight < 0:
		throw_not_taken_over(
			_("a charge of {0} is below 0").format(format_amount(found.freight, quotation.currency))
		)
	for percent in percents_of(found):
		ensure_rate(percent)
	for unit in {row.uom for row in quotation.items}:
		ensure_unit(unit, 0)
	return found


def require_line(row: Any, quantity: float, rate: float) -> None:
	"""Raise `NotTakenOverError` for a line that quotes cannot have."""
	if not row.item_code:
		throw_not_taken_over(_("row {0} has no item").format(row.idx))
	if not frappe.db.exists("Item", row.item_code, cache=True):
		throw_not_taken_over(_("row {0}: the item {1} is gone").format(row.idx, row.item_code))
	if to_decimal(quantity) <= 0:
		throw_not_taken_over(_("row {0} has no quantity").format(row.idx))
	if to_decimal(rate) < 0:
		throw_not_taken_over(_("row {0} has a price below 0").format(row.idx))


def throw_not_taken_over(reason: str) -> NoReturn:
	"""Raise `NotTakenOverError`."""
	raise NotTakenOverError(reason)


def lines_of(quotation: Any, found: Quoted) -> list[dict]:
	"""Return the rows of a quote."""
	return [
		{
			"row_type": "Alternative" if line.is_alternative else "Priced",
			"item_type": "Item",
			"item": row.item_code,
			"item_name": row.item_name,
			"description": row.description,
			"quantity": float(line.quantity),
			"unit": row.uom,
			"rate": float(line.rate),
			"discount_percentage": float(line.discount_percentage),
			"tax_rate": sales_tax_rate(line.percent),
		}
		for row, line in zip(quotation.items, found.lines, strict=True)
	]


def conditions_of(quotation: Any, found: Quoted) -> dict:
	"""Return what a Quotation says of the whole, as deal and quote have it."""
	return {
		"transaction_currency": quotation.currency,
		"conversion_rate": base_rate(quotation),
		"discount_percentage": float(found.discount_percentage),
		"freight": float(found.freight),
		"freight_tax_rate": sales_tax_rate(found.freight_percent) if found.freight else None,
	}


def net_of(quotation: Any, found: Quoted) -> Decimal:
	"""Return what ERPNext has for what quotes call net: its charges that are no tax are part of it."""
	return to_decimal(quotation.net_total) + found.freight


def treatment_of(quotation: Any) -> str:
	"""Return the tax treatment that the Quotation's template stands for."""
	name = quotation.taxes_and_charges
	if not name or not frappe.db.exists("Sales Taxes and Charges Template", name):
		return "Domestic"
	return as_template(frappe.get_cached_doc("Sales Taxes and Charges Template", name)).treatment


def as_quote(quotation: Any, found: Quoted, deal: "SalesOpportunity") -> "Quote":
	"""Return the quote that a Quotation is, without its status."""
	quote = frappe.new_doc("Quote")
	quote.update(
		{
			"opportunity": deal.name,
			"company": quotation.company,
			"company_currency": company_currency(),
			"subject": typed_title(quotation),
			"quote_date": quotation.transaction_date,
			"valid_until": quotation.valid_till or quotation.transaction_date,
			"sales_person": deal.opportunity_owner,
			"tax_treatment": treatment_of(quotation),
			"prices_include_tax": 0,
			"party_name": quotation.customer_name or deal.party_name,
			"contact": existing_name("Contact", quotation.contact_person),
			"contact_name": quotation.contact_display,
			"contact_email": quotation.contact_email,
			"address": existing_name("Address", quotation.customer_address),
			"language": existing_name("Language", quotation.language) or default_language(),
			"payment_terms": payment_terms_text(
				existing_name("Payment Terms Template", quotation.payment_terms_template)
			),
			"terms": quotation.terms,
			"print_format": "Quote",
			"letter_head": existing_name("Letter Head", quotation.letter_head),
			"from_masters": None,
			**{fieldname: deal.get(fieldname) for fieldname in ("party_type", "party", "class_id")},
			**conditions_of(quotation, found),
		}
	)
	quote.address_display = "\n".join(address_lines(quote.address, quote.party_name, quote.contact_name))
	for row in lines_of(quotation, found):
		quote.append("items", row)
	set_agreed_plan(quote, quotation)
	return quote


def typed_title(quotation: Any) -> str | None:
	"""Return the title if somebody has typed one in: ERPNext's own is the customer's name, and since 16 there is none."""
	title = quotation.get("title")
	return title if title != quotation.customer_name else None


def existing_name(doctype: str, name: str | None) -> str | None:
	"""Return a name if there still is what it names."""
	return name if name and frappe.db.exists(doctype, name) else None


def store_quote(
	case: Case,
	old: OldQuotation,
	quotation: Any,
	deal: "SalesOpportunity",
	found: Quoted,
	closed_on: "datetime | None",
) -> str:
	"""Store a Quotation as a quote of its deal, mark it, and return the quote's name.

	A draft goes through all that new quotes do. What was issued is stored with the sums that the customer has read.
	"""
	quote = as_quote(quotation, found, deal)
	if old is case.leading:
		priced = [row for row in quote.items if row.row_type == "Priced"]
		for row, line in zip(priced, deal.items, strict=True):
			row.opportunity_item = line.name
	name = old.name if not frappe.db.exists("Quote", old.name) else None
	if old.docstatus == DRAFT:
		quote.insert(set_name=name)
	else:
		set_status(quote, case, old, closed_on)
		insert_as_it_was(quote, quotation, name, found)
	require_equal(quote, net_of(quotation, found), quotation)
	frappe.db.set_value("Quotation", old.name, MARKS["Quotation"], quote.name, update_modified=False)
	return quote.name


def require_equal(quote: "Quote", net: Decimal, quotation: Any) -> None:
	"""Raise `NotTakenOverError` if a quote has other sums than the Quotation; a draft's tax is that of today."""
	pairs = [(net, quote.net_total)]
	if quotation.docstatus != DRAFT:
		pairs.append((to_decimal(quotation.grand_total), quote.gross_total))
	for expected, stored in pairs:
		if expected != to_decimal(stored):
			throw_not_taken_over(
				_("{0}: {1} in ERPNext, {2} as a quote").format(
					_("Total"),
					format_amount(expected, quotation.currency),
					format_amount(stored, quotation.currency),
				)
			)


def set_status(quote: "Quote", case: Case, old: OldQuotation, closed_on: "datetime | None") -> None:
	"""Set the status, when it came to it, and the place among the revisions."""
	quote.set("status", quote_status(case, old, getdate()))
	quote.docstatus = old.docstatus
	quote.issued_on = moment(old.created, old.dated)
	if quote.status in (QuoteStatus.ACCEPTED, QuoteStatus.DECLINED):
		quote.answered_on = closed_on
	quote.is_primary = int(old is case.leading and quote.status in LIVE and old.docstatus == SUBMITTED)
	quote.primary_of = quote.opportunity if quote.is_primary else None
	quote.quote_number, quote.revision = place_in_chain(case, old)


def place_in_chain(case: Case, old: OldQuotation) -> tuple[str, int]:
	"""Return number and revision of a Quotation: those that it amends come before it."""
	known = {each.name: each.amended_from for each in case.quotations}
	number, revision = old.name, 1
	while (former := known.get(number)) in known and revision <= len(known):
		number, revision = former or number, revision + 1
	return number, revision


def insert_as_it_was(quote: "Quote", quotation: Any, name: str | None, found: Quoted) -> None:
	"""Write a quote that was issued elsewhere: nothing of it is asked for anew, and no paper is made."""
	created = get_datetime(quotation.creation)
	quote.update({"owner": quotation.owner, "creation": created})
	quote.update({"modified": created, "modified_by": quotation.modified_by})
	compute_lines_of_quote(quote)
	compute_totals_of_quote(quote)
	add_tax_difference(quote, found.tax_difference)
	set_plan(quote)
	set_names(quote, name)
	validate_fields(quote)
	clean_document(quote)
	quote.db_insert()
	for row in quote.get_all_children():
		row.db_insert()
	if quote.is_primary:
		frappe.db.set_value(
			"Sales Opportunity", quote.opportunity, "primary_quote", quote.name, update_modified=False
		)


def set_names(quote: "Quote", name: str | None) -> None:
	"""Name a quote as ERPNext has named it, since the customer knows it by that, else by its own series."""
	if name:
		quote.name = name
	else:
		quote.set_new_name(set_child_names=False)
	quote.set_parent_in_children()
	for row in quote.get_all_children():
		set_new_name(row)
		row.docstatus = quote.docstatus


def add_tax_difference(quote: "Quote", difference: Decimal) -> None:
	"""Let the tax be the one that the customer has read, which was rounded in each line."""
	if not difference:
		return
	row = max(quote.taxes, key=lambda tax: tax.tax_amount)
	row.tax_amount = float(to_decimal(row.tax_amount) + difference)
	quote.tax_total = float(to_decimal(quote.tax_total) + difference)
	quote.gross_total = float(to_decimal(quote.gross_total) + difference)
	quote.base_gross_total = float(
		converted(quote.gross_total, quote.conversion_rate, decimal_places(quote.company_currency))
	)

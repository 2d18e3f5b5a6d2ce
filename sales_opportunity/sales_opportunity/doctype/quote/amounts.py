"""Lines and sums of a quote, from the document to the pure calculation and back."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt, getdate

from sales_opportunity.access.permissions import require
from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.currency_conversion import item_price
from sales_opportunity.deal.line_amounts import (
	amount_of_row,
	name_of_row,
	validate_fixed_discount,
	validate_whole_discount,
	validate_worth,
)
from sales_opportunity.deal.line_sync import priced_rows
from sales_opportunity.deal.list_prices import LISTED, is_asked_anew, keep_agreement, set_list_price
from sales_opportunity.deal.margins import set_margins
from sales_opportunity.deal.price_basis import net_price_of
from sales_opportunity.deal.recurring import item_term, set_recurrence, set_recurring_sums
from sales_opportunity.deal.switched_lines import validate_line, validate_whole
from sales_opportunity.exchange_rates import exchange_rate
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.adapters import (
	Sale,
	default_tax_rate,
	get_item,
	get_party,
	require_registered_item,
	sale_of_row,
)
from sales_opportunity.masters.companies import company_type, permitted_companies
from sales_opportunity.pricing.deal_value import converted_shares
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.pricing.totals import (
	TaxedAmount,
	compute_totals,
	net_shares,
	with_tax,
)
from sales_opportunity.pricing.valuation import (
	converted,
	unit_price,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import set_open_quantity
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED, number_positions

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem


class QuoteLineError(frappe.ValidationError):
	pass


def validate_lines(doc: "Quote") -> None:
	"""Raise `QuoteLineError`, with the row's number, if a line or the document's discount is impossible."""
	before = doc.get_doc_before_save()
	rows_before = {row.name: row for row in before.items} if before else {}
	for row in doc.items:
		if row.row_type not in NUMBERED:
			row.recurrence = ""
			set_recurrence(row, None)
			set_open_quantity(row, None)
			continue
		row_before = row if doc.is_copy else rows_before.get(row.name)
		set_recurrence(row, row_before)
		validate_line(row, row_before)
		set_open_quantity(row, row_before)
		if not row.item or flt(row.quantity) <= 0:
			frappe.throw(_("Row #{0}: Enter an item and a quantity.").format(row.idx), QuoteLineError)
		if flt(row.rate) < 0:
			frappe.throw(_("Row #{0}: The rate must not be negative.").format(row.idx), QuoteLineError)
		if not 0 <= flt(row.discount_percentage) <= 100:
			frappe.throw(
				_("Row #{0}: The discount must lie between 0 and 100 %.").format(row.idx), QuoteLineError
			)
		amount = amount_of_row(row, decimal_places(doc.transaction_currency))
		validate_fixed_discount(row, amount, QuoteLineError)
	if not any(row.row_type == "Priced" and not row.deduction for row in doc.items):
		frappe.throw(_("A quote needs at least one priced line."), QuoteLineError)
	if not 0 <= flt(doc.discount_percentage) <= 100:
		frappe.throw(_("The discount must lie between 0 and 100 %."), QuoteLineError)
	if doc.prices_include_tax and doc.tax_treatment not in ("Domestic", "Small Business"):
		frappe.throw(
			_("Prices that include tax are for domestic quotes only. The tax treatment is {0}.").format(
				_(doc.tax_treatment, context=doc.doctype)
			)
		)


def validate_sums(doc: "Quote") -> None:
	"""Raise `QuoteLineError` or `DeductionError` if discounts or deductions come to more than what they are taken from, net or with tax,
	`SwitchedOffError` for a discount that the settings do not know."""
	validate_whole(doc, doc if doc.is_copy else doc.get_doc_before_save())
	is_overdrawn = doc.discount_amount > doc.line_total
	validate_whole_discount(doc, priced_rows(doc), is_overdrawn, QuoteLineError)
	validate_worth(min(doc.net_total, doc.gross_total))


def fill_in_items(doc: "Quote") -> None:
	"""Fill what the item says into rows that have no name yet or ask for it, in the quote's language and currency."""
	validate_items(doc)
	before = doc.get_doc_before_save()
	sold = [row for row in (before.items if before else ()) if row.row_type in NUMBERED]
	rows_before = {row.name: row for row in sold}
	for row in doc.items:
		is_new, row_before = row.asks_item or not row.item_name, rows_before.get(row.name)
		if row.row_type not in NUMBERED or not row.item:
			continue
		keep_agreement(row, row_before)
		if is_new or is_asked_anew(doc, row, row_before):
			row.asks_item = None
			require(row.item_type or "", "read", doc=row.item)
			sale = sale_of_row(doc, row, getdate(doc.quote_date))
			details = details_of(
				row.item_type,
				row.item,
				doc.language,
				replace(sale, quantity=sale.quantity or 1),
				prices_include_tax=bool(doc.prices_include_tax) and doc.tax_treatment == "Domestic",
			)
			listed = [details.pop(fieldname) for fieldname in LISTED]
			set_list_price(row, *listed, keeps_rate=bool(doc.is_copy))
			if not is_new:
				continue
			if row.deduction:
				del details["discount_percentage"]
			if row.rate:
				# An app's discount and recurrence belong to its price, not to one that was agreed.
				for fieldname in ("rate", "discount_percentage", "recurrence", "periods"):
					details.pop(fieldname, None)
			for fieldname, value in details.items():
				row.set(fieldname, row.get(fieldname) or value)


def validate_items(doc: "Quote") -> None:
	"""Raise `QuoteLineError` for a disabled item in a row that is new; lines of the opportunity and copies have theirs."""
	if doc.is_copy:
		return
	before = doc.get_doc_before_save()
	known = {(row.name, row.item) for row in before.items} if before else set()
	for row in doc.items:
		if row.item and not row.opportunity_item and (row.name, row.item) not in known:
			item = doc.asked_items.get(row.item_type, row.item)
			if item.disabled:
				frappe.throw(
					_("Row #{0}: Item {1} is disabled. Choose another one.").format(
						row.idx, frappe.bold(item.title)
					),
					QuoteLineError,
				)
			if item.refusal:
				frappe.throw(_("Row #{0}: {1}").format(row.idx, item.refusal), QuoteLineError)


@whitelist()
def item_details(
	item_type: str,
	item: str,
	language: str,
	currency: str,
	conversion_rate: float | None = None,
	prices_include_tax: bool = False,
	party_type: str | None = None,
	party: str | None = None,
	quantity: float | None = None,
	unit: str | None = None,
	company: str | None = None,
) -> dict:
	"""Return what a quote's row has of an item: from its name to its tax rate and term.

	The price is in `currency`, and has its source. `conversion_rate` is the currency's rate, by default that of
	today. Raises `frappe.PermissionError` if the user may not read the item or the partner, or is limited to other
	companies, `MissingExchangeRateError` if there is no rate for the currency.
	"""
	require_registered_item(item_type)
	require(item_type, "read", doc=item)
	if party_type and party:
		get_party(party_type, party)
		require(party_type, "read", doc=party)
	rate = conversion_rate or exchange_rate(currency)
	doctype, permitted = company_type(), permitted_companies("Quote")
	if doctype and company and permitted and company not in permitted:
		require(doctype, "read", doc=company)
	known_company = company if doctype else None
	sale = Sale(party_type, party, currency, rate, quantity or 1, unit, getdate(), known_company)
	return details_of(item_type, item, language, sale, prices_include_tax)


def details_of(
	item_type: str | None, item: str, language: str | None, sale: Sale, prices_include_tax: bool
) -> dict:
	"""Return what `item_details` does, for whoever may see it."""
	found = get_item(item_type, item, language, sale)
	tax_rate = found.tax_rate or default_tax_rate()
	price = item_price(found, sale.currency, sale.conversion_rate)
	if prices_include_tax:
		price = with_tax(
			price, frappe.get_cached_value("Sales Tax Rate", tax_rate, "rate"), decimal_places(sale.currency)
		)
	return {
		"item_name": found.title,
		"description": found.description,
		"unit": found.unit,
		"rate": float(price),
		"list_price": float(price) if found.price_source else 0.0,
		"list_discount": found.discount_percentage if found.price_source else 0.0,
		"price_source": found.price_source,
		"discount_percentage": found.discount_percentage,
		"tax_rate": tax_rate,
		**item_term(found.recurrence, found.periods),
	}


def compute_lines_of_quote(doc: "Quote") -> None:
	"""Set positions, amounts and tax rates of all lines; a subtotal sums the priced lines since the last one."""
	positions = number_positions([row.row_type for row in doc.items])
	subtotal, standard_tax_rate = Decimal(0), cache(default_tax_rate)
	for row, position in zip(doc.items, positions, strict=True):
		row.position = position
		row.amount = row.base_amount = row.tax_percentage = 0.0
		if row.row_type in NUMBERED:
			compute_line(doc, row, standard_tax_rate)
		if row.row_type == "Priced":
			subtotal += to_decimal(row.amount)
		elif row.row_type == "Subtotal":
			row.amount, subtotal = float(subtotal), Decimal(0)


def compute_line(doc: "Quote", row: "QuoteItem", standard_tax_rate: Callable[[], str | None]) -> None:
	"""Set tax, price and amounts of a row; `standard_tax_rate` returns the rate where neither row nor item has one."""
	row.is_service = doc.asked_items.get(row.item_type, row.item).is_service
	row.tax_rate = row.tax_rate or standard_tax_rate()
	row.tax_percentage = tax_percentage(doc, row.tax_rate)
	row.rate, row.discount_amount = float(unit_price(row.rate)), float(unit_price(row.discount_amount))
	row.amount = float(amount_of_row(row, decimal_places(doc.transaction_currency)))
	row.base_amount = float(converted(row.amount, doc.conversion_rate, decimal_places(doc.company_currency)))


def tax_percentage(doc: "Quote", tax_rate: str | None) -> float:
	"""Return the rate in % that applies under the quote's tax treatment: 0 for all but domestic quotes."""
	if not tax_rate or doc.tax_treatment != "Domestic":
		return 0.0
	return frappe.get_cached_value("Sales Tax Rate", tax_rate, "rate")


def compute_totals_of_quote(doc: "Quote") -> None:
	"""Set the sums in both currencies and the table of taxes."""
	for fieldname in ("fixed_discount", "freight"):
		rounded = round_money(to_decimal(doc.get(fieldname)), decimal_places(doc.transaction_currency))
		doc.set(fieldname, float(rounded))
	amounts = taxed_amounts(doc)
	conditions = taxed_freight(doc), bool(doc.prices_include_tax), decimal_places(doc.transaction_currency)
	totals = compute_totals(amounts, doc.discount_percentage, *conditions, doc.fixed_discount)
	doc.deduction_total = float(totals.deduction_total)
	doc.line_total = float(totals.line_total)
	doc.discount_amount = float(totals.discount_amount)
	doc.net_total = float(totals.net)
	doc.tax_total = float(totals.tax)
	doc.gross_total = float(totals.gross)
	base_places = decimal_places(doc.company_currency)
	doc.base_net_total = float(converted(totals.net, doc.conversion_rate, base_places))
	doc.base_gross_total = float(converted(totals.gross, doc.conversion_rate, base_places))
	set_shares_of_quote(doc, *net_shares(amounts, totals, *conditions, names_of_rows(doc)))
	doc.set("taxes", [])
	for tax in totals.taxes:
		doc.append(
			"taxes",
			{
				"tax_rate": tax.tax_name,
				"rate": float(tax.tax_rate),
				"taxable_amount": float(tax.taxable_amount),
				"tax_amount": float(tax.tax_amount),
			},
		)


def taxed_amounts(doc: "Quote") -> list[TaxedAmount]:
	"""Return what the rows that count amount to, with their taxes."""
	return [
		TaxedAmount(
			to_decimal(row.amount), row.tax_rate or "", to_decimal(row.tax_percentage), bool(row.deduction)
		)
		for row in priced_rows(doc)
	]


def taxed_freight(doc: "Quote") -> TaxedAmount:
	"""Return the freight with its own tax, if it has one."""
	percentage = tax_percentage(doc, doc.freight_tax_rate)
	return TaxedAmount(to_decimal(doc.freight), doc.freight_tax_rate or "", to_decimal(percentage))


def names_of_rows(doc: "Quote") -> list[str]:
	"""Return by what the rows that count are told apart, as those of the opportunity with their net prices."""
	return [name_of_row(row, net_price_of(doc, row.rate, row.tax_percentage)) for row in priced_rows(doc)]


def shares_as_priced(doc: "Quote") -> tuple[list[Decimal], Decimal]:
	"""Return what each row that counts, and the freight, bring after the discount on the whole, with tax if prices include it."""
	conditions = taxed_freight(doc), False, decimal_places(doc.transaction_currency)
	lines = taxed_amounts(doc)
	totals = compute_totals(lines, doc.discount_percentage, *conditions, doc.fixed_discount)
	amounts, freight_taxes = net_shares(lines, totals, *conditions, names_of_rows(doc))
	return amounts, sum(freight_taxes.values(), Decimal(0))


def set_shares_of_quote(doc: "Quote", shares: list[Decimal], freight: dict[str, Decimal]) -> None:
	"""Set what follows from what each row that counts, and the freight by its tax, bring net: recurring sums and margins."""
	rows, net_freight = priced_rows(doc), sum(freight.values(), Decimal(0))
	base_net, places = to_decimal(doc.base_net_total), decimal_places(doc.company_currency)
	*base_shares, base_freight = converted_shares(
		[*shares, net_freight], base_net, doc.conversion_rate, places, [*names_of_rows(doc), ""]
	)
	set_recurring_sums(doc, rows, shares, base_shares, (net_freight, base_freight))
	set_margins(doc, zip(rows, base_shares, strict=True))

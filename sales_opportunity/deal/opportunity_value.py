"""What an opportunity is worth, step by step on the document: currency, lines, amount, probability, weighted."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt, getdate

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.currency_conversion import in_currency, item_price, price_in_currency
from sales_opportunity.deal.frame_lines import share_discount
from sales_opportunity.deal.instalments import set_instalments
from sales_opportunity.deal.line_amounts import (
	amount_of_row,
	name_of_row,
	validate_fixed_discount,
	validate_whole_discount,
)
from sales_opportunity.deal.list_prices import is_asked_anew, keep_agreement, set_list_price
from sales_opportunity.deal.margins import compute_margins, set_margins
from sales_opportunity.deal.price_basis import PRICES, included_tax_percentage
from sales_opportunity.deal.recurring import item_term, set_recurrence, set_recurring_sums
from sales_opportunity.deal.stage_rules import FIXED_PROBABILITY
from sales_opportunity.deal.switched_lines import validate_line, validate_whole
from sales_opportunity.exchange_rates import exchange_rate
from sales_opportunity.features import SUMS_IN_BOTH_CURRENCIES
from sales_opportunity.masters.adapters import default_tax_rate, get_item, get_party, sale_of_row
from sales_opportunity.masters.companies import get_company
from sales_opportunity.pricing.deal_value import (
	DealLine,
	DealValue,
	amount_in_sums,
	deal_value,
)
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.totals import TaxedAmount
from sales_opportunity.pricing.valuation import (
	converted,
	unit_price,
	weighted,
)

if TYPE_CHECKING:
	from sales_opportunity.masters.adapters import Item
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)


TaxOf = Callable[[str | None], tuple[str, Decimal]]
"""Returns name and rate (in %) of a tax."""

FREIGHT_SHARES = ("net_freight", "base_net_freight")
ROW_SHARES = ("net_amount", "base_net_amount")
"""What the freight and each line bring of what will be invoiced."""


class LineError(frappe.ValidationError):
	pass


def set_value(doc: "SalesOpportunity", quote: "Quote | None" = None) -> None:
	"""Set everything that makes up the value of an opportunity, in the order in which one follows from the other.

	`quote` is the one that it has just taken its lines from.
	"""
	if quote:
		set_value_from_quote(doc, quote)
	else:
		set_currency(doc)
		convert_prices(doc)
		compute_lines(doc)
		set_amount(doc)
		set_instalments(doc)
	set_probability(doc)
	set_weighted_amounts(doc)


def set_value_from_quote(doc: "SalesOpportunity", quote: "Quote") -> None:
	"""Set the value of an opportunity that has just taken over the lines and conditions of a quote, as they stand."""
	before = doc.get_doc_before_save()
	set_net_amounts(doc)
	if doc.manual_amount:
		doc.amount = in_currency(before.amount, before, doc)
	set_amount(doc, quote)
	set_instalments(doc)


def set_currency(doc: "SalesOpportunity") -> None:
	"""Set currency and exchange rate: the class's, else the partner's, else the company's."""
	doc.company_currency = company_currency()
	if not doc.transaction_currency:
		party_currency = get_party(doc.party_type, doc.party, doc.company).currency
		company = get_company(doc.company)
		doc.transaction_currency = (
			doc.class_doc.default_currency
			or party_currency
			or (company and company.currency)
			or doc.company_currency
		)
	before = doc.get_doc_before_save()
	currency_changed = before and before.transaction_currency != doc.transaction_currency
	if doc.transaction_currency == doc.company_currency:
		doc.conversion_rate = 1
	elif not doc.conversion_rate or (currency_changed and doc.conversion_rate == before.conversion_rate):
		doc.conversion_rate = exchange_rate(doc.transaction_currency, doc.happened_on)


def convert_prices(doc: "SalesOpportunity") -> None:
	"""Bring prices and amounts in a former currency into the document's: all of a form's, else those that are as stored.

	A form says in `__prices_in` to which currency and exchange rate its prices belong, since it may have been
	changed more than once before it is saved. A price that only followed from the stored one goes back to it.
	"""
	before = doc.get_doc_before_save() or frappe._dict(items=[])
	in_form = doc.get("__prices_in")
	former = frappe._dict(in_form) if in_form else before
	if former.transaction_currency in (None, doc.transaction_currency):
		return

	def convert(value: float, stored: float | None, in_currency: Callable[..., float]) -> float:
		if stored is not None and flt(value) == in_currency(stored, before, former):
			return in_currency(stored, before, doc)
		return in_currency(value, former, doc) if in_form else value

	stored_rows = {row.name: row for row in before.get("items") or ()}
	for row in doc.items:
		for fieldname in PRICES:
			if row.get(fieldname) is not None:
				former_price = stored_rows.get(row.name, {}).get(fieldname)
				row.set(fieldname, convert(row.get(fieldname), former_price, price_in_currency))
	for fieldname in ("amount", "fixed_discount", "freight"):
		if doc.get(fieldname) is not None:
			doc.set(fieldname, convert(doc.get(fieldname), before.get(fieldname), in_currency))


def compute_lines(doc: "SalesOpportunity") -> None:
	"""Fill in, check and compute every line. Raises `LineError` with the row's number."""
	before = doc.get_doc_before_save()
	rows_before = {row.name: row for row in before.items} if before else {}
	standard_tax_rate, tax_of = cache(default_tax_rate), taxes_of(doc)
	for row in doc.items:
		set_item_details(doc, row, rows_before.get(row.name), standard_tax_rate)
		share_discount(doc, row, rows_before.get(row.name))
		validate_item(doc, row, tax_of)
		set_recurrence(row, rows_before.get(row.name))
		validate_line(row, rows_before.get(row.name))
	set_net_amounts(doc)


def set_net_amounts(doc: "SalesOpportunity") -> None:
	"""Set what each line amounts to before the discount on the whole."""
	for row in doc.items:
		row.rate, row.discount_amount = float(unit_price(row.rate)), float(unit_price(row.discount_amount))
		row.amount = float(amount_of_row(row, decimal_places(doc.transaction_currency)))
		row.base_amount = float(
			converted(row.amount, doc.conversion_rate, decimal_places(doc.company_currency))
		)


def set_item_details(
	doc: "SalesOpportunity",
	row: "SalesOpportunityItem",
	row_before: "SalesOpportunityItem | None",
	standard_tax_rate: Callable[[], str | None],
) -> None:
	"""Fill what the item says: everything for a new item, without touching what was entered by hand."""
	if row.quantity is None:
		row.quantity = 1
	is_replaced = row_before and (row_before.item_type, row_before.item) != (row.item_type, row.item)
	if row_before and is_replaced:
		for fieldname in ("item_name", "description", "unit", "rate", "tax_rate", "recurrence", "periods"):
			if row.get(fieldname) == row_before.get(fieldname):
				row.set(fieldname, None)
		if flt(row.discount_percentage) == flt(row_before.list_discount):
			row.discount_percentage = 0
		row.price_source = None
	keep_agreement(row, row_before)
	is_known = (row_before and not is_replaced) or doc.is_taken_over
	is_complete = is_known and row.item_name and row.rate is not None
	if not row.item or (is_complete and (doc.is_taken_over or not is_asked_anew(doc, row, row_before))):
		return
	item = get_item(row.item_type, row.item, sale=sale_of_row(doc, row, getdate(doc.happened_on)))
	if not is_known:
		require_sellable(item)
	row.item_name = row.item_name or item.title
	row.description = row.description or item.description
	row.unit = row.unit or item.unit
	row.tax_rate = row.tax_rate or item.tax_rate or standard_tax_rate()
	price = item_price(item, doc.transaction_currency or "", doc.conversion_rate)
	set_list_price(row, price, item.discount_percentage, item.price_source)
	if row.rate is None:
		row.rate = price
		if not row.deduction:
			row.discount_percentage = row.discount_percentage or item.discount_percentage
			if not row.recurrence:
				row.update(item_term(item.recurrence, item.periods))


def require_sellable(item: "Item") -> None:
	"""Raise `frappe.ValidationError` if an item cannot be chosen now."""
	if item.disabled:
		frappe.throw(_("Item {0} is disabled. Choose another one.").format(frappe.bold(item.title)))
	if item.refusal:
		frappe.throw(item.refusal)


def validate_item(doc: "SalesOpportunity", row: "SalesOpportunityItem", tax_of: TaxOf) -> None:
	"""Raise `LineError` if quantity, price or discount of a line is impossible."""
	if flt(row.quantity) < 0:
		frappe.throw(_("Row #{0}: The quantity must not be negative.").format(row.idx), LineError)
	if flt(row.rate) < 0:
		frappe.throw(_("Row #{0}: The rate must not be negative.").format(row.idx), LineError)
	if not 0 <= flt(row.discount_percentage) <= 100:
		frappe.throw(_("Row #{0}: The discount must lie between 0 and 100 %.").format(row.idx), LineError)
	places = decimal_places(doc.transaction_currency)
	line = amount_in_sums(deal_line(row, tax_of), bool(doc.prices_include_tax), places)
	validate_fixed_discount(row, line.amount, LineError)


def set_amount(doc: "SalesOpportunity", quote: "Quote | None" = None) -> None:
	"""Set the amount: net of all that will be invoiced, or what was typed in while there are no lines or by hand.

	What was taken over from a `quote` is worth its net total. The value of a closed opportunity stays as it is; its costs may
	be corrected.
	Raises `LineError` if the discount or freight is impossible.
	"""
	before = doc.get_doc_before_save()
	if not quote and before and before.status != "Open" and before.status == doc.status:
		keep_shares(doc, before)
		compute_margins(doc, [(row, row.base_net_amount) for row in doc.items])
		return
	validate_conditions(doc)
	if not quote:
		validate_whole(doc, before)
	if not doc.prices_include_tax:
		for fieldname in ("fixed_discount", "freight"):
			places = decimal_places(doc.transaction_currency)
			doc.set(fieldname, float(round_money(to_decimal(doc.get(fieldname)), places)))
	if not doc.items:
		doc.manual_amount = 0
	value = value_of(doc, quote)
	if not quote:
		validate_whole_discount(doc, doc.items, value.is_overdrawn, LineError)
	set_shares(doc, value)
	set_margins(doc, [(row, row.base_net_amount) for row in doc.items])
	if doc.items and not doc.manual_amount:
		doc.amount = quote.net_total if quote else float(value.net)
	doc.amount = float(round_money(to_decimal(doc.amount), decimal_places(doc.transaction_currency)))


def validate_conditions(doc: "SalesOpportunity") -> None:
	"""Raise `LineError` if the discount on the whole or the freight is impossible."""
	if not 0 <= flt(doc.discount_percentage) <= 100:
		frappe.throw(_("The discount must lie between 0 and 100 %."), LineError)
	if flt(doc.freight) < 0:
		frappe.throw(_("The freight must not be negative."), LineError)


def value_of(doc: "SalesOpportunity", quote: "Quote | None" = None) -> DealValue:
	"""Return what of an opportunity will be invoiced: nothing as long as it has no lines.

	`quote` is the one that its lines were taken from: they are taxed as they are there.
	"""
	freight = None
	tax_of = taxes_of(doc, quote)
	if doc.items and doc.freight:
		tax = tax_of(doc.freight_tax_rate) if doc.freight_tax_rate else ("", Decimal(0))
		freight = TaxedAmount(to_decimal(doc.freight), *tax)
	return deal_value(
		[deal_line(row, tax_of) for row in doc.items],
		doc.discount_percentage,
		freight,
		bool(doc.prices_include_tax),
		decimal_places(doc.transaction_currency),
		doc.conversion_rate,
		decimal_places(doc.company_currency),
		doc.fixed_discount,
	)


def deal_line(row: "SalesOpportunityItem", tax_of: TaxOf) -> DealLine:
	"""Return a line as it is reckoned with."""
	return DealLine(
		row.quantity,
		row.rate,
		row.discount_percentage,
		*tax_of(row.tax_rate),
		name=name_of_row(row, row.rate),
		discount_amount=row.discount_amount,
		is_deducted=bool(row.deduction),
		periods=charged_periods(row),
	)


def taxes_of(doc: "SalesOpportunity", quote: "Quote | None" = None) -> TaxOf:
	"""Return a function that says name and rate (in %) of a tax; the rate matters only where prices include it."""

	@cache
	def tax_of(tax_rate: str | None) -> tuple[str, Decimal]:
		name = tax_rate or default_tax_rate()
		if not (doc.prices_include_tax and name):
			return name or "", Decimal(0)
		rate = (
			included_tax_percentage(quote, name)
			if quote
			else frappe.get_cached_value("Sales Tax Rate", name, "rate")
		)
		return name, to_decimal(rate)

	return tax_of


def set_shares(doc: "SalesOpportunity", value: DealValue) -> None:
	"""Set what each line and the freight bring of what will be invoiced, in both currencies."""
	doc.discount_amount = float(value.discount)
	doc.net_freight, doc.base_net_freight = float(value.freight), float(value.base_freight)
	for row, share, base_share in zip(doc.items, value.lines, value.base_lines, strict=True):
		row.net_amount, row.base_net_amount = float(share), float(base_share)
	freight = value.freight, value.base_freight
	set_recurring_sums(doc, doc.items, value.lines, value.base_lines, freight)


def keep_shares(doc: "SalesOpportunity", before: "SalesOpportunity") -> None:
	"""Let a closed opportunity have the shares that are stored, whatever was sent."""
	for fieldname in ("discount_amount", *FREIGHT_SHARES, *SUMS_IN_BOTH_CURRENCIES):
		doc.set(fieldname, before.get(fieldname))
	stored = {row.name: row for row in before.items}
	for row in doc.items:
		for fieldname in ROW_SHARES if row.name in stored else ():
			row.set(fieldname, stored[row.name].get(fieldname))


def set_probability(doc: "SalesOpportunity") -> None:
	"""Take the stage's probability, unless another one is entered by hand, which holds until the next stage change.

	What is sent counts as entered if it differs from the stored probability; in a new document, if it is not 0.
	"""
	before = doc.get_doc_before_save()
	moved = doc.has_moved()
	standard = doc.class_doc.probability_of(doc.stage)
	if before:
		is_entered = doc.probability is not None and flt(doc.probability) != flt(before.probability)
	else:
		is_entered = bool(doc.probability)

	if doc.stage_doc.stage_type in FIXED_PROBABILITY:
		doc.override_probability = 0
	elif is_entered and flt(doc.probability) != flt(standard):
		doc.override_probability = 1
	elif before and moved and before.override_probability:
		doc.override_probability = 0

	if doc.override_probability:
		validate_probability(doc)
	elif moved or is_entered or before.override_probability:
		doc.probability = standard
	else:
		doc.probability = before.probability


def validate_probability(doc: "SalesOpportunity") -> None:
	"""Raise `frappe.ValidationError` unless the probability lies between 0 and 100 %."""
	if doc.probability is None or not 0 <= flt(doc.probability) <= 100:
		frappe.throw(_("Enter a probability between 0 and 100 %."))


def set_weighted_amounts(doc: "SalesOpportunity") -> None:
	"""Set the weighted amount, and both amounts in the company's currency."""
	base_places = decimal_places(doc.company_currency)
	doc.weighted_amount = float(
		weighted(doc.amount, doc.probability, 1, decimal_places(doc.transaction_currency))
	)
	doc.base_amount = float(converted(doc.amount, doc.conversion_rate, base_places))
	doc.base_weighted_amount = float(weighted(doc.amount, doc.probability, doc.conversion_rate, base_places))

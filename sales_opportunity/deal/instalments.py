"""The plan of instalments of a deal or a quote: when what is sold once is due, by percentages of it or by amounts."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _

from sales_opportunity.currency import decimal_places, format_amount
from sales_opportunity.pricing.money import HUNDRED, allocate, to_decimal
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

	TotalOf = Callable[[Any], Decimal]


class InstalmentError(frappe.ValidationError):
	pass


def planned_total(doc: "SalesOpportunity") -> Decimal:
	"""Return what the plan is about: what is sold once; the whole amount where no line recurs."""
	recurs = doc.contract_value or doc.yearly_amount
	return to_decimal(doc.one_off_amount if recurs else doc.amount)


def set_instalments(doc: "SalesOpportunity | Quote", total_of: "TotalOf" = planned_total) -> None:
	"""Set the amounts of percentages; amounts go along with a document whose value has changed, while nobody changes them.

	`total_of` returns what a plan is about. While trade-ins and credits leave nothing to be paid once, the plan rests:
	percentages are of 0, amounts wait as they are.
	"""
	rows = doc.instalments
	if not rows:
		return
	total = max(total_of(doc), Decimal(0))
	weights = [to_decimal(row.percentage) for row in rows]
	if total and not any(weights) and follows_total(doc, total_of):
		weights = [to_decimal(row.amount) for row in rows]
	if any(weights):
		amounts = allocate(total, weights, decimal_places(doc.transaction_currency))
		for row, amount in zip(rows, amounts, strict=True):
			row.amount = float(amount)


def follows_total(doc: "SalesOpportunity | Quote", total_of: "TotalOf") -> bool:
	"""Return whether a plan of amounts is another document's, or as it was stored and was about another total."""
	if doc.plan_source:
		return True
	before = doc.get_doc_before_save()
	if not before or total_of(before) == total_of(doc):
		return False
	return [(row.name, row.amount) for row in before.instalments] == [
		(row.name, row.amount) for row in doc.instalments
	]


def validate_instalments(doc: "SalesOpportunity | Quote", total_of: "TotalOf" = planned_total) -> None:
	"""Raise `InstalmentError` unless the plan is one of percentages, 100 in all, or of amounts, in all what is sold once.

	A plan that rests, see `set_instalments`, need not come to it.
	"""
	rows = doc.instalments
	if not rows:
		return
	percentages = [to_decimal(row.percentage) for row in rows]
	amounts = [to_decimal(row.amount) for row in rows]
	if any(percentages) and not all(percentages):
		frappe.throw(
			_("Instalments: enter percentages in all rows, or amounts in all rows."), InstalmentError
		)
	if min(*percentages, *amounts) < 0:
		frappe.throw(_("Instalments must not be negative."), InstalmentError)
	if any(percentages) and exact_sum(percentages) != HUNDRED:
		frappe.throw(
			_("The instalments come to {0} %, they must come to 100 %.").format(
				format_number(exact_sum(percentages), frappe.local.lang)
			),
			InstalmentError,
		)
	total = total_of(doc)
	if total > 0 and exact_sum(amounts) != total:
		currency = doc.transaction_currency or ""
		frappe.throw(
			_("The instalments come to {0}, what is sold once comes to {1}. Both must be the same.").format(
				format_amount(exact_sum(amounts), currency), format_amount(total, currency)
			),
			InstalmentError,
		)

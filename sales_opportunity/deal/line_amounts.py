"""What a row of an opportunity or a quote amounts to, and which discounts and deductions are possible."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.pricing.money import Number
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.valuation import line_amount

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

	Line = SalesOpportunityItem | QuoteItem


class DeductionError(frappe.ValidationError):
	pass


def amount_of_row(row: "Line", places: int) -> Decimal:
	"""Return what a row amounts to in its currency of `places` decimals, as its prices are; deductions are negative."""
	return line_amount(
		row.quantity,
		row.rate,
		row.discount_percentage,
		places,
		row.discount_amount,
		bool(row.deduction),
		charged_periods(row),
	)


def name_of_row(row: "Line", net_rate: Number) -> str:
	"""Return by what a row is told apart where a cent is left over, the same on an opportunity and its quote."""
	return f"{row.item_type} {row.item} {flt(net_rate)} {flt(row.quantity)}"


def validate_fixed_discount(row: "Line", amount: Decimal, error: type[frappe.ValidationError]) -> None:
	"""Raise `error`, with the row's number, if the fixed discount of a line is impossible, or a deduction has a discount.

	`amount` is what the line comes to as a quote adds it up.
	"""
	if flt(row.discount_amount) < 0:
		frappe.throw(_("Row #{0}: The discount must not be negative.").format(row.idx), error)
	if not row.deduction:
		if row.discount_amount and amount < 0:
			frappe.throw(_("Row #{0}: The discount is larger than the line.").format(row.idx), error)
	elif flt(row.discount_percentage) or flt(row.discount_amount):
		message = _("Row #{0}: A trade-in or credit has no discount. Enter its final price.")
		frappe.throw(message.format(row.idx), error)


def validate_whole_discount(
	doc: "SalesOpportunity | Quote",
	rows: Iterable["Line"],
	is_overdrawn: bool,
	error: type[frappe.ValidationError],
) -> None:
	"""Raise `error` if the fixed discount on the whole is negative or, with the one in %, larger than the lines that count.

	Whether it `is_overdrawn` is known by the sums of a quote: there prices with tax are whole cents, net ones are not.
	"""
	if flt(doc.fixed_discount) < 0:
		frappe.throw(_("The discount must not be negative."), error)
	if doc.fixed_discount and is_overdrawn and not all(row.deduction for row in rows):
		frappe.throw(_("The discount on the whole is larger than the lines that it is for."), error)


def validate_worth(amount: float) -> None:
	"""Raise `DeductionError` if trade-ins and credits come to more than all else, so that the `amount` is negative."""
	if flt(amount) < 0:
		frappe.throw(
			_(
				"Trade-ins and credits come to more than what is sold, net or with tax. Reduce them, or add what is sold."
			),
			DeductionError,
		)

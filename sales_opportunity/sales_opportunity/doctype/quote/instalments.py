"""The plan of instalments on a quote: when the customer pays what is sold once, with tax."""

from decimal import Decimal
from typing import TYPE_CHECKING

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.instalments import set_instalments, validate_instalments
from sales_opportunity.deal.line_sync import priced_rows
from sales_opportunity.deal.switched_lines import validate_plan
from sales_opportunity.pricing.instalments import due_once
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote.amounts import shares_as_priced

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def total_due_once(doc: "Quote") -> Decimal:
	"""Return what the plan is about: the total with tax, without the lines that recur."""
	shares, _freight = shares_as_priced(doc)
	recurring = [
		(amount, to_decimal(row.tax_percentage))
		for row, amount in zip(priced_rows(doc), shares, strict=True)
		if row.recurrence
	]
	places = decimal_places(doc.transaction_currency)
	return due_once(to_decimal(doc.gross_total), recurring, bool(doc.prices_include_tax), places)


def set_plan(doc: "Quote") -> None:
	"""Fit the amounts of the plan to the sums of the quote."""
	set_instalments(doc, total_due_once)


def validate_plan_of_quote(doc: "Quote") -> None:
	"""Raise `InstalmentError` for a plan that does not come to the whole, and for a new one where settings know none."""
	if not doc.is_copy:
		validate_plan(doc)
	validate_instalments(doc, total_due_once)

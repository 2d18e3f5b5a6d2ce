"""Lines of a frame contract as its next call-off has them: as agreed, with what of each is left."""

from typing import TYPE_CHECKING

import frappe
from frappe.utils import flt

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.copied_fields import AGREED_PRICE, OF_CUSTOMER, copied_values
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.pricing.call_offs import FrameLine, shared_discount, use_up
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.valuation import line_amount, unit_price

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

OPPORTUNITY, LINE = "Sales Opportunity", "Sales Opportunity Item"
WHAT_IS_SOLD = ("item_type", "item", "unit", "recurrence", "deduction")
"""By which a line of a call-off is one of its frame: name and price tell of several which one."""


def lines_of_call_off(frame: "SalesOpportunity") -> list[dict]:
	"""Return the lines of a frame contract with what is neither won nor open in any of its call-offs.

	Lines of which nothing is left are not among them. Prices are those of the frame, whatever lists say by now; a fixed
	discount is what call-offs have left of it.
	"""
	lines = [sold_line(row) for row in frame.items]
	use_up(lines, called_off(frame))
	places = decimal_places(frame.transaction_currency)
	return [
		line_of_call_off(row, line, places)
		for row, line in zip(frame.items, lines, strict=True)
		if line.quantity
	]


def line_of_call_off(row: "SalesOpportunityItem", left: FrameLine, places: int) -> dict:
	"""Return a line of the frame with what is left of it: of the discount no more than that comes to."""
	worth = line_amount(
		left.quantity, row.rate, row.discount_percentage, places, periods=charged_periods(row)
	)
	return {
		**copied_values(row, LINE, LINE),
		**OF_CUSTOMER,
		**AGREED_PRICE,
		"quantity": flt(left.quantity),
		"discount_amount": flt(unit_price(min(left.discount, worth))),
	}


def called_off(frame: "SalesOpportunity") -> list[FrameLine]:
	"""Return the lines of all won and open call-offs. Discounts in another currency than the frame's count as none.

	Those that the user may not read are among them: that much of an item is gone tells little, and without them more would
	be sold than was agreed.
	"""
	filters = {
		"parent_opportunity": frame.name,
		"status": ("in", (OpportunityStatus.OPEN, OpportunityStatus.WON)),
	}
	currencies = dict(frappe.get_all(OPPORTUNITY, filters, ["name", "transaction_currency"], as_list=True))
	if not currencies:
		return []
	fields = ["parent", *WHAT_IS_SOLD, "item_name", "rate", "quantity", "discount_amount"]
	rows = frappe.get_all(
		LINE, {"parent": ("in", list(currencies)), "parenttype": OPPORTUNITY}, fields, order_by="parent, idx"
	)
	for row in rows:
		if currencies[row.parent] != frame.transaction_currency:
			row.discount_amount = 0
	return [sold_line(row) for row in rows]


def sold_line(row: "SalesOpportunityItem | frappe._dict") -> FrameLine:
	"""Return what a line sells, by which lines are compared, on which terms and how much of it."""
	return FrameLine(
		tuple(row.get(field) or "" for field in WHAT_IS_SOLD),
		(row.item_name or "", unit_price(row.rate)),
		to_decimal(row.quantity),
		to_decimal(row.discount_amount),
	)


def share_discount(
	doc: "SalesOpportunity", row: "SalesOpportunityItem", row_before: "SalesOpportunityItem | None"
) -> None:
	"""Let the fixed discount of an agreed line of a call-off go along with another quantity, unless another one was entered."""
	if not (row_before and doc.parent_opportunity and row.is_price_agreed):
		return
	is_other_quantity = flt(row.quantity) != flt(row_before.quantity)
	if is_other_quantity and flt(row.discount_amount) == flt(row_before.discount_amount):
		places = decimal_places(doc.transaction_currency)
		row.discount_amount = float(
			shared_discount(row_before.discount_amount, row_before.quantity, row.quantity, places)
		)

"""Lines of a frame contract as its next call-off has them: as agreed, with what of each is left."""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.utils import flt

from sales_opportunity.deal.copied_fields import OF_CUSTOMER, UNLISTED, copied_values
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.valuation import price_with_discount

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

OPPORTUNITY, LINE = "Sales Opportunity", "Sales Opportunity Item"
WHAT_IS_SOLD = ("item_type", "item", "unit", "recurrence", "deduction")
"""By which a line of a call-off is one of its frame: the price may be another one."""


def lines_of_call_off(frame: "SalesOpportunity") -> list[dict]:
	"""Return the lines of a frame contract with the quantities that are neither won nor open in call-offs that the user may read.

	Lines of which nothing is left are not among them. Prices are those of the frame, whatever lists say by now.
	"""
	called, lines = called_off(frame), []
	for row in frame.items:
		key = what_is_sold(row)
		whole = to_decimal(row.quantity)
		taken = min(called[key], whole)
		called[key] -= taken
		if whole > taken:
			lines.append(line_of_call_off(row, whole - taken))
	return lines


def line_of_call_off(row: "SalesOpportunityItem", quantity: Decimal) -> dict:
	"""Return a line of the frame with another quantity. Its fixed discount, which is for the whole line, goes into the price."""
	rate = price_with_discount(
		row.quantity, row.rate, row.discount_percentage, row.discount_amount, charged_periods(row)
	)
	return {
		**copied_values(row, LINE, LINE),
		**OF_CUSTOMER,
		**UNLISTED,
		"quantity": flt(quantity),
		"rate": flt(rate),
		"discount_amount": 0,
	}


def called_off(frame: "SalesOpportunity") -> dict[tuple[str, ...], Decimal]:
	"""Return, by what is sold, the quantities in won and open call-offs that the user may read."""
	filters = {"parent_opportunity": frame.name, "status": ("in", ("Open", "Won"))}
	names = frappe.get_list(OPPORTUNITY, filters, pluck="name", limit=0)
	found = defaultdict(Decimal)
	of_call_offs = {"parent": ("in", names), "parenttype": OPPORTUNITY}
	for row in frappe.get_all(LINE, of_call_offs, [*WHAT_IS_SOLD, "quantity"]) if names else ():
		found[what_is_sold(row)] += to_decimal(row.quantity)
	return found


def what_is_sold(row: "SalesOpportunityItem | frappe._dict") -> tuple[str, ...]:
	"""Return what a line sells, by which lines are compared."""
	return tuple(row.get(field) or "" for field in WHAT_IS_SOLD)

"""Lines whose quantity the customer may change, within limits."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem


class OpenQuantityError(frappe.ValidationError):
	pass


def set_open_quantity(row: "QuoteItem", row_before: "QuoteItem | None") -> None:
	"""Let only a line that is sold have an open quantity, and only such a one limits.

	Raises `OpenQuantityError`, with the row's number, for a quantity outside of them, and for a newly open one where
	customers choose nothing.
	"""
	if row.row_type not in NUMBERED or row.deduction or not row.is_quantity_open:
		row.update({"is_quantity_open": 0, "min_quantity": 0, "max_quantity": 0})
		return
	if not is_used(CHOICE) and not (row_before and row_before.is_quantity_open):
		frappe.throw(
			_("Row #{0}: Customers choose nothing on this site. Leave the quantity fixed.").format(row.idx),
			OpenQuantityError,
		)
	least, most = flt(row.min_quantity), flt(row.max_quantity)
	if flt(row.quantity) < least or (most and flt(row.quantity) > most):
		frappe.throw(
			_("Row #{0}: The quantity lies outside of what the customer may choose.").format(row.idx),
			OpenQuantityError,
		)

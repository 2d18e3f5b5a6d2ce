"""Lines whose quantity the customer may change, within limits."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.features import CHOICE, OPEN_QUANTITY, is_used
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.quote_template_line.quote_template_line import (
		QuoteTemplateLine,
	)

	Line = QuoteItem | QuoteTemplateLine

FIXED = dict.fromkeys(OPEN_QUANTITY, 0)
"""What a line says whose quantity the customer may not change."""


class OpenQuantityError(frappe.ValidationError):
	pass


def set_open_quantity(row: "Line", row_before: "Line | None") -> None:
	"""Let only a line that is sold have an open quantity, and only such a one limits; what is offered lies within them.

	Raises `OpenQuantityError`, with the row's number, for limits that leave nothing, and for a newly open quantity where
	customers choose nothing.
	"""
	if row.row_type not in NUMBERED or row.deduction or not row.is_quantity_open:
		row.update(FIXED)
		return
	if not is_used(CHOICE) and not (row_before and row_before.is_quantity_open):
		frappe.throw(
			_("Row #{0}: Customers choose nothing on this site. Leave the quantity fixed.").format(row.idx),
			OpenQuantityError,
		)
	if row.max_quantity and flt(row.max_quantity) < flt(row.min_quantity):
		frappe.throw(_("Row #{0}: To Quantity lies below From Quantity.").format(row.idx), OpenQuantityError)

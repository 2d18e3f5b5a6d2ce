"""Lines that ERPNext cannot sell, since it has no such item or unit."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.erpnext.errors import UnfitLineError

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import FulfilmentLine
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)


def require_item(line: "FulfilmentLine | SalesOpportunityItem") -> None:
	"""Raise `UnfitLineError` for a line of a deal whose item or unit is none of ERPNext."""
	if line.item_type != "Item":
		frappe.throw(
			_("{0} is no item of ERPNext, but a {1}: there can be no order with it.").format(
				frappe.bold(line.item_name), _(line.item_type)
			),
			UnfitLineError,
		)
	if line.unit and not frappe.db.exists("UOM", line.unit):
		frappe.throw(
			_("{0}: ERPNext has no unit {1}.").format(
				frappe.bold(line.item_name), frappe.bold(_(line.unit, context="Sales Unit"))
			),
			UnfitLineError,
		)

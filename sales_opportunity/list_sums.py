"""What the documents of a list are worth together, in the company's currency."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_opportunity.currency import company_currency
from sales_opportunity.inputs import read_list, refuse, whitelist
from sales_opportunity.money import to_decimal

SUMMED = {
	"Sales Opportunity": ("base_amount", "base_weighted_amount"),
	"Quote": ("base_net_total", "base_gross_total"),
}
"""The fields that are added up, by DocType."""


@whitelist()
def sums(doctype: str, filters: str | list) -> dict[str, Any]:
	"""Return `count`, the `currency` and the `sums` of the documents that a list with these filters shows the user.

	The sums are those of the fields of `SUMMED`, in their order. Raises `sales_opportunity.inputs.WrongInputError` for
	other DocTypes and for what is no filter, `frappe.PermissionError` for users who may read none of them.
	"""
	if doctype not in SUMMED:
		refuse(doctype, _("Type"))
	conditions = read_list(filters, _("Filter"))
	for condition in conditions:
		if not isinstance(condition, list | tuple) or not 3 <= len(condition) <= 5:
			refuse(condition, _("Filter"))
	rows = frappe.get_list(
		doctype,
		filters=conditions,
		fields=list(SUMMED[doctype]),
		order_by=None,
		limit=0,
		as_list=True,
	)
	columns = zip(*rows, strict=True) if rows else ((),) * len(SUMMED[doctype])
	return {
		"count": len(rows),
		"currency": company_currency(),
		"sums": [float(sum(map(to_decimal, column), Decimal())) for column in columns],
	}

"""What the documents of a list are worth together, in the company's currency."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.access.permissions import may_read_field, require
from sales_opportunity.currency import company_currency
from sales_opportunity.desk.list_filters import read_filters
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.pricing.valuation import exact_sum

SUMMED = {
	"Sales Opportunity": ("base_amount", "base_weighted_amount"),
	"Quote": ("base_net_total", "base_gross_total"),
}
"""The fields that are added up, by DocType."""

KEPT_IN, COUNTS = "company_currency", "is_counted"


@whitelist()
def list_sums(doctype: str, filters: str | list) -> dict[str, Any]:
	"""Return what the documents add up to that a list with these filters shows: `count`, `currency`, `sums`.

	The sums are those of the fields of `SUMMED`, in their order, None for a field that the user may not read. What is
	only counted: documents that were kept in another company currency, `in_other_currencies`, and frame contracts beside
	other deals, `frames`. Each document counts once, however many of its lines fit. Raises
	`sales_opportunity.inputs.values.WrongInputError` for other DocTypes and for what is no filter,
	`frappe.PermissionError` for users who may read none of them.
	"""
	if doctype not in SUMMED:
		refuse_value(doctype, _("Type"))
	require(doctype)
	currency = company_currency()
	told = [KEPT_IN, *SUMMED[doctype], *([COUNTS] if doctype == "Sales Opportunity" else [])]
	shown = [name for name in told if may_read_field(doctype, name)]
	rows = frappe.get_list(
		doctype,
		filters=read_filters(doctype, filters),
		fields=["name", *shown],
		distinct=True,
		order_by=None,
		limit=0,
	)
	in_currency = [row for row in rows if row.get(KEPT_IN) == currency]
	counted = [row for row in in_currency if row.get(COUNTS, 1)]
	added = counted if any(row.get(COUNTS, 1) for row in rows) else in_currency
	return {
		"count": len(rows),
		"currency": currency,
		"sums": [
			float(exact_sum(row[name] for row in added)) if {name, KEPT_IN} <= set(shown) else None
			for name in SUMMED[doctype]
		],
		"in_other_currencies": len(rows) - len(in_currency) if KEPT_IN in shown else 0,
		"frames": len(in_currency) - len(added),
	}

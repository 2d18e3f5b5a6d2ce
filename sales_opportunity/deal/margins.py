"""Costs and margins of opportunities and quotes, for whoever may read their permission level.

An app names by the hook `sales_item_costs`, for its DocType of items, a function that takes an item's name and a `Sale`, and
returns what one unit costs in the currency in which deals are valued, or None if it is not known.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import frappe
from frappe.utils import flt, getdate

from sales_opportunity.access.concealed import LEVEL
from sales_opportunity.currency import decimal_places
from sales_opportunity.features import MARGINS, is_used
from sales_opportunity.framework.registry import registered
from sales_opportunity.masters.adapters import Sale, sale_of_row
from sales_opportunity.pricing.margin import Margin, line_margin
from sales_opportunity.pricing.money import Number, to_decimal
from sales_opportunity.pricing.recurrence import charged_periods
from sales_opportunity.pricing.valuation import unit_price

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

	Deal = SalesOpportunity | Quote
	Line = SalesOpportunityItem | QuoteItem


def set_margins(doc: "Deal", revenues: Iterable[tuple["Line", Number]]) -> None:
	"""Set the margins of a document and of its rows, each with its net revenue in the company's currency.

	A recurring line costs as much each time that it is charged. Rows that do not count yet have their costs, too, and no margin.
	"""
	restore_costs(doc)
	if not is_used(MARGINS):
		return
	set_costs(doc)
	compute_margins(doc, revenues)


def restore_costs(doc: "Deal") -> None:
	"""Let all rows have their stored or carried costs, else none, unless whoever saves may write costs.

	Of rows that are not stored yet the framework asks no permission level; a row that does not count today may do so tomorrow.
	"""
	may_write = frappe.session.user == "Administrator" or LEVEL in doc.get_permlevel_access("write")
	if may_write and is_used(MARGINS):
		return
	stored = stored_rows(doc)
	for row in doc.items:
		former = stored.get(row.name)
		if not row.is_carried:
			row.unit_cost = former.unit_cost if former and sells_the_same(row, former) else 0


def set_costs(doc: "Deal") -> None:
	"""Ask for the costs of rows that have none, or not their own any more: they sell another item, or in another unit."""
	stored = stored_rows(doc)
	for row in doc.items:
		former = stored.get(row.name)
		is_own = row.is_carried or not former or sells_the_same(row, former)
		row.is_carried = False
		if row.item and not row.deduction and not (is_own and flt(row.unit_cost)):
			row.unit_cost = unit_cost(doc, row)


def stored_rows(doc: "Deal") -> dict[str | None, "Line"]:
	"""Return the rows as they are stored, by name."""
	before = doc.get_doc_before_save()
	return {row.name: row for row in before.items} if before else {}


def sells_the_same(row: "Line", former: "Line") -> bool:
	"""Return whether a row still sells what it did, in the same unit."""
	return all((row.get(field) or "") == (former.get(field) or "") for field in ("item_type", "item", "unit"))


def carry_over(row: "Line") -> None:
	"""Let a row keep cost and list price that the server has given it from another document, whoever is at work."""
	row.is_carried = True


def compute_margins(doc: "Deal", revenues: Iterable[tuple["Line", Number]]) -> None:
	"""Set the margins by the costs that the rows have."""
	if not is_used(MARGINS):
		return
	margins = []
	for row, revenue in revenues:
		quantity = to_decimal(row.quantity) * charged_periods(row)
		margin = line_margin(
			revenue, quantity, row.unit_cost, row.deduction, decimal_places(doc.company_currency)
		)
		set_margin(row, margin)
		margins.append(margin)
	set_margin(doc, Margin.together(margins))


def set_margin(doc: "Deal | Line", margin: Margin) -> None:
	"""Set a margin on a document or row: the amount in the company's currency, and the percentage of its revenue."""
	doc.margin_amount, doc.margin_percentage = float(margin.amount), float(margin.percentage)


def unit_cost(doc: "Deal", row: "Line") -> float:
	"""Return what one unit of a line costs, 0 if it is not known."""
	path = registered("sales_item_costs").get(row.item_type or "")
	if not path:
		return 0.0
	return float(unit_price(frappe.get_attr(path)(row.item, sale_of_row(doc, row, getdate())) or 0))


def sales_item_cost(name: str, sale: Sale) -> float | None:
	"""Return the cost of a Sales Item (a function of the hook `sales_item_costs`)."""
	return flt(frappe.get_cached_value("Sales Item", name, "cost")) or None

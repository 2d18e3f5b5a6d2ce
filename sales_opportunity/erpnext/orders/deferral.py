"""Over which days ERPNext spreads the revenue of a recurring line that is billed for its whole term: its service period."""

from datetime import date
from typing import Any

import frappe
from frappe.utils import add_months, getdate

from sales_opportunity.pricing.recurrence import charged_periods, term_end

LINE = "Sales Opportunity Item"


def set_service_periods(invoice: Any) -> None:
	"""Let the rows of a new invoice whose item's revenue is deferred have the first and the last day of their line's term.

	Rows that are new are not ticked yet, as ERPNext makes them of an order. What is billed after its term is earned, and ERPNext
	would refuse to defer it.
	"""
	if invoice.doctype != "Sales Invoice" or invoice.is_return or not invoice.is_new():
		return
	posting_date = getdate(invoice.posting_date)
	rows = [
		row
		for row in invoice.items
		if row.sales_opportunity_item and is_deferred_by_default(row, posting_date)
	]
	lines = recurring_lines([row.sales_opportunity_item for row in rows])
	for row in rows:
		line = lines.get(row.sales_opportunity_item)
		if not line:
			continue
		start = service_start(line, line.closed_on)
		end = term_end(start, line.recurrence, charged_periods(line))
		is_open = end >= posting_date
		row.enable_deferred_revenue = int(is_open)
		if is_open:
			row.update({"service_start_date": start, "service_end_date": end})


def is_deferred_by_default(row: Any, posting_date: date) -> bool:
	"""Return whether a row's item is deferred, over no days or those of ERPNext: the item's months from the day of the invoice.

	Other days are those that somebody has typed.
	"""
	item = frappe.get_cached_doc("Item", row.item_code)
	end = getdate(add_months(posting_date, item.no_of_months))
	return bool(
		item.enable_deferred_revenue
		and getdate(row.service_start_date or posting_date) == posting_date
		and getdate(row.service_end_date or end) == end
	)


def service_start(line: Any, closed_on: Any) -> date:
	"""Return the first day of a recurring line's term: as agreed, else that of its delivery, else that of the deal's closing."""
	return getdate(line.service_start or line.delivery_date or closed_on)


def recurring_lines(names: list[str]) -> dict[str, Any]:
	"""Return the lines that recur, with the closing of their deal, by name."""
	if not names:
		return {}
	line, deal = frappe.qb.DocType(LINE), frappe.qb.DocType("Sales Opportunity")
	rows = (
		frappe.qb.from_(line)
		.join(deal)
		.on(deal.name == line.parent)
		.select(
			line.name, line.recurrence, line.periods, line.service_start, line.delivery_date, deal.closed_on
		)
		.where(line.name.isin(names) & (line.recurrence != ""))
		.run(as_dict=True)
	)
	return {row.name: row for row in rows}

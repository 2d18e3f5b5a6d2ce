"""Deals are worth what will be invoiced net: those that are stored are valued anew. Runs twice without harm."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.deal.line_sync import apply_quote, are_equal, priced_rows

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY, LINE = "Sales Opportunity", "Sales Opportunity Item"


def execute() -> None:
	"""Value deals net of the discount on the whole and with freight, as their quotes do, with a fact of change.

	Lines that were saved before bring what they amount to. Deals that were won keep their value once something of them was
	requested: what was billed stays as it was.
	"""
	line = frappe.qb.DocType(LINE)
	(
		frappe.qb.update(line)
		.set(line.net_amount, line.amount)
		.set(line.base_net_amount, line.base_amount)
		.where((line.parenttype == OPPORTUNITY) & (line.net_amount == 0))
	).run()
	for name in deals():
		frappe.db.savepoint("value_deal_net")
		try:
			follow_quote(frappe.get_doc(OPPORTUNITY, name))
		except Exception:
			# One that can no longer be valued, as its item's app is gone, keeps its value and not the others.
			frappe.db.rollback(save_point="value_deal_net")
			frappe.log_error(f"{OPPORTUNITY} {name} was not valued anew")


def deals() -> list[str]:
	"""Return the deals whose quote has a discount on the whole, freight or prices with tax, which they lack."""
	quote, deal = frappe.qb.DocType("Quote"), frappe.qb.DocType(OPPORTUNITY)
	has_conditions = (quote.discount_percentage > 0) | (quote.freight > 0) | (quote.prices_include_tax == 1)
	lacks_them = (deal.discount_percentage == 0) & (deal.freight == 0) & (deal.prices_include_tax == 0)
	return (
		frappe.qb.from_(deal)
		.join(quote)
		.on((quote.name == deal.won_quote) | ((quote.primary_of == deal.name) & (deal.status == "Open")))
		.where(has_conditions & lacks_them)
		.select(deal.name)
		.distinct()
		.orderby(deal.name)
		.run(pluck=True)
	)


def follow_quote(opportunity: "SalesOpportunity") -> None:
	"""Let a deal take over the conditions of its quote, if it has the quote's lines and nothing was requested of it."""
	name = opportunity.won_quote or frappe.db.get_value("Quote", {"primary_of": opportunity.name})
	quote = frappe.get_doc("Quote", name)
	requests = {"opportunity": opportunity.name, "status": ("!=", "Cancelled")}
	if are_equal(quote, opportunity) or frappe.db.exists("Fulfilment Request", requests):
		return
	lines = [row.opportunity_item for row in priced_rows(quote)]
	if lines == [row.name for row in opportunity.items]:
		apply_quote(opportunity, quote)

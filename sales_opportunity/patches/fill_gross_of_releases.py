"""Releases that were given before the log kept the gross total, by which rules of other apps go, get it from their quote.

Runs twice without harm.
"""

import frappe

from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote_release.release_figures import figures_of
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import RELEASED


def execute() -> None:
	"""Fill it while the quote's net total is the one that was released: of another quote nobody knows it any more."""
	rows = frappe.get_all(
		"Quote Release",
		{"action": RELEASED, "base_gross_total": 0},
		["name", "quote", "base_net_total"],
	)
	for row in rows:
		if not frappe.db.exists("Quote", row.quote):
			continue
		figures = figures_of(frappe.get_doc("Quote", row.quote))
		if figures.amount == to_decimal(row.base_net_total):
			frappe.db.set_value(
				"Quote Release", row.name, "base_gross_total", float(figures.gross), update_modified=False
			)

"""Quotes of a deal that the seller offers together, side by side on the page of each."""

from typing import TYPE_CHECKING
from urllib.parse import quote as quoted

import frappe
from frappe import _

from sales_opportunity.deal.line_sync import priced_rows
from sales_opportunity.sales_opportunity.doctype.quote.print_context import kind_of_sale
from sales_opportunity.texts.formatting import format_money, format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
		QuoteCustomerLink,
	)

LINES = 8
"""How many lines of each are named: more are not compared at a glance."""


def variants(shown: "Quote", link: "QuoteCustomerLink") -> list[dict]:
	"""Return the quotes that the link opens, nothing if it is one alone: what each is called, comes to and has in it.

	`query` is what to add to the page's address for it.
	"""
	names = link.quotes()
	if len(names) < 2:
		return []
	return [variant_card(frappe.get_doc("Quote", name), shown) for name in names]


def variant_card(quote: "Quote", shown: "Quote") -> dict:
	"""Return what the page shows of one of the quotes that are offered together."""
	rows = priced_rows(quote)
	return {
		"title": quote.label or quote.name,
		"subtitle": quote.name if quote.label else "",
		"gross": format_money(quote.gross_total, quote.transaction_currency, shown.language),
		"lines": [
			{
				"text": f"{format_number(row.quantity, shown.language)} × {row.item_name}",
				**kind_of_sale(row, shown.language),
			}
			for row in rows[:LINES]
		],
		"more": len(rows[LINES:]),
		"status": _(quote.status, context="Quote") if quote.answered_on else "",
		"is_shown": quote.name == shown.name,
		"query": f"?variant={quoted(str(quote.name), safe='')}",
	}

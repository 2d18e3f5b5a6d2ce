"""Openings by customers are new fields of quotes and opportunities: they are filled from the links.

Runs twice without harm.
"""

import frappe
from frappe.query_builder.functions import Max


def execute() -> None:
	"""Store on quotes and opportunities when customers opened them last, as their links know it."""
	link, quote = frappe.qb.DocType("Quote Customer Link"), frappe.qb.DocType("Quote")
	opened = frappe.qb.from_(link).join(quote).on(link.quote == quote.name).where(link.last_opened.notnull())
	for doctype, name, fieldname in (
		("Quote", quote.name, "customer_opened_on"),
		("Sales Opportunity", quote.opportunity, "quote_opened_on"),
	):
		for document, moment in opened.groupby(name).select(name, Max(link.last_opened)).run():
			frappe.db.set_value(doctype, document, fieldname, moment, update_modified=False)

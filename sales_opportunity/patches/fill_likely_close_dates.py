"""Likely close dates are new: open deals get the date of their sellers until the first night that computes them.

Runs twice without harm.
"""

import frappe

from sales_opportunity.features import store_defaults


def execute() -> None:
	"""Let open deals be expected on the day that their sellers said, until the next night looks at the history.

	Runs twice without harm.
	"""
	store_defaults()
	table = frappe.qb.DocType("Sales Opportunity")
	is_open = (table.status == "Open") & table.likely_close_date.isnull()
	frappe.qb.update(table).set(table.likely_close_date, table.expected_close_date).where(is_open).run()

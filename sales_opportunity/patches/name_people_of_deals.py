"""Lists find deals by all people of them in one field: deals from before get it filled. Runs twice without harm."""

import frappe

from sales_opportunity.framework.compat import joined_text


def execute() -> None:
	"""Name the responsible people of deals that were saved before deals could be shared in the field by which lists find them."""
	table = frappe.qb.DocType("Sales Opportunity")
	(
		frappe.qb.update(table)
		.set(table.people, joined_text("|", table.opportunity_owner, "|"))
		.where(table.people.isnull() & table.opportunity_owner.notnull() & (table.opportunity_owner != ""))
	).run()

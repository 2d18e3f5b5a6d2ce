"""Logins with `_` and the like matched those of others in lists of deals: they are written as their codes.

Runs twice without harm.
"""

import frappe

from sales_opportunity.deal.shares import PATTERN_CHARACTERS, Replace, people_text
from sales_opportunity.reporting.sharing import PERSON, SHARE


def execute() -> None:
	"""Write logins with `_` and the like in the people of deals as filters look for them: as patterns they matched others, too."""
	table, share = frappe.qb.DocType("Sales Opportunity"), frappe.qb.DocType(SHARE)
	colleagues = frappe.get_all(SHARE, pluck="user", distinct=True)
	owners = frappe.get_all("Sales Opportunity", pluck=PERSON, distinct=True)
	for user in sorted({user for user in (*colleagues, *owners) if user and PATTERN_CHARACTERS.search(user)}):
		shared = frappe.qb.from_(share).select(share.parent).where(share.user == user)
		(
			frappe.qb.update(table)
			.set(table.people, Replace(table.people, f"|{user}|", people_text([user])))
			.where((table[PERSON] == user) | table.name.isin(shared))
		).run()

"""What the user may see of tables that name an opportunity: that of the opportunities that the user may read."""

import frappe
from frappe.desk.reportview import build_match_conditions
from pypika.queries import QueryBuilder
from pypika.terms import LiteralValue


def readable_only(query: QueryBuilder, opportunity) -> QueryBuilder:
	"""Return the query narrowed to the user's opportunities; `opportunity` is the column with their names.

	Roles, user permissions and shares apply as in a list. Who sees all, sees deleted opportunities, too.
	"""
	conditions = build_match_conditions("Sales Opportunity")
	if not conditions:
		return query
	table = frappe.qb.DocType("Sales Opportunity")
	readable = frappe.qb.from_(table).select(table.name).where(LiteralValue(f"({conditions})"))
	return query.where(opportunity.isin(readable))

"""Lists go along who is responsible: who created opportunities is looked for by an index that says both.

Runs twice without harm.
"""

import frappe


def execute() -> None:
	"""Drop the index on who created opportunities, which is the beginning of another one by now."""
	if frappe.db.db_type == "mariadb" and frappe.db.has_index("tabSales Opportunity", "owner_index"):
		frappe.db.sql_ddl("alter table `tabSales Opportunity` drop index `owner_index`")

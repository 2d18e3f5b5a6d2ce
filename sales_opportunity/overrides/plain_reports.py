"""Reports that are nothing but a query: filters that are left empty are NULL in it, so that none has to be filled in.

Such a query knows no permissions of documents. For people whom User Permissions limit, each of its tables of deals and
quotes is replaced by what they may read of it.
"""

import re

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from sales_opportunity.access.permissions import DOCUMENT_OF_ROWS, RESTRICTED, readable
from sales_opportunity.overrides.read_tables import read_tables
from sales_opportunity.reporting.filters import plain_filters

PARAMETER = re.compile(r"%\((\w+)\)s")


def with_all_parameters(query: str | None, filters: dict | list | None) -> dict:
	"""Return the filters with None for each parameter of the query that has no value. Raises as `plain_filters` for lists and the like."""
	values = plain_filters(dict(filters or {}))
	return {**values, **{name: values.get(name) or None for name in PARAMETER.findall(query or "")}}


def limited(query: str | None, has_values: bool) -> str | None:
	"""Return a query as far as the user's User Permissions reach; `has_values` says whether % is doubled in it."""
	permissions = get_user_permissions()
	if not (query and permissions):
		return query
	parts, done = [], 0
	for table in read_tables(query):
		rows = rows_for_user(table.name.removeprefix("tab"), permissions)
		if rows:
			name = "" if table.is_renamed else f" `{table.name}`"
			parts += [query[done : table.start], f"({rows.replace('%', '%%') if has_values else rows}){name}"]
			done = table.end
	return "".join([*parts, query[done:]])


def rows_for_user(doctype: str, permissions: dict) -> str | None:
	"""Return the query of the rows of a DocType that User Permissions leave to the user, None if these do not reach it."""
	document = DOCUMENT_OF_ROWS.get(doctype, doctype)
	if document not in RESTRICTED or not is_limited(document, permissions):
		return None
	column, names = "parent" if doctype in DOCUMENT_OF_ROWS else "name", readable(document)
	return names and f"select * from `tab{doctype}` where `tab{doctype}`.`{column}` in ({names})"


def is_limited(doctype: str, permissions: dict) -> bool:
	"""Return whether User Permissions reach a DocType, itself or by one of its links, or those of its deal."""
	linked = {field.options for name in {doctype, "Sales Opportunity"} for field in links(name)}
	return not permissions.keys().isdisjoint(linked | {doctype, "Sales Opportunity"})


def links(doctype: str) -> list:
	"""Return the link fields of a DocType that users' User Permissions restrict."""
	return [
		field for field in frappe.get_meta(doctype).get_link_fields() if not field.ignore_user_permissions
	]

"""Reports that are nothing but a query: filters that are left empty are NULL in it, so that none has to be filled in.

Such a query knows no permissions of documents. For people whom User Permissions limit, each of its tables of deals and
quotes is replaced by what they may read of it.
"""

import re

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from sales_opportunity.permissions import RESTRICTED, readable
from sales_opportunity.reporting.filters import plain

PARAMETER = re.compile(r"%\((\w+)\)s")

KEYWORDS = "where join left right inner outer full cross natural straight_join on using group having order limit union"
SOURCE = re.compile(
	rf"\b(?P<word>from|join|,)\s*`tab(?P<doctype>[^`]+)`(?P<name>\s+(?:as\s+)?(?!(?:{KEYWORDS.replace(' ', '|')})\b)[`\w]+)?",
	re.IGNORECASE,
)
"""A table that a query reads, and the name that the query gives it, if any."""

PARENTS = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Sales Opportunity Stage Log": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Tax": "Quote",
	"Fulfilment Request Item": "Fulfilment Request",
}
"""Rows are read like the document that they belong to."""


def with_all_parameters(query: str | None, filters: dict | list | None) -> dict:
	"""Return the filters with None for each parameter of the query that has no value. Raises as `plain` for lists and the like."""
	values = plain(dict(filters or {}))
	return {**values, **{name: values.get(name) or None for name in PARAMETER.findall(query or "")}}


def limited(query: str | None, has_values: bool) -> str | None:
	"""Return a query as far as the user's User Permissions reach; `has_values` says whether % is doubled in it."""
	permissions = get_user_permissions()

	def read_by_user(found: re.Match) -> str:
		doctype = found["doctype"]
		document = PARENTS.get(doctype, doctype)
		if document not in RESTRICTED or not is_limited(document, permissions):
			return found[0]
		column, names = "parent" if doctype in PARENTS else "name", readable(document)
		if not names:
			return found[0]
		rows = f"select * from `tab{doctype}` where `tab{doctype}`.`{column}` in ({names})"
		return f"{found['word']} ({rows.replace('%', '%%') if has_values else rows}){found['name'] or f' `tab{doctype}`'}"

	return SOURCE.sub(read_by_user, query) if query and permissions else query


def is_limited(doctype: str, permissions: dict) -> bool:
	"""Return whether User Permissions reach a DocType, itself or by one of its links, or those of its deal."""
	linked = {field.options for name in {doctype, "Sales Opportunity"} for field in links(name)}
	return not permissions.keys().isdisjoint(linked | {doctype, "Sales Opportunity"})


def links(doctype: str) -> list:
	return [
		field for field in frappe.get_meta(doctype).get_link_fields() if not field.ignore_user_permissions
	]

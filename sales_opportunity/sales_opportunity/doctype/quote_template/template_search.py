"""Which templates are offered for a deal or quote: those of its class and language, the user's favourites first."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.access.permissions import require
from sales_opportunity.features import TEMPLATES, is_used
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.sales_opportunity.doctype.quote_text.languages import quote_language

TARGETS = ("Sales Opportunity", "Quote")


@whitelist()
def has_templates(doctype: str, name: str) -> bool:
	"""Return whether there is a template for an opportunity or a quote. Raises `frappe.PermissionError`."""
	return bool(offered(doctype, name))


@whitelist()
@frappe.validate_and_sanitize_search_inputs
def template_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[list]:
	"""Return (name, whether it is a favourite) of the templates that match `txt`, favourites first.

	`filters` has the `doctype` and the `name` of the opportunity or quote. Raises `frappe.PermissionError`.
	"""
	found = [
		[row.name, _("Favourite") if row.is_favourite else ""]
		for row in offered(filters.get("doctype"), filters.get("name"))
		if (txt or "").lower() in row.name.lower()
	]
	return found[start : start + page_len]


def offered(doctype: str | None, name: str | None) -> list[Any]:
	"""Return the templates for an opportunity or quote, those that the user likes first; none where they are hidden."""
	require("Quote Template", "read")
	if not is_used(TEMPLATES) or doctype not in TARGETS:
		return []
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	language = doc.get("language") or quote_language(get_party(doc.party_type, doc.party, doc.company))
	rows = frappe.get_list(
		"Quote Template",
		{"enabled": 1},
		["name", "class_id", "quote_language", "_liked_by"],
		limit_page_length=0,
	)
	for row in rows:
		row.is_favourite = frappe.session.user in frappe.parse_json(row._liked_by or "[]")
	fitting = [
		row
		for row in rows
		if row.class_id in (None, "", doc.class_id) and row.quote_language in (None, "", language)
	]
	return sorted(fitting, key=lambda row: (not row.is_favourite, row.name.lower()))

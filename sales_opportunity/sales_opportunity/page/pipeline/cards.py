"""What the cards of the board show: the deals with their next activity, quote and owner. A constant number of statements."""

from datetime import date

import frappe
from frappe.utils import getdate

from sales_opportunity.activities.activity_rules import activity_state
from sales_opportunity.reporting.query import OPPORTUNITY

FIELDS = (
	"name",
	"title",
	"party_name",
	"class_id",
	"stage",
	"probability",
	"amount",
	"transaction_currency",
	"base_amount",
	"base_weighted_amount",
	"company_currency",
	"is_counted",
	"expected_close_date",
	"opportunity_owner",
	"next_activity",
	"next_activity_date",
	"stalled_from",
	"primary_quote",
)


def get_cards(names: list[str], today: date) -> list[frappe._dict]:
	"""Return the cards of these opportunities, as far as the user may read them, in the order of the names.

	Each has the fields of `FIELDS`, `activity` (`none`, `planned`, `due`, `overdue`), `is_stalled`, and
	`quote_status`: that of the primary quote, None if there is none that the user may read.
	"""
	if not names:
		return []
	rows = frappe.get_list(OPPORTUNITY, {"name": ("in", names)}, list(FIELDS), limit=0)
	statuses = quote_statuses([row.primary_quote for row in rows if row.primary_quote])
	for row in rows:
		row.activity = activity_state(row.next_activity_date, today)
		row.is_stalled = bool(row.stalled_from) and getdate(row.stalled_from) <= today
		row.quote_status = statuses.get(row.primary_quote)
	places = {name: place for place, name in enumerate(names)}
	return sorted(rows, key=lambda row: places[row.name])


def quote_statuses(quotes: list[str]) -> dict[str, str]:
	"""Return the statuses of these quotes by their names, of those that the user may read."""
	if not quotes or not frappe.has_permission("Quote", "read"):
		return {}
	rows = frappe.get_list("Quote", {"name": ("in", quotes)}, ["name", "status"], limit=0)
	return {row.name: row.status for row in rows}

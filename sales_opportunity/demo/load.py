"""Loads the demo into a site that has no opportunities yet."""

from collections import defaultdict

import frappe
from frappe.utils import getdate, now_datetime

from sales_opportunity.demo.cadence import follow_up
from sales_opportunity.demo.days import moment_on, workday
from sales_opportunity.demo.masters import create_masters
from sales_opportunity.demo.past import age
from sales_opportunity.demo.source import read_table
from sales_opportunity.demo.story import Story
from sales_opportunity.masters.adapters import default_item_type
from sales_opportunity.reporting import slips
from sales_opportunity.reporting.snapshots import rebuild_snapshots
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import store_months

MARKER = "sales_opportunity_demo_loaded"
COUNTED = ("Business Partner", "Sales Item", "Sales Opportunity", "Quote")
MASTERS = (
	"Business Partner",
	"Address",
	"Contact",
	"Class ID",
	"Sales Item",
	"Sales Competitor",
	"Opportunity Source",
	"Sales Campaign",
	"Quote Text",
	"Quote Template",
)
MASTERS_DAYS_AGO = 760


class ForeignDataError(frappe.ValidationError):
	pass


def load_demo() -> dict[str, int]:
	"""Load the demo unless it is there, and return how many records of the main DocTypes the site has.

	All is one transaction: the caller's commit brings the whole demo or, after an interruption, nothing.

	Raises `ForeignDataError` on a site with opportunities that are not the demo's, or whose lines have items of another app.
	"""
	if not is_loaded():
		refuse_foreign_data()
		language = frappe.local.lang
		frappe.local.lang = "de"
		try:
			play_stories(create_masters_long_ago())
			follow_up()
			store_months()
			rebuild_snapshots()
			slips.refresh_curves()
		finally:
			frappe.local.lang = language
		frappe.db.set_default(MARKER, "1")
	return {doctype: frappe.db.count(doctype) for doctype in COUNTED}


def is_loaded() -> bool:
	"""Return whether the site has the demo, as the database knows it: a cache may remember a rolled back load."""
	return bool(frappe.db.exists("DefaultValue", {"parent": "__default", "defkey": MARKER}))


def refuse_foreign_data() -> None:
	"""Raise `ForeignDataError` if somebody works on this site already, or with masters of another app."""
	count = frappe.db.count("Sales Opportunity")
	if count:
		raise ForeignDataError(
			f"This site has {count} opportunities of its own. The demo loads into a new site only."
		)
	company_name = frappe.db.get_single_value("Sales Opportunity Settings", "company_name")
	if company_name:
		raise ForeignDataError(f"This site belongs to {company_name}. The demo loads into a new site only.")
	item_type = default_item_type()
	if item_type != "Sales Item":
		raise ForeignDataError(
			f"Lines of this site have items of the DocType {item_type}. The demo has the app's own."
		)


def create_masters_long_ago() -> dict[str, str]:
	"""Create the master data as if entered before the first opportunity; return the partners' names by key."""
	started = now_datetime()
	partners = create_masters()
	age(MASTERS, started, moment_on(workday(getdate(), MASTERS_DAYS_AGO), seed=1))
	return partners


def play_stories(partners: dict[str, str]) -> None:
	"""Tell the course of every opportunity in the order in which they began; `partners` has names by key."""
	lines = by_column(read_table("quote_lines"), "quote")
	quotes = [{**row, "lines": lines[row["key"]]} for row in read_table("quotes")]
	items = by_column(read_table("opportunity_items"), "opportunity")
	quotes = by_column(quotes, "opportunity")
	activities = by_column(read_table("activities"), "opportunity")
	dates = by_column(read_table("close_dates"), "opportunity")
	people = by_column(read_table("people"), "opportunity")
	instalments = by_column(read_table("instalments"), "opportunity")
	currencies = {row["key"]: row["default_currency"] for row in read_table("partners")}
	part_of = {row["opportunity"]: row["part_of"] for row in read_table("parts")}
	names: dict[str, str] = {}
	for row in read_table("opportunities"):
		party = {"name": partners[row["partner"]], "default_currency": currencies[row["partner"]]}
		key = row["key"]
		row = {**row, "part_of": names.get(part_of.get(key, ""))}
		story = Story(
			row, party, items[key], quotes[key], activities[key], dates[key], people[key], instalments[key]
		)
		story.play()
		names[key] = story.name


def by_column(rows: list[dict], column: str) -> dict[str, list[dict]]:
	"""Return the rows grouped by their value in `column`."""
	groups = defaultdict(list)
	for row in rows:
		groups[row[column]].append(row)
	return groups

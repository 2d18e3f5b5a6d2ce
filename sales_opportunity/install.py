"""What a site gets once, when the app is installed: roles and defaults that an admin may change afterwards."""

import json
from pathlib import Path

import frappe
from frappe import _

from sales_opportunity.currency import adopt_currency
from sales_opportunity.desk_start import choose_defaults
from sales_opportunity.notifications import create_notifications

OPPORTUNITY = "Sales Opportunity"
ROLES = ("Sales User", "Sales Manager")
"""Roles that other apps have too: created where missing, never changed. Those of the app itself are fixtures."""


def after_install():
	"""Create the shared roles and the default records. Runs twice without harm."""
	adopt_currency()
	create_roles()
	create_address_template()
	create_defaults()
	choose_defaults()
	create_notifications()
	create_views()


def after_setup_wizard(answers: dict):
	"""Take the currency that the setup wizard was told, if the app was there before it; not all releases store it."""
	adopt_currency(answers.get("currency"))


def create_roles():
	"""Create the roles that are missing on the site."""
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()


def create_address_template():
	"""Create the default address template, without which no partner with an address can be opened."""
	if not frappe.db.exists("Address Template", {"is_default": 1}):
		country = frappe.db.get_single_value("System Settings", "country") or "Germany"
		frappe.get_doc({"doctype": "Address Template", "country": country, "is_default": 1}).insert()


def create_defaults():
	"""Create the default stages, classes, tax rates, units, reasons and texts that do not exist yet.

	Titles of classes are written in the site's language; the desk translates the names of the others.
	"""
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	for record in read_defaults():
		if record["doctype"] == "Class ID":
			record["title"] = frappe._(record["title"], language)
		doc = frappe.get_doc(record)
		if not frappe.db.exists(doc.doctype, doc.get(doc.meta.autoname.removeprefix("field:"))):
			doc.insert()


def create_views():
	"""Let lists of opportunities have room for all their columns, and a calendar of next activities beside that of
	close dates, where an admin has not set up any."""
	if not frappe.db.exists("List View Settings", OPPORTUNITY):
		frappe.get_doc({"doctype": "List View Settings", "name": OPPORTUNITY, "total_fields": "9"}).insert()
	if not frappe.db.exists("Calendar View", {"reference_doctype": OPPORTUNITY}):
		language = frappe.db.get_single_value("System Settings", "language") or "en"
		calendar = {
			"doctype": "Calendar View",
			"name": _("Next Activities", language),
			"reference_doctype": OPPORTUNITY,
			"subject_field": "title",
			"start_date_field": "next_activity_date",
			"end_date_field": "next_activity_date",
		}
		frappe.get_doc(calendar).insert()


def read_defaults() -> list[dict]:
	"""Return the records of `defaults.json` in the order in which they can be created."""
	return json.loads((Path(__file__).parent / "defaults.json").read_text())

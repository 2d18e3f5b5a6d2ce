"""What a site gets once, when the app is installed: roles and defaults that an admin may change afterwards."""

import frappe
from frappe import _

from sales_opportunity import features
from sales_opportunity.activities import meeting_place
from sales_opportunity.currency import adopt_currency
from sales_opportunity.defaults import create_defaults, name_defaults
from sales_opportunity.desk import stepped_back
from sales_opportunity.desk.desk_start import choose_defaults
from sales_opportunity.erpnext import setting_up
from sales_opportunity.masters import companies, terms_templates
from sales_opportunity.masters.origins import mirror_all
from sales_opportunity.notifications import create_notifications

OPPORTUNITY = "Sales Opportunity"
ROLES = ("Sales User", "Sales Manager")
"""Roles that other apps have too: created where missing, never changed. Those of the app itself are fixtures."""


def after_install() -> None:
	"""Create the shared roles and the default records. Runs twice without harm."""
	adopt_currency()
	create_roles()
	create_address_template()
	mirror_all()
	create_defaults()
	choose_defaults()
	features.store_defaults()
	features.hide_without_rules()
	create_notifications()
	create_views()
	meeting_place.ensure_place_field()
	setting_up.set_up()
	link_fields()
	stepped_back.update_workspaces()


def after_setup_wizard(answers: dict) -> None:
	"""Take the currency and the language that the setup wizard was told, if the app was there before it.

	Not all releases store the currency.
	"""
	adopt_currency(answers.get("currency"))
	name_defaults()


def link_fields(*args: str) -> None:
	"""Hook of each migration and installed app: let fields link to the companies and terms that apps have brought."""
	if frappe.db.exists("DocType", OPPORTUNITY):
		companies.link_company_fields()
		terms_templates.link_terms_fields()


def unlink_fields(app: str) -> None:
	"""Hook before an app is removed: its companies and terms go with it; their names stay on deals as text."""
	companies.link_company_fields(leaving=app)
	terms_templates.link_terms_fields(leaving=app)


def create_roles() -> None:
	"""Create the roles that are missing on the site."""
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()


def create_address_template() -> None:
	"""Create the default address template, without which no partner with an address can be opened."""
	if not frappe.db.exists("Address Template", {"is_default": 1}):
		country = frappe.db.get_single_value("System Settings", "country") or "Germany"
		frappe.get_doc({"doctype": "Address Template", "country": country, "is_default": 1}).insert()


def create_views() -> None:
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

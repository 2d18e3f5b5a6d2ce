"""What is offered nowhere: own masters where another app's stand in for them, and what the settings switch off."""

from typing import TYPE_CHECKING

import frappe
from frappe.modules.import_file import import_file_by_path

from sales_opportunity.features import changed, switched_off
from sales_opportunity.masters.adapters import registered_types

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

OWN = {"party": ("Business Partner", "Business Partner Group"), "item": ("Sales Item", "Sales Item Group")}
"""By what they stand for; groups come with what is grouped."""

LEADS = (
	("Workspace Chart", "chart_name"),
	("Workspace Number Card", "number_card_name"),
	("Workspace Link", "link_to"),
	("Workspace Shortcut", "link_to"),
	("Workspace Sidebar Item", "link_to"),
)
"""Rows of this app's workspaces and sidebars that lead somewhere."""

ROOMS = ("Sales Opportunities", "Sales Figures")

STEPS = {"Business Partner": "First Business Partner"}
"""Steps of the onboarding that are about a master."""

STORED = "sales_masters_stepped_back"
"""The site's default with what is taken out of the workspaces."""

OFFERS = ("can_read", "can_create", "can_search", "can_import", "can_write", "all_read")
"""What the desk offers to search, to make and to import."""


def stepped_back() -> list[str]:
	"""Return the masters of this app that no app's hooks register now, and what is switched off."""
	types = registered_types()
	masters = [doctype for kind, own in OWN.items() if own[0] not in types[kind] for doctype in own]
	return [*masters, *switched_off()]


def on_settings(settings: "SalesOpportunitySettings", method: str) -> None:
	"""Follow the switches when the settings are saved (a hook)."""
	if changed(settings):
		update_workspaces()
		frappe.clear_cache()  # people's desks, which know what is used


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Let the desk's search and menus leave them out (a hook)."""
	gone = set(stepped_back())
	if not gone:
		return
	for name in OFFERS:
		offered = bootinfo.user.get(name)
		if offered:
			bootinfo.user[name] = [doctype for doctype in offered if doctype not in gone]
	for report in gone & set(bootinfo.user.all_reports or ()):
		del bootinfo.user.all_reports[report]


def update_workspaces(*args: str) -> None:
	"""Take what is offered no more out of workspaces, sidebars and onboarding, or put it back. Runs twice without harm.

	Hook of each migration, of each app that is installed or removed, and of the settings that are saved.
	"""
	if not frappe.db.exists("DocType", "Sales Opportunity"):
		return
	gone = stepped_back()
	former = frappe.parse_json(frappe.db.get_default(STORED) or "[]")
	if set(former) - set(gone):
		for room in ROOMS:
			frappe.reload_doc("sales_opportunity", "workspace", frappe.scrub(room), force=True)
			reload_sidebar(room)
		frappe.reload_doc("sales_opportunity", "module_onboarding", "sales_opportunities", force=True)
	if gone:
		remove_links(gone)
	if gone != former:
		frappe.db.set_default(STORED, frappe.as_json(gone, indent=None))


def reload_sidebar(room: str) -> None:
	"""Bring a sidebar back to what the app ships, on a framework that has sidebars."""
	if frappe.db.exists("DocType", "Workspace Sidebar"):
		folder = frappe.get_app_path("sales_opportunity", "workspace_sidebar")
		import_file_by_path(f"{folder}/{frappe.scrub(room)}.json", force=True)


def remove_links(gone: list[str]) -> None:
	"""Take what leads to these DocTypes out of workspaces and onboarding."""
	for doctype, fieldname in LEADS:
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, {fieldname: ("in", gone), "parent": ("in", ROOMS)})
	steps = [step for master, step in STEPS.items() if master in gone]
	if steps:
		frappe.db.delete("Onboarding Step Map", {"step": ("in", steps)})
	frappe.clear_cache()

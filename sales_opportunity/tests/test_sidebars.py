"""The icons and sidebars that the desk of Frappe 16 shows lead to all that the workspaces lead to."""

import json

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.translatable import APP


def records(folder: str) -> dict[str, dict]:
	found = [json.loads(path.read_text()) for path in (APP / folder).glob("*.json")]
	return {record["name"]: record for record in found}


def links(items: list[dict]) -> set[tuple]:
	return {(item["link_type"], item["link_to"]) for item in items if item["type"] == "Link"}


class TestSidebars(IntegrationTestCase):
	def workspaces(self):
		names = frappe.get_all("Workspace", {"module": "Sales Opportunity", "public": 1}, pluck="name")
		return [frappe.get_doc("Workspace", name) for name in names]

	def test_each_workspace_has_an_icon_with_a_picture_and_a_sidebar_of_its_name(self):
		names = {workspace.name for workspace in self.workspaces()}
		self.assertEqual(set(records("workspace_sidebar")), names)
		icons = records("desktop_icon")
		self.assertEqual(set(icons), names)
		for name, icon in icons.items():
			self.assertEqual((icon["label"], icon["link_to"]), (name, name))
			picture = icon["logo_url"].removeprefix("/assets/sales_opportunity/")
			self.assertTrue((APP / "public" / picture).exists(), picture)

	def test_a_sidebar_leads_to_all_that_its_workspace_leads_to(self):
		for workspace in self.workspaces():
			rows = [row.as_dict() for row in workspace.links]
			shortcuts = {(row.type, row.link_to) for row in workspace.shortcuts}
			shown = links(records("workspace_sidebar")[workspace.name]["items"])
			self.assertEqual((links(rows) | shortcuts | {("Workspace", workspace.name)}) - shown, set())

	def test_whatever_a_sidebar_leads_to_exists(self):
		for sidebar in records("workspace_sidebar").values():
			for doctype, name in links(sidebar["items"]):
				self.assertTrue(frappe.db.exists(doctype, name), (doctype, name))

	def test_all_reports_of_the_app_are_in_the_managers_sidebar(self):
		reports = frappe.get_all(
			"Report", {"module": "Sales Opportunity", "is_standard": "Yes"}, pluck="name"
		)
		self.assertGreater(len(reports), 15)
		shown = links(records("workspace_sidebar")["Sales Figures"]["items"])
		self.assertEqual({("Report", name) for name in reports} - shown, set())

"""Installing gives a site its defaults once; uninstalling takes away what is the app's own."""

import json
from pathlib import Path

import frappe

from sales_opportunity import hooks
from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.install import ROLES, after_install, read_defaults
from sales_opportunity.sales_opportunity.doctype.qualification_stage.board import BOARD
from sales_opportunity.uninstall import before_uninstall


class TestInstall(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def counts(self) -> dict[str, int]:
		doctypes = {record["doctype"] for record in read_defaults()} | {
			"Role",
			"Address Template",
			"Kanban Board",
		}
		return {doctype: frappe.db.count(doctype) for doctype in doctypes}

	def test_installing_twice_changes_nothing(self):
		after_install()
		before = self.counts()
		after_install()
		self.assertEqual(self.counts(), before)

	def test_what_an_admin_changed_stays(self):
		frappe.db.set_value("Qualification Stage", "Proposal", "probability", 66)
		after_install()
		self.assertEqual(frappe.db.get_value("Qualification Stage", "Proposal", "probability"), 66)

	def test_a_new_site_has_stages_of_every_type_in_order(self):
		stages = frappe.get_all(
			"Qualification Stage",
			{"name": ("in", [record.get("stage_name") for record in read_defaults()])},
			["stage_type", "probability"],
			order_by="position asc",
		)
		self.assertEqual([stage.stage_type for stage in stages], ["Open"] * 5 + ["Won", "Lost"])
		self.assertEqual([stage.probability for stage in stages], [5, 10, 25, 50, 75, 100, 0])

	def test_uninstalling_removes_the_apps_own_roles_and_settings_and_nothing_that_others_share(self):
		frappe.db.set_single_value("Sales Opportunity Settings", "company_name", "Lindental")
		before_uninstall()
		for role in json.loads((Path(hooks.__file__).parent / "fixtures" / "role.json").read_text()):
			self.assertFalse(frappe.db.exists("Role", role["name"]))
		self.assertFalse(frappe.db.count("Singles", {"doctype": "Sales Opportunity Settings"}))
		self.assertFalse(frappe.db.exists("Kanban Board", BOARD))
		for role in ROLES:
			self.assertTrue(frappe.db.exists("Role", role))

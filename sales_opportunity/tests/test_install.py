"""Installing gives a site its defaults once; uninstalling takes away what is the app's own."""

import json
from pathlib import Path

import frappe

from sales_opportunity import hooks
from sales_opportunity.defaults import read_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.install import ROLES, after_install
from sales_opportunity.patches import delete_shipped_board
from sales_opportunity.tests.factories import make_partner
from sales_opportunity.uninstall import before_uninstall


def make_board(name: str, **values):
	"""Return a Kanban Board of the opportunities as former versions came with it, or with other values."""
	board = frappe.get_doc(
		{
			"doctype": "Kanban Board",
			"kanban_board_name": name,
			"reference_doctype": "Sales Opportunity",
			"field_name": "stage",
			"fields": json.dumps(delete_shipped_board.SHIPPED["fields"]),
			"filters": json.dumps(delete_shipped_board.SHIPPED["filters"]),
			**values,
		}
	)
	for stage in frappe.get_all("Qualification Stage", {"stage_type": "Open", "enabled": 1}, pluck="name"):
		board.append("columns", {"column_name": stage, "status": "Active", "order": json.dumps(["OPP-1"])})
	return board.insert()


class TestTheBoardOfFormerVersions(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.delete("Kanban Board", {"name": delete_shipped_board.BOARD})

	def is_there_after_the_patch(self) -> bool:
		delete_shipped_board.execute()
		delete_shipped_board.execute()
		return bool(frappe.db.exists("Kanban Board", delete_shipped_board.BOARD))

	def test_it_goes_if_nobody_has_changed_it(self):
		make_board(delete_shipped_board.BOARD)
		self.assertFalse(self.is_there_after_the_patch())

	def test_it_stays_as_somebody_has_changed_it(self):
		for values in (
			{"filters": json.dumps([["Sales Opportunity", "status", "!=", "Lost"]])},
			{"fields": json.dumps(["party_name"])},
			{"field_name": "forecast_category"},
			{"private": 1},
		):
			with self.subTest(values):
				board = make_board(delete_shipped_board.BOARD, **values)
				self.assertTrue(self.is_there_after_the_patch())
				board.delete()

	def test_it_stays_if_somebody_has_archived_a_column(self):
		board = make_board(delete_shipped_board.BOARD)
		board.columns[0].status = "Archived"
		board.save()
		self.assertTrue(self.is_there_after_the_patch())


class TestInstall(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.clear_cache)
		self.addCleanup(frappe.db.rollback)

	def counts(self) -> dict[str, int]:
		doctypes = {record["doctype"] for record in read_defaults()} | {
			"Role",
			"Address Template",
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
		stages = [record for record in read_defaults() if record["doctype"] == "Qualification Stage"]
		self.assertEqual([stage["stage_type"] for stage in stages], ["Open"] * 5 + ["Won", "Lost"])
		self.assertEqual(
			[stage["position"] for stage in stages], sorted(stage["position"] for stage in stages)
		)

	def test_a_first_contact_counts_5_percent_and_a_quote_75(self):
		probabilities = {
			record["stage_name"]: record["probability"]
			for record in read_defaults()
			if record["doctype"] == "Qualification Stage"
		}
		self.assertEqual((probabilities["Inquiry"], probabilities["Proposal"]), (5, 75))
		self.assertEqual(list(probabilities.values())[:5], sorted(list(probabilities.values())[:5]))

	def test_uninstalling_removes_the_apps_own_roles_and_settings_and_nothing_that_others_share(self):
		make_board("Board of Somebody")
		frappe.db.set_single_value("Sales Opportunity Settings", "company_name", "Lindental")
		for key in ("sales_opportunity_ready_set", "sales_opportunity_setup_skipped", "other_app_choice"):
			frappe.db.set_default(key, "chosen")
		before_uninstall()
		left = frappe.get_all("DefaultValue", {"defvalue": "chosen"}, pluck="defkey")
		self.assertEqual(left, ["other_app_choice"])
		for role in json.loads((Path(hooks.__file__).parent / "fixtures" / "role.json").read_text()):
			self.assertFalse(frappe.db.exists("Role", role["name"]))
		self.assertFalse(frappe.db.exists("Custom Field", {"module": "Sales Opportunity"}))
		self.assertFalse(frappe.db.count("Singles", {"doctype": "Sales Opportunity Settings"}))
		self.assertFalse(frappe.db.exists("Kanban Board", {"reference_doctype": "Sales Opportunity"}))
		for role in ROLES:
			self.assertTrue(frappe.db.exists("Role", role))

	def test_uninstalling_frees_what_is_tied_to_the_apps_documents(self):
		partner = make_partner()
		links = [{"link_doctype": "Business Partner", "link_name": partner.name}]
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Bea", "links": links}).insert()
		task = {"doctype": "ToDo", "description": "Call", "reference_type": partner.doctype}
		frappe.get_doc({**task, "reference_name": partner.name}).insert()
		own_task = frappe.get_doc({"doctype": "ToDo", "description": "Tidy up"}).insert()
		before_uninstall()
		contact.reload()
		self.assertEqual(contact.links, [])
		contact.save()
		self.assertFalse(frappe.db.exists("ToDo", {"reference_type": partner.doctype}))
		self.assertTrue(frappe.db.exists("ToDo", own_task.name))
		self.assertFalse(frappe.db.exists("Onboarding Step", "First Business Partner"))
		self.assertFalse(frappe.db.exists("Property Setter", {"doc_type": ("in", own_doctypes())}))

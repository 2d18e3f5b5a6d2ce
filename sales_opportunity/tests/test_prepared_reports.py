"""Reports that are prepared in the background: made by who may open them, for their eyes only."""

import json
from contextlib import suppress

import frappe
from frappe.core.doctype.prepared_report.prepared_report import (
	delete_prepared_reports,
	make_prepared_report,
)
from frappe.desk.query_report import save_report

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_opportunity, make_user
from sales_opportunity.tests.waiting import awaited

SELLER, OTHER = "prepared.seller@example.com", "prepared.other@example.com"
MANAGER, PORTAL = "prepared.manager@example.com", "prepared.portal@example.com"
PLAIN = ("Open Quotes", "Weighted Pipeline", "Lost Reasons", "Items in the Pipeline")


class TestPreparedReports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (SELLER, OTHER):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager")
		make_user(PORTAL)

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def test_nobody_prepares_a_report_that_they_may_not_open(self):
		for user in (SELLER, PORTAL):
			frappe.set_user(user)
			for report in PLAIN:
				with self.subTest(report, user=user), self.assertRaises(frappe.PermissionError):
					make_prepared_report(report, "{}")

	def test_a_saved_copy_of_such_a_report_is_not_prepared_either(self):
		frappe.set_user(MANAGER)
		copy = save_report("Open Quotes", "Prepared Copy", "[]", "{}")
		frappe.set_user(SELLER)
		with self.assertRaises(frappe.PermissionError):
			make_prepared_report(copy, "{}")

	def test_the_job_prepares_it_for_who_may_open_it_and_nobody_else_reads_or_deletes_it(self):
		own = make_opportunity(opportunity_owner=SELLER)
		others = make_opportunity()
		frappe.set_user(SELLER)
		name = make_prepared_report("Stalled and Not Forecastable", "{}")["name"]
		frappe.db.commit()  # the job waits for it
		self.addCleanup(self.remove, name, own.name, others.name)
		awaited(lambda: self.state(name) in ("Completed", "Error"))
		self.assertEqual(frappe.db.get_value("Prepared Report", name, "error_message"), None)
		found = {row.get("opportunity") for row in self.content(name)["result"]}
		self.assertIn(own.name, found)
		self.assertNotIn(others.name, found)
		for user in (OTHER, PORTAL):
			frappe.set_user(user)
			with self.assertRaises(frappe.PermissionError):
				self.content(name)
			with suppress(frappe.PermissionError):  # Released versions say nothing.
				delete_prepared_reports([{"name": name}])
			self.assertTrue(frappe.db.exists("Prepared Report", name))
		frappe.set_user(SELLER)
		delete_prepared_reports([{"name": name}])
		self.assertFalse(frappe.db.exists("Prepared Report", name))

	def content(self, name: str) -> dict:
		"""Return what the report's page is given of a prepared one."""
		return json.loads(frappe.get_doc("Prepared Report", name).get_prepared_data())

	def state(self, name: str) -> str:
		"""Return how far the job is, as it stands now."""
		frappe.db.rollback()
		return frappe.db.get_value("Prepared Report", name, "status")

	def remove(self, name: str, *deals: str) -> None:
		frappe.set_user("Administrator")
		frappe.delete_doc("Prepared Report", name, ignore_missing=True)
		for deal in deals:
			frappe.delete_doc("Sales Opportunity", deal)
		frappe.db.commit()

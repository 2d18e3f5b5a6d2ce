"""The builders of test data: what they need is there, whoever is logged in and whatever other tests have left behind."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_class, make_item, make_stage, make_user

SELLER = "factory-seller@example.com"


class TestFactories(IntegrationTestCase):
	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		make_user(SELLER, "Sales User")
		frappe.set_user(SELLER)

	def test_master_data_is_made_for_who_may_not_make_it(self):
		for document in (make_class("NEW-IN-TEST"), make_item("NEW-IN-TEST"), make_stage("New in Test")):
			with self.subTest(doctype=document.doctype):
				self.assertEqual(document.owner, "Administrator")
				self.assertEqual(frappe.session.user, SELLER)

	def test_a_person_is_made_for_who_may_not_make_people(self):
		self.assertTrue(make_user("factory-colleague@example.com", "Sales User").enabled)

"""The forms of this app show people by their names; those of others stay as they are."""

import frappe
from frappe.desk.form.load import getdoc

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_fulfilment_request, make_opportunity, make_quote, make_user

OWNER, VIEWER = "names-owner@example.com", "names-viewer@example.com"


class TestPeople(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		self.name = make_user(OWNER, "Sales User").full_name
		make_user(VIEWER, "Sales Viewer")

	def titles(self, doctype: str, name: str) -> dict:
		frappe.local.response = frappe._dict(docs=[])
		getdoc(doctype, name)
		return frappe.local.response.get("_link_titles") or {}

	def test_who_reads_quote_and_deal_reads_names(self):
		opportunity = make_opportunity(items=[{}], opportunity_owner=OWNER)
		quote = make_quote(opportunity, sales_person=OWNER)
		frappe.set_user(VIEWER)
		for doctype, name in (("Sales Opportunity", opportunity.name), ("Quote", quote.name)):
			with self.subTest(doctype):
				self.assertEqual(self.titles(doctype, name)[f"User::{OWNER}"], self.name)

	def test_the_department_reads_who_sold(self):
		request = make_fulfilment_request()
		request.db_set("sales_person", OWNER)
		self.assertEqual(self.titles(request.doctype, request.name)[f"User::{OWNER}"], self.name)

	def test_documents_of_others_stay_as_they_were(self):
		todo = frappe.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": OWNER}).insert()
		self.assertNotIn(f"User::{OWNER}", self.titles("ToDo", todo.name))

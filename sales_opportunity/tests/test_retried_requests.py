"""Which requests are done again from the beginning: those of the framework that do nothing but save the document."""

import json

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.locking import is_asked_for
from sales_opportunity.tests.factories import make_quote
from sales_opportunity.tests.web import keep_request

SAVE, OWN = "frappe.client.save", "other_app.api.approve"


class TestRetriedRequests(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.quote = make_quote()

	def setUp(self):
		keep_request(self)

	def arrives(self, method: str, path: str | None, **values):
		frappe.local.request = frappe._dict(method=method, path=path)
		frappe.local.form_dict = frappe._dict(values)

	def test_an_own_function_that_is_told_a_document_in_any_way_can_save_a_quote(self):
		for doc in (
			self.quote.name,
			json.dumps([self.quote.name]),
			"[",
			"",
			json.dumps({"doctype": "Quote"}),
		):
			with self.subTest(doc):
				self.arrives("POST", f"/api/method/{OWN}", cmd=OWN, doc=doc)
				self.assertFalse(is_asked_for(self.quote))
				self.quote.save()

	def test_a_request_without_an_address_can_save_a_quote(self):
		for path in (None, "", "/"):
			with self.subTest(path):
				self.arrives("POST", path)
				self.assertFalse(is_asked_for(self.quote))
				self.quote.save()

	def test_the_framework_s_functions_that_save_the_document_are_done_again(self):
		for values in (
			{"doc": json.dumps({"doctype": "Quote"})},
			{"doc": {"doctype": "Quote"}},
			{"doctype": "Quote", "name": self.quote.name},
		):
			with self.subTest(values):
				self.arrives("POST", f"/api/method/{SAVE}", cmd=SAVE, **values)
				self.assertTrue(is_asked_for(self.quote))
		for doc in ({"doctype": "Task"}, ["Quote"]):
			with self.subTest(doc):
				self.arrives("POST", f"/api/method/{SAVE}", cmd=SAVE, doc=json.dumps(doc))
				self.assertFalse(is_asked_for(self.quote))

	def test_of_the_addresses_of_documents_those_that_insert_and_update_are_done_again(self):
		name = self.quote.name
		for method, path, expected in (
			("POST", "/api/resource/Quote", True),
			("PUT", f"/api/resource/Quote/{name}", True),
			("PUT", f"/api/v1/resource/Quote/{name}/", True),
			("POST", "/api/v2/document/Quote/", True),
			("PATCH", f"/api/v2/document/Quote/{name}", True),
			("PUT", "/api/resource/Quote/2026/17", True),
			("POST", f"/api/resource/Quote/{name}", False),
			("GET", f"/api/resource/Quote/{name}", False),
			("POST", f"/api/v2/document/Quote/{name}/method/approve", False),
			("POST", "/api/v2/document/Quote/bulk_update", False),
			("POST", "/api/v2/method/Quote/approve", False),
			("PUT", "/api/resource/Quote Text/Quote", False),
			("PUT", "/api/resource/Task/Quote", False),
			("POST", "/shop/Quote", False),
		):
			with self.subTest(method=method, path=path):
				# The framework takes `run_method` from the values before it runs the method.
				self.arrives(method, path)
				self.assertEqual(is_asked_for(self.quote), expected)

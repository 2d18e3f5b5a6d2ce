"""A guest is told what went wrong, and never where in the code, also where the site shows tracebacks to its people."""

from unittest.mock import patch

import frappe

from sales_opportunity.portal import quote_page
from sales_opportunity.tests.answering import PAGE, AnswerTestCase
from sales_opportunity.tests.factories import make_user
from sales_opportunity.tests.web import call, key_of, request

TRACES = ("Traceback", 'File "', ".py", "most recent call")


class TestGuestsErrors(AnswerTestCase):
	def setUp(self):
		super().setUp()
		before = frappe.db.get_single_value("System Settings", "allow_error_traceback")
		self.addCleanup(self.show_tracebacks, before)
		self.show_tracebacks(1)

	def show_tracebacks(self, is_on: int):
		frappe.db.set_single_value("System Settings", "allow_error_traceback", is_on)
		frappe.db.commit()
		frappe.clear_document_cache("System Settings", "System Settings")

	def assert_no_trace(self, answer):
		for trace in TRACES:
			self.assertNotIn(trace, answer.text)

	def test_a_call_with_wrong_arguments(self):
		token = self.token(self.issued_quote())
		for arguments in (
			{},
			{"token": []},
			{"token": {"a": 1}},
			{"token": "x" * 500},
			{"token": token, "person_name": {"a": 1}},
			{"token": token, "person_name": 'x" onmouseover="alert(1)', "message": "Nein"},
			{"token": token, "message": ["a"]},
		):
			for function in ("accept", "decline", "ask", "opened"):
				with self.subTest(function, arguments=arguments):
					answer = call(f"{PAGE}.{function}", ip=self.ip, **arguments)
					self.assert_no_trace(answer)

	def test_a_call_that_goes_wrong_inside(self):
		with patch.object(quote_page, "find_link", side_effect=KeyError("secret")):
			answer = call(f"{PAGE}.ask", ip=self.ip, token="x")
		self.assertEqual(answer.status_code, 500)
		self.assert_no_trace(answer)
		self.assertNotIn("secret", answer.text)

	def test_a_page_that_goes_wrong_inside(self):
		token = self.token(self.issued_quote())
		before = frappe.db.count("Error Log")
		for path in (f"/quote/{token}", f"/quote/{token}/pdf"):
			with (
				patch.object(quote_page, "is_intact", side_effect=KeyError("secret")),
				patch.object(quote_page, "page_context", side_effect=KeyError("secret")),
			):
				answer = request(path, ip=self.ip)
			self.assertEqual(answer.status_code, 500)
			self.assertIn("<h1>", answer.text)
			self.assert_no_trace(answer)
			self.assertNotIn("secret", answer.text)
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Error Log"), before + 2)

	def test_documents_of_this_app_and_functions_that_it_looks_after(self):
		quote = self.issued_quote()
		paper = frappe.get_doc("File", frappe.db.get_value("Quote", quote.name, "pdf_file"))
		frappe.db.commit()
		count = "frappe.client.get_count"
		for path in (
			f"/api/resource/Quote/{quote.name}",
			"/api/resource/Quote",
			"/api/resource/Sales Opportunity",
			f"/api/resource/Quote/{quote.name}?run_method=x",
			"/api/resource/File",
			f"/api/resource/File/{paper.name}",
			"/api/resource/Communication",
			f"/api/method/{count}?doctype=Quote",
			f"/?cmd={count}&doctype=Sales Opportunity",
			"/?cmd=frappe.client.get_list&doctype=Quote",
			"/api/method/frappe.core.api.file.zip_files?files=x",
		):
			with self.subTest(path):
				answer = request(path, ip=self.ip, headers={"Accept": "application/json"})
				self.assertIn(answer.status_code, (403, 404, 417))
				self.assert_no_trace(answer)

	def test_people_with_a_key_are_shown_what_the_site_shows_to_its_people(self):
		user = make_user("traces@example.com", "Sales User").name
		key = key_of(user)
		quote = self.issued_quote()
		frappe.db.commit()
		answer = request(f"/api/resource/Quote/{quote.name}", ip=self.ip, headers={"Authorization": key})
		self.assertEqual(answer.status_code, 403)
		self.assertIn("Traceback", answer.text)

	def test_other_functions_of_this_app(self):
		for path in (
			"/api/method/sales_opportunity.api.close_as_won",
			"/api/method/sales_opportunity.no_such.function",
			"/api/method/frappe.utils.print_format.download_pdf?doctype=Quote&name=x",
			"/?cmd=sales_opportunity.no_such",
		):
			with self.subTest(path):
				self.assert_no_trace(request(path, ip=self.ip))

"""A guest is told what went wrong, and never where in the code, also where the site shows tracebacks to its people."""

from unittest.mock import patch

import frappe

from sales_opportunity import quote_page
from sales_opportunity.tests.test_quote_answers import PAGE, AnswerTestCase
from sales_opportunity.tests.web import call, request

TRACES = ("Traceback", 'File "', ".py", "most recent call")


class TestGuestsErrors(AnswerTestCase):
	def setUp(self):
		super().setUp()
		self.show_tracebacks(1)
		self.addCleanup(self.show_tracebacks, 0)

	def show_tracebacks(self, is_on: int):
		frappe.db.set_single_value("System Settings", "allow_error_traceback", is_on)
		frappe.db.commit()
		frappe.clear_cache()

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

	def test_other_functions_of_this_app(self):
		for path in (
			"/api/method/sales_opportunity.api.close_as_won",
			"/api/method/sales_opportunity.no_such.function",
			"/api/method/frappe.utils.print_format.download_pdf?doctype=Quote&name=x",
			"/?cmd=sales_opportunity.no_such",
		):
			with self.subTest(path):
				self.assert_no_trace(request(path, ip=self.ip))

"""An admin copies a report or a print format of this app: the copy is theirs, works at once and stays as it is."""

import json
from io import BytesIO
from pathlib import Path

import frappe
from frappe.desk.query_report import get_script, run
from pypdf import PdfReader

from sales_opportunity.desk.own_copies import NotCopiedError, copy_print_format, copy_report
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.printing.pdf import page_html
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_user
from sales_opportunity.tests.reports import run_report

ADMIN, SETTER, SELLER = "copies.admin@example.com", "copies.setter@example.com", "copies.seller@example.com"
MODULE_FOLDER = Path(__file__).parent.parent / "sales_opportunity"


def reports(*kinds: str) -> list[str]:
	"""Return the names of the app's reports of these kinds."""
	records = [json.loads(path.read_text()) for path in (MODULE_FOLDER / "report").glob("*/*.json")]
	return sorted(record["name"] for record in records if record["report_type"] in kinds)


class TestOwnCopies(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(ADMIN, "System Manager", "Script Manager", "Sales Manager")
		make_user(SETTER, "System Manager", "Sales Manager")
		make_user(SELLER, "Sales User")
		cls.quote = make_quote(make_opportunity(items=[{"quantity": 3}, {"quantity": 1}]))

	def setUp(self):
		frappe.db.savepoint("copies")
		self.addCleanup(frappe.db.rollback, save_point="copies")
		self.addCleanup(frappe.set_user, "Administrator")

	def test_a_copied_query_report_shows_what_the_original_shows_and_can_be_changed(self):
		frappe.set_user(ADMIN)
		for name in reports("Query Report"):
			with self.subTest(name):
				copy = frappe.get_doc("Report", copy_report(name, f"Our {name} “2”"))
				self.assertEqual((copy.is_standard, copy.report_type), ("No", "Query Report"))
				original = frappe.get_doc("Report", name)
				self.assertEqual([row.role for row in copy.roles], [row.role for row in original.roles])
				before, after = run(name, filters={}), run(copy.name, filters={})
				self.assertEqual((before["columns"], before["result"]), (after["columns"], after["result"]))
				copy.query = "select 1 as opportunities"
				copy.columns = []
				copy.save()
				self.assertEqual(run(copy.name, filters={})["result"][0], {"opportunities": 1})

	def test_the_script_of_a_copied_query_report_is_its_own(self):
		frappe.set_user(ADMIN)
		for name in reports("Query Report"):
			with self.subTest(name):
				copy = copy_report(name, f'Our "{name}"')
				script = get_script(copy)["script"]
				self.assertIn(f"frappe.query_reports[{json.dumps(copy)}] =", script)
				self.assertNotIn(f'frappe.query_reports["{name}"]', script)
				self.assertNotIn("{% include", script)

	def test_a_copied_script_report_calculates_as_the_original_does(self):
		frappe.set_user(ADMIN)
		for name in reports("Script Report"):
			with self.subTest(name):
				filters = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
				copy = frappe.get_doc("Report", copy_report(name, f"Our {name}", filters))
				self.assertEqual((copy.is_standard, copy.report_type), ("No", "Custom Report"))
				before = run_report(name, **filters)
				after = run_report(copy.name)
				for part in ("columns", "result", "chart", "report_summary"):
					self.assertEqual(before[part], after[part], part)
				self.assertEqual(after["custom_filters"], filters)
				copy.json = json.dumps({"columns": before["columns"][:2], "filters": {}})
				copy.save()
				kept = run_report(copy.name, **filters)["columns"]
				self.assertEqual(kept, before["columns"][:2])

	def test_nobody_gets_a_report_by_a_copy_that_they_may_not_open(self):
		frappe.set_user(ADMIN)
		copy = copy_report("Weighted Pipeline", "Our Pipeline")
		frappe.set_user(SELLER)
		self.assertRaises(frappe.PermissionError, run, copy, filters={})

	def test_only_those_who_may_make_such_reports_copy_them(self):
		for user in (SETTER, SELLER, "Guest"):
			for name in ("Weighted Pipeline", "Revenue Forecast"):
				with self.subTest(user=user, report=name):
					frappe.set_user(user)
					self.assertRaises(frappe.PermissionError, copy_report, name, "Not Mine")
					self.assertFalse(frappe.db.exists("Report", "Not Mine"))

	def test_only_those_who_may_make_print_formats_copy_them(self):
		for user in (SELLER, "Guest"):
			with self.subTest(user=user):
				frappe.set_user(user)
				self.assertRaises(frappe.PermissionError, copy_print_format, "Quote", "Not Mine")
				self.assertFalse(frappe.db.exists("Print Format", "Not Mine"))

	def test_what_is_no_standard_record_of_the_app_is_not_copied(self):
		frappe.set_user(ADMIN)
		copy = copy_report("Weighted Pipeline", "Our Pipeline")
		foreign = frappe.db.get_value("Report", {"module": "Core"})
		for report in (copy, foreign):
			self.assertRaises(NotCopiedError, copy_report, report, "Another One")

	def test_a_name_that_is_empty_or_taken_is_refused(self):
		frappe.set_user(ADMIN)
		for name in ("", "  ", "Weighted Pipeline", "weighted-pipeline", "Sales_Funnel"):
			with self.subTest(name):
				self.assertRaises(NotCopiedError, copy_report, "Weighted Pipeline", name)
		for name in ("", "Quote", "quote"):
			with self.subTest(name):
				self.assertRaises(NotCopiedError, copy_print_format, "Quote", name)

	def test_a_copied_print_format_makes_the_same_paper(self):
		frappe.set_user(SETTER)
		copy = frappe.get_doc("Print Format", copy_print_format("Quote", "Our Quote"))
		self.assertEqual((copy.standard, copy.custom_format), ("No", 1))
		for part in (copy.html, copy.css):
			self.assertNotIn("sales_opportunity/", part.replace("/assets/sales_opportunity/", ""))
		frappe.set_user("Administrator")
		for language in ("de", "en"):
			with self.subTest(language):
				pages = [pages_of(self.quote, name, language) for name in ("Quote", copy.name)]
				self.assertTrue(pages[0])
				self.assertEqual(pages[0], pages[1])
				html = page_html(self.quote, copy.name, language=language)
				self.assertNotIn("{{", html)
				self.assertNotIn("{%", html)

	def test_a_copied_print_format_can_be_changed(self):
		frappe.set_user(SETTER)
		copy = frappe.get_doc("Print Format", copy_print_format("Quote", "Our Quote"))
		copy.html = copy.html.replace("<h1>", "<h1>Wanderer ")
		copy.save()
		frappe.set_user("Administrator")
		self.assertIn("<h1>Wanderer ", page_html(self.quote, copy.name))
		self.assertNotIn("Wanderer", page_html(self.quote, "Quote"))


def pages_of(quote, print_format: str, language: str) -> list[bytes]:
	"""Return what is drawn on each page of the paper."""
	pdf = render_quote(quote.name, print_format, language=language)
	return [page.get_contents().get_data() for page in PdfReader(BytesIO(pdf)).pages]

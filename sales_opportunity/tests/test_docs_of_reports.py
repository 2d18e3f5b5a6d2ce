"""What docs/reports.md promises: the tables and columns are there, and its queries run as they stand."""

import re
from pathlib import Path

import frappe
from frappe.desk.query_report import run

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.ownership import MODULE
from sales_opportunity.tests.factories import make_opportunity, make_quote

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
IN_EVERY_TABLE = {"name", "owner", "creation", "modified"}


class TestDocsOfReports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		if not PAGE.exists():
			cls().skipTest("the app is installed without its docs")
		cls.text = PAGE.read_text()

	def test_all_columns_that_one_may_rely_on_exist(self):
		rows = re.findall(r"^\| `tab([^`]+)` \| (.+) \|$", self.text, re.M)
		self.assertGreater(len(rows), 8)
		for doctype, columns in rows:
			promised = set(re.findall(r"`(\w+)`", columns)) | IN_EVERY_TABLE
			with self.subTest(doctype):
				self.assertEqual(promised - set(frappe.db.get_table_columns(doctype)), set())

	def test_values_that_are_named_are_those_of_the_field(self):
		for doctype, columns in re.findall(r"^\| `tab([^`]+)` \| (.+) \|$", self.text, re.M):
			for fieldname, values in re.findall(r"`(\w+)` \(([^)]+)\)", columns):
				with self.subTest(doctype, field=fieldname):
					options = frappe.get_meta(doctype).get_field(fieldname).options.split("\n")
					self.assertEqual(values.split(", "), [option for option in options if option])

	def test_its_queries_run_with_and_without_filters(self):
		deal = make_opportunity(items=[{"quantity": 2}], expected_close_date="2031-01-01")
		make_quote(deal).submit()
		won = make_opportunity(items=[{}], stage="Won", closing_reason="Best Product")
		queries = re.findall(r"```sql\n(.+?)```", self.text, re.S)
		self.assertEqual(len(queries), 3)
		for number, query in enumerate(queries):
			report = frappe.get_doc(
				{
					"doctype": "Report",
					"report_name": f"From the Docs {number}",
					"ref_doctype": "Sales Opportunity",
					"report_type": "Query Report",
					"is_standard": "No",
					"query": query,
				}
			).insert()
			self.assertEqual(report.module, MODULE)
			for filters in (
				{},
				{"class_id": won.class_id, "from_date": "2000-01-01", "to_date": "2100-01-01"},
			):
				with self.subTest(query, **filters):
					self.assertTrue(run(report.name, filters=filters)["result"])

"""What the framework's export of each report really contains, opened as a spreadsheet and as CSV."""

import csv
import io
import json
import re
from datetime import date, datetime

import frappe
from frappe.desk.query_report import export_query, run
from openpyxl import load_workbook

from sales_opportunity.analysis.snapshots import rebuild
from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests import golden
from sales_opportunity.tests.factories import make_quote, make_user
from sales_opportunity.tests.test_demo import empty_site
from sales_opportunity.tests.test_reports import report_names

MANAGER = "gold.manager@example.com"
NUMBERS = ("Int", "Float", "Currency", "Percent")
TAG = re.compile(r"<[^>]+>|&\w+;")
FILTERS = {"from_date": "2025-01-01", "to_date": "2026-12-31", "period": "Month"}
DEALS_OF_BEN = {"G03", "G07", "G09", "G11", "G13", "G15"}


class TestExports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)  # after the rollback, which comes with the next line
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		make_user(MANAGER, "Sales Manager")
		cls.names = golden.make_year()
		for key in ("G04", "G13"):
			quote = make_quote(frappe.get_doc("Sales Opportunity", cls.names[key]))
			quote.db_set({"status": "Sent", "valid_until": "2026-12-31", "sent_on": "2026-11-02 09:00:00"})
		rebuild("2026-01-01", "2026-01-02")
		cls.party = frappe.db.get_value("Sales Opportunity", cls.names["G01"], "party")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def export(self, name: str, kind: str) -> bytes:
		"""Return the file that the user gets from the export dialog; all rows are visible."""
		frappe.local.form_dict = frappe._dict(
			report_name=name,
			filters=json.dumps({**FILTERS, "party": self.party}),
			file_format_type=kind,
			visible_idx=json.dumps(list(range(10_000))),
			custom_columns="[]",
			include_indentation=0,
		)
		export_query()
		content = frappe.response["filecontent"]
		return content if isinstance(content, bytes) else content.encode()

	def sheet(self, name: str) -> tuple[list, list[list]]:
		"""Return head and rows of the spreadsheet."""
		book = load_workbook(io.BytesIO(self.export(name, "Excel")), data_only=True)
		head, *rows = ([cell.value for cell in row] for row in book.active.iter_rows())
		return head, rows

	def shown(self, name: str) -> dict:
		return run(name, filters={**FILTERS, "party": self.party}, ignore_prepared_report=True)

	def reports(self) -> list[str]:
		names = report_names("Script Report")
		return names if frappe.session.user == golden.BEN else names + report_names("Query Report")

	def test_a_spreadsheet_has_what_the_report_shows_numbers_as_numbers_and_dates_as_dates(self):
		for user in (MANAGER, golden.BEN):
			frappe.set_user(user)
			for name in self.reports():
				report, (head, rows) = self.shown(name), self.sheet(name)
				self.assertEqual(head, [column["label"] for column in report["columns"]], name)
				self.assertEqual(len(rows), len(report["result"]), (user, name))
				self.assertTrue(rows or name == "Forecast Accuracy", (user, name))
				for row in rows:
					for column, cell in zip(report["columns"], row, strict=True):
						self.assertCell(column["fieldtype"], cell, (user, name, column["label"]))

	def assertCell(self, fieldtype: str, cell, place):
		if cell in (None, ""):
			return
		if fieldtype in NUMBERS:
			self.assertIsInstance(cell, int | float, place)
		elif fieldtype in ("Date", "Datetime"):
			self.assertIsInstance(cell, date | datetime, place)
		else:
			self.assertNotRegex(str(cell), TAG, place)

	def test_amounts_come_with_their_currency(self):
		for name in self.reports():
			report, (head, rows) = self.shown(name), self.sheet(name)
			if any(column["fieldtype"] == "Currency" for column in report["columns"]):
				self.assertIn("Currency", head, name)
				currencies = {row[head.index("Currency")] for row in rows} - {None, ""}
				self.assertLessEqual(currencies, {"EUR"}, name)

	def test_the_totals_row_is_that_of_the_golden_year(self):
		head, rows = self.sheet("Revenue Forecast")
		whole = dict(zip(head, rows[-1], strict=True))
		self.assertEqual(whole["Period"], "Total")
		self.assertEqual((whole["Nominal"], whole["Weighted"]), (130261.63, 12841.74))
		head, rows = self.sheet("Weighted Pipeline")
		whole = dict(zip(head, rows[-1], strict=True))
		self.assertEqual((whole["Opportunities"], whole["Nominal"]), (10, 130523.59))
		self.assertAlmostEqual(whole["Weighted"], 12972.72, 2)

	def test_csv_says_the_same_as_the_spreadsheet(self):
		for name in self.reports():
			text = self.export(name, "CSV").decode("utf-8-sig")
			head, *rows = csv.reader(io.StringIO(text))
			sheet_head, sheet_rows = self.sheet(name)
			self.assertEqual((head, len(rows)), (sheet_head, len(sheet_rows)), name)
			self.assertNotRegex(text, TAG, name)
			for row, sheet_row in zip(rows, sheet_rows, strict=True):
				for cell, sheet_cell in zip(row, sheet_row, strict=True):
					if isinstance(sheet_cell, int | float):
						self.assertAlmostEqual(float(cell), sheet_cell, 6, (name, row))

	def test_a_salesperson_exports_the_own_rows_only(self):
		frappe.set_user(golden.BEN)
		others = {name for key, name in self.names.items() if key not in DEALS_OF_BEN}
		own = 0
		for name in self.reports():
			text = self.export(name, "CSV").decode("utf-8-sig")
			self.assertEqual([entry for entry in others if entry in text], [], name)
			own += sum(self.names[key] in text for key in DEALS_OF_BEN)
		self.assertGreater(own, len(DEALS_OF_BEN))
		head, rows = self.sheet("Win-Loss Analysis")
		self.assertEqual(dict(zip(head, rows[-1], strict=True))["Won Amount"], 2544.99)

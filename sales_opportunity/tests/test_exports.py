"""What the framework's export of each report really contains, opened as a spreadsheet and as CSV."""

import csv
import io
import json
import re
from datetime import date, datetime

import frappe
from openpyxl import load_workbook

from sales_opportunity.defaults import read_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.overrides.exports import export_list, export_report
from sales_opportunity.reporting.snapshots import rebuild_snapshots
from sales_opportunity.tests import golden
from sales_opportunity.tests.factories import make_quote, make_user
from sales_opportunity.tests.reports import make_report, report_names, run_report
from sales_opportunity.tests.sites import empty_site

MANAGER = "gold.manager@example.com"
NUMBERS = ("Int", "Float", "Currency", "Percent")
TAG = re.compile(r"<[^>]+>|&\w+;")
FILTERS = {"year": 2025, "from_date": "2025-01-01", "to_date": "2026-12-31", "period": "Month"}
DEALS_OF_BEN = {"G03", "G07", "G09", "G11", "G13", "G15"}


WORDS = {"Qualification Stage": "stage_name", "Sales Unit": "unit_name", "Closing Reason": "reason"}
"""The masters that are called by words; the IDs of classes are no words."""


def english_words() -> set[str]:
	"""Return what the values of choices and default masters are called in English, where that is no German word."""
	words = {
		(record[field], record["doctype"])
		for record in read_defaults()
		if (field := WORDS.get(record["doctype"]))
	}
	for doctype in own_doctypes():
		for field in frappe.get_meta(doctype).get("fields", {"fieldtype": "Select"}):
			words |= {(option, doctype) for option in (field.options or "").split("\n") if option}
	return {word for word, doctype in words if frappe._(word, "de", context=doctype) != word}


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
		moved = frappe.get_doc("Sales Opportunity", cls.names["G07"])
		for day in ("2025-07-10", "2025-07-20", moved.expected_close_date):
			moved.expected_close_date = day
			moved.save()
		rebuild_snapshots("2026-01-01", "2026-01-02")
		cls.party = frappe.db.get_value("Sales Opportunity", cls.names["G01"], "party")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def export(self, name: str, kind: str, **filters) -> bytes:
		"""Return the file that the user gets from the export dialog; all rows are visible."""
		frappe.local.form_dict = frappe._dict(
			report_name=name,
			filters=json.dumps({**FILTERS, "party": self.party, **filters}),
			file_format_type=kind,
			visible_idx=json.dumps(list(range(10_000))),
			custom_columns="[]",
			include_indentation=0,
		)
		export_report()
		content = frappe.response["filecontent"]
		return content if isinstance(content, bytes) else content.encode()

	def sheet(self, name: str, **filters) -> tuple[list, list[list]]:
		"""Return head and rows of the spreadsheet."""
		book = load_workbook(io.BytesIO(self.export(name, "Excel", **filters)), data_only=True)
		head, *rows = ([cell.value for cell in row] for row in book.active.iter_rows())
		return head, rows

	def shown(self, name: str) -> dict:
		return run_report(name, **{**FILTERS, "party": self.party})

	def reports(self) -> list[str]:
		names = report_names("Script Report")
		of_sellers = [name for name in names if name != "Margin"]
		return of_sellers if frappe.session.user == golden.BEN else names + report_names("Query Report")

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
		head, rows = self.sheet("Weighted Pipeline", from_date=None, to_date=None)
		whole = dict(zip(head, rows[-1], strict=True))
		self.assertEqual((whole["Open Opportunities"], whole["Nominal"]), (10, 130523.59))
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

	def test_a_german_finds_no_english_word_in_a_file(self):
		self.addCleanup(setattr, frappe.local, "lang", "en")
		words = english_words()
		self.assertLessEqual({"Issued", "Sent", "Inquiry", "Piece", "Prospect", "Open"}, words)
		frappe.local.lang = "de"
		for name in self.reports():
			for kind in ("CSV", "Excel"):
				content = self.export(name, kind)
				cells = (
					[cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
					if kind == "CSV"
					else [
						cell.value
						for sheet in load_workbook(io.BytesIO(content))
						for row in sheet
						for cell in row
					]
				)
				self.assertEqual(words.intersection(cells), set(), (name, kind))

	def test_a_german_finds_no_english_word_in_the_file_of_a_list(self):
		self.addCleanup(setattr, frappe.local, "lang", "en")
		words = english_words()
		frappe.local.lang = "de"
		lists = {
			"Sales Opportunity": ("status", "stage", "forecast_category"),
			"Quote": ("name", "status", "tax_treatment", "price_basis"),
			"Business Partner": ("partner_name", "role", "partner_type", "tax_treatment"),
			"Sales Item": ("item_code", "kind", "unit"),
		}
		for doctype, fields in lists.items():
			fields = [
				field for field in fields if field == "name" or frappe.get_meta(doctype).has_field(field)
			]
			for kind in ("CSV", "Excel"):
				frappe.local.form_dict = frappe._dict(
					doctype=doctype,
					title=doctype,
					file_format_type=kind,
					fields=json.dumps([f"`tab{doctype}`.`{field}`" for field in fields]),
					filters="[]",
				)
				export_list()
				content = frappe.response["filecontent"]
				if kind == "CSV":
					text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
					cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
				else:
					book = load_workbook(io.BytesIO(content))
					cells = [cell.value for sheet in book for row in sheet for cell in row]
				self.assertGreater(len(cells), len(fields) + 1, doctype)
				self.assertEqual(words.intersection(cells), set(), (doctype, kind))

	def test_reports_of_other_apps_are_exported_as_the_framework_does(self):
		self.addCleanup(setattr, frappe.local, "lang", "en")
		frappe.local.lang = "de"
		for ref_doctype, module, expected in (
			("ToDo", "Desk", "Open"),
			("Sales Opportunity", "Desk", frappe._("Open")),
			("Sales Opportunity", "Sales Opportunity", frappe._("Open")),
		):
			report = make_report(ref_doctype, module)
			for kind in ("CSV", "Excel"):
				content = self.export(report, kind)
				if kind == "CSV":
					[_head, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
				else:
					[_head, row] = [
						[cell.value for cell in cells] for cells in load_workbook(io.BytesIO(content)).active
					]
				self.assertEqual(row, [expected], (ref_doctype, module, kind))

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

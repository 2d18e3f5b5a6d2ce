"""A name that looks like a formula is not calculated by whoever opens an exported file."""

import csv
import io
import json

import frappe
from frappe.handler import execute_cmd
from openpyxl import load_workbook

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.planner import download
from sales_opportunity.tests.factories import make_class, make_item, make_opportunity, make_partner
from sales_opportunity.tests.web import keep_request

FORMULAS = ('=HYPERLINK("https://evil.example","Klick")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3+cmd|x")
PHONE = "+49 761 12-0"


class TestFormulasInExports(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		keep_request(self)
		frappe.local.request = frappe._dict(method="GET", path="")
		self.partners = [make_partner(name, payment_terms=PHONE).name for name in FORMULAS]

	def answer(self, command: str, **values):
		"""Return what the desk gets for a command, through all overrides."""
		frappe.local.form_dict = frappe._dict(values)
		frappe.local.response = frappe._dict(docs=[])
		execute_cmd(command)
		return frappe.response

	def cells(self, content: bytes | str) -> list[str]:
		text = content.decode() if isinstance(content, bytes) else content
		return [cell for row in csv.reader(io.StringIO(text)) for cell in row]

	def assert_texts(self, cells: list[str]):
		for formula in FORMULAS:
			self.assertNotIn(formula, cells)
			self.assertIn(f"'{formula}", cells)

	def list_export(self, kind: str, **values):
		return self.answer(
			"frappe.desk.reportview.export_query",
			doctype="Business Partner",
			file_format_type=kind,
			title="Business Partner",
			fields=json.dumps(
				[f"`tabBusiness Partner`.`{field}`" for field in ("name", "partner_name", "payment_terms")]
			),
			filters=json.dumps([["Business Partner", "name", "in", self.partners]]),
			order_by="`tabBusiness Partner`.`name` asc",
			**values,
		)["filecontent"]

	def test_the_list_as_csv(self):
		cells = self.cells(self.list_export("CSV"))
		self.assert_texts(cells)
		self.assertIn(PHONE, cells)

	def test_the_list_as_a_spreadsheet(self):
		[sheet] = load_workbook(io.BytesIO(self.list_export("Excel")))
		cells = [cell for row in sheet.iter_rows() for cell in row]
		self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
		self.assertTrue({*FORMULAS, PHONE} <= {cell.value for cell in cells})

	def test_a_list_that_is_to_be_made_in_the_background_comes_at_once_without_formulas(self):
		self.assert_texts(self.cells(self.list_export("CSV", export_in_background=1)))

	def deals_of_a_class(self) -> str:
		"""Return the filters of a report that shows one deal with each partner, whatever else the site has."""
		make_class("FORMULAS")
		for name in self.partners:
			make_opportunity(party=name, amount=5, class_id="FORMULAS")
		return json.dumps({"class_id": "FORMULAS"})

	def test_a_report_that_is_to_be_made_in_the_background_comes_at_once_without_formulas(self):
		answer = self.answer(
			"frappe.desk.query_report.export_query",
			report_name="Stalled and Not Forecastable",
			filters=self.deals_of_a_class(),
			visible_idx=json.dumps(list(range(10_000))),
			custom_columns="[]",
			include_indentation=0,
			file_format_type="CSV",
			export_in_background="1",
		)
		self.assert_texts(self.cells(answer["filecontent"]))
		self.assertNotIn("export_in_background", frappe.form_dict)

	def test_a_report(self):
		values = {
			"report_name": "Stalled and Not Forecastable",
			"filters": self.deals_of_a_class(),
			"visible_idx": json.dumps(list(range(10_000))),
			"custom_columns": "[]",
			"include_indentation": 0,
		}
		answer = self.answer("frappe.desk.query_report.export_query", file_format_type="CSV", **values)
		self.assert_texts(self.cells(answer["filecontent"]))
		answer = self.answer("frappe.desk.query_report.export_query", file_format_type="Excel", **values)
		[sheet] = load_workbook(io.BytesIO(answer["filecontent"]))
		self.assertFalse([cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"])

	def test_the_template_for_an_import_with_the_documents_in_it(self):
		answer = self.answer(
			"frappe.core.doctype.data_import.data_import.download_template",
			doctype="Business Partner",
			export_fields=json.dumps({"Business Partner": ["name", "partner_name"]}),
			export_records="all",
			file_type="CSV",
		)
		self.assert_texts(self.cells(answer["result"]))

	def test_data_export(self):
		answer = self.answer(
			"frappe.core.doctype.data_export.exporter.export_data",
			doctype="Business Partner",
			select_columns=json.dumps({"Business Partner": ["name", "partner_name"]}),
			file_type="CSV",
			template=False,
			with_data=1,
		)
		self.assert_texts(self.cells(answer["result"]))

	def test_the_planners_file(self):
		item = make_item('=1+1+"x"')
		make_opportunity(items=[{"item": item.name, "quantity": 2}], expected_close_date="2099-01-01")
		download({"from_date": "2099-01-01", "to_date": "2099-12-31"})
		cells = self.cells(frappe.response["filecontent"])
		self.assertIn(f"'{item.name}", cells)
		self.assertNotIn(item.name, cells)

	def test_documents_of_others_are_exported_as_the_framework_does(self):
		frappe.get_doc({"doctype": "Note", "title": "=1+1", "content": "x"}).insert()
		answer = self.answer(
			"frappe.desk.reportview.export_query",
			doctype="Note",
			file_format_type="CSV",
			title="Note",
			fields=json.dumps(["`tabNote`.`title`"]),
			filters="[]",
		)
		self.assertIn("=1+1", self.cells(answer["filecontent"]))

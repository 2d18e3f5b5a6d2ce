"""What leaves the desk as a file: in exports of this app's documents and reports no text is a formula, and no cost secret.

The functions take the places of the framework's own and let it do the work; what it answers is looked through.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from openpyxl import load_workbook

from sales_opportunity.access.concealed import hidden_fields
from sales_opportunity.framework.ownership import is_own
from sales_opportunity.overrides.translated_values import (
	translated_csv,
	translated_positions,
	translating_reports,
)
from sales_opportunity.texts.formulas import without_formulas_in_csv

if TYPE_CHECKING:
	from openpyxl import Workbook


@frappe.whitelist()
def export_list() -> None:
	"""Answer with the rows of a list or a report view (`frappe.desk.reportview.export_query`)."""
	doctype = frappe.form_dict.doctype
	fields = frappe.parse_json(frappe.form_dict.fields or "[]")
	delimiter = str(frappe.form_dict.get("csv_delimiter") or ",")[0]
	export("frappe.desk.reportview.export_query", doctype)
	if is_own(doctype) and frappe.response.get("filecontent") and isinstance(fields, list):
		# The framework puts a running number before the fields.
		positions = {position + 1: of for position, of in translated_positions(doctype, fields).items()}
		kind = frappe.response["filename"].rpartition(".")[2].upper()
		frappe.response["filecontent"] = translate_content(
			frappe.response["filecontent"], kind, positions, delimiter
		)


@frappe.whitelist()
def export_report() -> None:
	"""Answer with the rows of a report (`frappe.desk.query_report.export_query`)."""
	report = frappe.form_dict.report_name
	doctype = report and frappe.get_cached_value("Report", report, "ref_doctype")
	with translating_reports():
		export("frappe.desk.query_report.export_query", doctype)


@frappe.whitelist()
def export_data() -> None:
	"""Answer with the documents that were chosen on the page Data Export."""
	doctype = frappe.form_dict.doctype or ""
	doctype = frappe.parse_json(doctype)[0] if doctype.startswith("[") else doctype
	if is_own(doctype):
		chosen = frappe.parse_json(frappe.form_dict.get("select_columns") or "{}")
		frappe.form_dict.select_columns = frappe.as_json(readable_columns(doctype, chosen))
	export("frappe.core.doctype.data_export.exporter.export_data", doctype)


@frappe.whitelist()
def export_for_import() -> None:
	"""Answer with a template for Data Import, with or without documents in it."""
	doctype, chosen = frappe.form_dict.doctype, frappe.parse_json(frappe.form_dict.export_fields)
	if is_own(doctype) and isinstance(chosen, dict):
		frappe.form_dict.export_fields = frappe.as_json(readable_fields(doctype, chosen))
	export("frappe.core.doctype.data_import.data_import.download_template", frappe.form_dict.doctype)


def readable_columns(doctype: str, chosen: dict[str, list[str]]) -> dict[str, list[str]]:
	"""Return by DocType the columns of those chosen, all if none are, without costs and margins that the user may not read.

	The framework reads them without a look at permission levels.
	"""
	hidden = hidden_fields()
	tables = [doctype, *tables_of(doctype).values()]
	if not chosen and not hidden.keys().isdisjoint(tables):
		chosen = {table: frappe.get_meta(table).get_valid_columns() for table in tables}
	return {table: without(columns, hidden.get(table)) for table, columns in chosen.items()}


def readable_fields(doctype: str, chosen: dict[str, list[str]]) -> dict[str, list[str]]:
	"""Return by DocType, or by the field of rows, the chosen fields without costs and margins that the user may not read."""
	hidden, tables = hidden_fields(), tables_of(doctype)
	return {key: without(fields, hidden.get(tables.get(key, key))) for key, fields in chosen.items()}


def tables_of(doctype: str) -> dict[str, str]:
	"""Return the DocTypes of rows by their fields."""
	return {field.fieldname: field.options for field in frappe.get_meta(doctype).get_table_fields()}


def without(fieldnames: list[str], hidden: list[str] | None) -> list[str]:
	"""Return the fields that are not hidden."""
	return [fieldname for fieldname in fieldnames if fieldname not in (hidden or ())]


def export(function: str, doctype: str | None) -> None:
	"""Let the framework answer, and take the formulas out of that if the DocType is one of this app.

	What is the app's is answered at once: a file that comes by e-mail from the background would be as the framework made it.
	"""
	if is_own(doctype):
		frappe.form_dict.pop("export_in_background", None)
	delimiter = str(frappe.form_dict.get("csv_delimiter") or ",")[0]
	frappe.call(frappe.get_attr(function), **frappe.form_dict)
	if is_own(doctype):
		remove_formulas(frappe.response, delimiter)


def remove_formulas(response: dict, delimiter: str) -> None:
	"""Take the formulas out of a file that the framework answers with."""
	if response.get("type") == "csv":
		response["result"] = without_formulas_in_csv(response["result"], delimiter)
	elif response.get("type") == "binary":
		response["filecontent"] = without_formulas(
			response["filecontent"], response["filename"].rpartition(".")[2].upper(), delimiter
		)


def translate_content(content: Any, file_format: str, positions: dict[int, str], delimiter: str = ",") -> Any:
	"""Return the content (bytes or text) of a list's file with the texts of these columns in the user's language."""
	if file_format == "XLSX":
		workbook = load_workbook(BytesIO(content))
		for sheet in workbook:
			for row in sheet.iter_rows(min_row=2):
				for position, doctype in positions.items():
					if position < len(row) and row[position].data_type == "s":
						row[position].value = _(row[position].value, context=doctype)
		return saved(workbook)
	if isinstance(content, bytes):
		return translated_csv(content.decode(), positions, delimiter).encode()
	return translated_csv(content, positions, delimiter)


def without_formulas(content: Any, file_format: str, delimiter: str = ",") -> Any:
	"""Return the content (bytes or text) of a file of the format CSV or XLSX without formulas, others as they are."""
	if not content:
		return content
	if file_format == "XLSX":
		return without_formulas_in_xlsx(content)
	if file_format == "CSV":
		if isinstance(content, bytes):
			return without_formulas_in_csv(content.decode(), delimiter).encode()
		return without_formulas_in_csv(content, delimiter)
	return content


def without_formulas_in_xlsx(content: bytes) -> bytes:
	"""Return an Excel file in which all that was a formula is the text of it."""
	workbook = load_workbook(BytesIO(content))
	formulas = [
		cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
	]
	if not formulas:
		return content
	for cell in formulas:
		cell.data_type, cell.quotePrefix = "s", True
	return saved(workbook)


def saved(workbook: "Workbook") -> bytes:
	"""Return an Excel file."""
	file = BytesIO()
	workbook.save(file)
	return file.getvalue()

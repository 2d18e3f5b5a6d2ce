"""Items and partners from CSV files: a template to fill in, a look before anything is written, the import itself."""

import csv
import io

import frappe
from frappe import _
from frappe.utils import cint, strip_html

from sales_opportunity.permissions import require
from sales_opportunity.sales_opportunity.page.set_up_sales.state import own_masters

COLUMNS = {
	"Sales Item": ("item_code", "item_name", "kind", "price", "unit", "tax_rate", "description"),
	"Business Partner": ("partner_name", "partner_type", "role", "language", "vat_id", "website"),
}
BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheet programs see that umlauts are UTF-8."""


class FileError(frappe.ValidationError):
	pass


def require_known(doctype: str) -> None:
	"""Raise unless such files are taken here and the user may import them."""
	if doctype not in COLUMNS or doctype not in own_masters():
		frappe.throw(_("Files of {0} are not taken here.").format(_(doctype)), FileError)
	require(doctype, "import")
	require("Data Import", "create")


def template(doctype: str) -> str:
	"""Return a CSV file with the columns' heads and one row as an example, in the user's language and format."""
	meta = frappe.get_meta(doctype)
	table = io.StringIO()
	writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
	writer.writerow([_(meta.get_label(field), context=doctype) for field in COLUMNS[doctype]])
	writer.writerow(example(doctype))
	return BYTE_ORDER_MARK + table.getvalue()


def example(doctype: str) -> list[str]:
	if doctype == "Business Partner":
		return [
			_("Sample Customer Ltd."),
			_("Company"),
			_("Prospect", context="Business Partner"),
			frappe.local.lang,
			"",
			"",
		]
	unit = frappe.get_all("Sales Unit", pluck="name", order_by="whole_numbers_only desc, name asc", limit=1)
	tax_rate = frappe.get_all(
		"Sales Tax Rate", {"disabled": 0}, pluck="name", order_by="is_default desc", limit=1
	)
	number_format = frappe.db.get_default("number_format") or "#,###.##"
	price = "490,00" if number_format.endswith(",##") else "490.00"
	name, description = _("Our Product"), _("What the customer reads about it")
	return [
		"A-1",
		name,
		_("Goods", context="Sales Item"),
		price,
		*(_(name, context="Sales Unit") for name in unit or [""]),
		*(tax_rate or [""]),
		description,
	]


def checked(doctype: str, file_url: str) -> dict:
	"""Look through an uploaded file; return `rows` (how many), `problems` (row, message) and the `job` to start if there are none.

	Nothing is written but the job, a Data Import.
	"""
	job = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": doctype,
			"import_type": "Insert New Records",
			"import_file": file_url,
		}
	).insert()
	file = job.get_importer().import_file
	problems = [
		{"row": warning.get("row"), "message": strip_html(warning.get("message") or "")}
		for warning in file.get_warnings()
		if warning.get("type") != "info"
	]
	rows = len(file.data)
	if not problems and not rows:
		problems = [{"row": None, "message": _("The file has no rows.")}]
	if problems:
		job.delete()
	return {"rows": rows, "problems": problems, "job": None if problems else job.name}


def result(job: str) -> dict:
	"""Return how far an import is: its `status`, how many rows are `done`, and the `problems` (row, message)."""
	doc = frappe.get_doc("Data Import", job)
	doc.check_permission("read")
	logs = frappe.get_all(
		"Data Import Log",
		{"data_import": job},
		["success", "row_indexes", "messages", "exception"],
		order_by="log_index asc",
	)
	problems = [
		{"row": min(frappe.parse_json(log.row_indexes) or [0]), "message": reason_of_refusal(log)}
		for log in logs
		if not cint(log.success)
	]
	done = sum(cint(log.success) for log in logs)
	return {"status": doc.status, "done": done, "problems": problems}


def reason_of_refusal(log: frappe._dict) -> str:
	"""Return why a row was refused, in plain words."""
	messages = [frappe.parse_json(message) for message in frappe.parse_json(log.messages or "[]")]
	texts = [strip_html(message.get("message") or "") for message in messages]
	last_line = (log.exception or "").strip().rpartition("\n")[2]
	return " ".join(filter(None, texts)) or last_line

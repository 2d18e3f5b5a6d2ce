"""Items and partners from CSV files: a template to fill in, a look before anything is written, the import itself."""

import csv
import io

import frappe
from frappe import _
from frappe.utils import cint, strip_html

from sales_opportunity.access.permissions import may_read_field, require
from sales_opportunity.features import unused_fields
from sales_opportunity.sales_opportunity.page.set_up_sales.state import own_masters

COLUMNS = {
	"Sales Item": (
		"item_code",
		"item_name",
		"item_group",
		"kind",
		"price",
		"cost",
		"unit",
		"recurrence",
		"periods",
		"tax_rate",
		"lead_time_days",
		"description",
	),
	"Business Partner": (
		"partner_name",
		"partner_type",
		"partner_group",
		"role",
		"language",
		"default_currency",
		"vat_id",
		"website",
	),
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


def columns(doctype: str) -> list[str]:
	"""Return the fields that such a file has: those that the user may read, without what the settings switch off."""
	gone = unused_fields(doctype)
	return [name for name in COLUMNS[doctype] if name not in gone and may_read_field(doctype, name)]


def template(doctype: str) -> str:
	"""Return a CSV file with the columns' heads and one row as an example, in the user's language and format."""
	meta, fields = frappe.get_meta(doctype), columns(doctype)
	row = sample_partner() if doctype == "Business Partner" else sample_item()
	table = io.StringIO()
	writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
	writer.writerow([_(meta.get_label(field), context=doctype) for field in fields])
	writer.writerow([row.get(field, "") for field in fields])
	return BYTE_ORDER_MARK + table.getvalue()


def sample_partner() -> dict[str, str]:
	"""Return the example row of the file for partners, in the user's language."""
	return {
		"partner_name": _("Sample Customer Ltd."),
		"partner_type": _("Company"),
		"role": _("Prospect", context="Business Partner"),
		"language": frappe.local.lang,
	}


def sample_item() -> dict[str, str]:
	"""Return the example row of the file for items: with units and tax rates of this site, and numbers as it writes them."""
	unit = frappe.get_all("Sales Unit", pluck="name", order_by="whole_numbers_only desc, name asc", limit=1)
	tax_rate = frappe.get_all(
		"Sales Tax Rate", {"disabled": 0}, pluck="name", order_by="is_default desc", limit=1
	)
	number_format = frappe.db.get_default("number_format") or "#,###.##"
	has_comma = number_format.endswith(",##")
	return {
		"item_code": "A-1",
		"item_name": _("Our Product"),
		"kind": _("Goods", context="Sales Item"),
		"price": "490,00" if has_comma else "490.00",
		"cost": "310,00" if has_comma else "310.00",
		"unit": _(unit[0], context="Sales Unit") if unit else "",
		"tax_rate": tax_rate[0] if tax_rate else "",
		"description": _("What the customer reads about it"),
	}


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

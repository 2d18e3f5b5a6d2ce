"""Reports of the app and of others, and what a click on a figure lists."""

import json
from pathlib import Path

import frappe
from frappe.desk.query_report import run

REPORTS = Path(__file__).parent.parent / "sales_opportunity" / "report"
FIELDS = ["name", "base_amount", "base_weighted_amount", "status", "probability"]


def report_names(kind: str) -> list[str]:
	"""Return the names of the app's reports of a kind."""
	records = [json.loads(path.read_text()) for path in REPORTS.glob("*/*.json")]
	return sorted(record["name"] for record in records if record["report_type"] == kind)


def run_report(name: str, /, **filters) -> dict:
	"""Return what the desk is answered for a report, computed now: its `columns`, its rows as `result`, `chart`, `message`."""
	return run(name, filters=filters, ignore_prepared_report=True)


def report_rows(name: str, /, **filters) -> list[dict]:
	"""Return the rows of a report, computed now."""
	return run_report(name, **filters)["result"]


def make_report(ref_doctype: str, module: str) -> str:
	"""Return the name of a new report of one row: the choice Open."""
	report = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": frappe.generate_hash(length=10),
			"ref_doctype": ref_doctype,
			"module": module,
			"report_type": "Query Report",
			"is_standard": "No",
			"query": "select 'Open' as status",
			"columns": [{"fieldname": "status", "label": "Status", "fieldtype": "Select", "width": 100}],
			"roles": [{"role": "System Manager"}],
		}
	)
	return report.insert().name


def listed(target: dict | None, fields: list[str] = FIELDS) -> list[dict]:
	"""Return the rows of the list that a click on a figure opens, as the desk asks for them."""
	if not target:
		return []
	if "ask" in target:
		return listed(frappe.call(target["ask"], **target["arguments"]), fields)
	doctype = target["doctype"]
	filters = []
	for field, value in target["filters"].items():
		table, _dot, field = field.rpartition(".")
		operator, operand = value if isinstance(value, list) else ("=", value)
		filters.append([table or doctype, field, operator, operand])
	return frappe.get_list(doctype, filters=filters, fields=fields, distinct=True)

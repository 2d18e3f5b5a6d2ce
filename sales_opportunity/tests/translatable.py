"""Finds every text of the app that a person may see, so that a test can ask for its translation."""

import ast
import json
import re
from pathlib import Path

from sales_opportunity.defaults import TRANSLATED_FIELDS, read_defaults
from sales_opportunity.sales_opportunity.doctype.quote_check.explanations import all_explanations
from sales_opportunity.sales_opportunity.page.set_up_sales import ready_sets

APP = Path(__file__).resolve().parent.parent
JAVASCRIPT = re.compile(r"""__\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
JINJA = re.compile(r"""(?<!\w)_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
TEXT_KEYS = ("label", "description", "title", "report_name", "column_name")
SELECTS_WITHOUT_TEXT = ("naming_series", "color")
ONBOARDING_TEXTS = {
	"Module Onboarding": ("title", "subtitle", "success_message"),
	"Onboarding Step": ("title", "action_label", "report_description"),
}
RECORDS_WITH_TEXT = (
	"DocType",
	"Page",
	"Report",
	"Workspace",
	"Number Card",
	"Dashboard Chart",
	*ONBOARDING_TEXTS,
)


def translatable_texts() -> set[str]:
	"""Return all source texts in Python, JavaScript, templates, DocTypes, reports, workspaces and defaults."""
	texts = set()
	for path in APP.rglob("*.py"):
		if "tests" not in path.parts:
			texts |= set(_python_texts(path))
	for path in APP.rglob("*.js"):
		texts |= {ast.literal_eval(match) for match in JAVASCRIPT.findall(path.read_text())}
	for path in APP.rglob("*.html"):
		texts |= {ast.literal_eval(match) for match in JINJA.findall(path.read_text())}
	for record in json.loads((APP / "notifications.json").read_text()):
		texts |= {ast.literal_eval(match) for match in JINJA.findall(record["subject"])}
	for path in (APP / "sales_opportunity").rglob("*.json"):
		record = json.loads(path.read_text())
		if record.get("doctype") in RECORDS_WITH_TEXT:
			texts |= set(_record_texts(record))
	for explanation in all_explanations().values():
		texts |= set(explanation.values())
	for record in [*read_defaults(), *ready_sets.known_records()]:
		texts |= {record[key] for key in TRANSLATED_FIELDS.get(record["doctype"], ()) if key in record}
	for ready_set in map(ready_sets.read, ready_sets.names()):
		texts |= {ready_set["title"], ready_set["description"]}
	return texts


def _python_texts(path: Path):
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
			if node.args and isinstance(node.args[0], ast.Constant):
				yield node.args[0].value


def _record_texts(record: dict):
	if record["doctype"] in ONBOARDING_TEXTS:
		yield from (record[key] for key in ONBOARDING_TEXTS[record["doctype"]] if record.get(key))
		return
	if record["doctype"] != "Page":
		yield record["name"]
	rows = [record, *record.get("fields", []), *record.get("columns", [])]
	rows += (
		[*record.get("links", []), *record.get("shortcuts", []), *record.get("quick_lists", [])]
		if record["doctype"] == "Workspace"
		else []
	)
	for row in rows:
		yield from (row[key] for key in TEXT_KEYS if isinstance(row.get(key), str) and row[key])
		if row.get("fieldtype") == "Select" and row["fieldname"] not in SELECTS_WITHOUT_TEXT:
			yield from filter(None, row["options"].split("\n"))
		if row.get("format"):
			yield row["format"]

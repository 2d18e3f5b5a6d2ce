"""Finds every text of the app that a person may see, with its context, so that a test can ask for its translation."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sales_opportunity.defaults import TRANSLATED_FIELDS, read_defaults
from sales_opportunity.sales_opportunity.doctype.quote_check.explanations import all_explanations
from sales_opportunity.sales_opportunity.page.set_up_sales import ready_sets

APP = Path(__file__).resolve().parent.parent
CALL_IN_SCRIPT = re.compile(r"""(?<!\w)__\(""")
CALL_IN_TEMPLATE = re.compile(r"""(?<!\w)_\(""")
STRING = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
TEXT_KEYS = ("label", "description", "title", "column_name")
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
ROWS_OF_WORKSPACES = ("links", "shortcuts", "quick_lists", "charts", "number_cards")


class Text(NamedTuple):
	"""A source text, and the context with which it is looked up first, empty if without."""

	source: str
	context: str = ""


def translatable_texts() -> set[Text]:
	"""Return all source texts in Python, JavaScript, templates, DocTypes, reports, workspaces and defaults."""
	texts = set()
	for path in APP.rglob("*.py"):
		if "tests" not in path.parts:
			texts |= set(_python_texts(path))
	for path in APP.rglob("*.js"):
		texts |= set(called_texts(path.read_text(), CALL_IN_SCRIPT))
	for path in APP.rglob("*.html"):
		texts |= set(called_texts(path.read_text(), CALL_IN_TEMPLATE))
	for record in json.loads((APP / "notifications.json").read_text()):
		for template in (record["subject"], record["message"]):
			texts |= set(called_texts(template, CALL_IN_TEMPLATE))
	for path in (APP / "sales_opportunity").rglob("*.json"):
		record = json.loads(path.read_text())
		if record.get("doctype") in RECORDS_WITH_TEXT:
			texts |= set(_record_texts(record))
	for explanation in all_explanations().values():
		texts |= {Text(text) for text in explanation.values()}
	for path in (APP / "workspace_sidebar").glob("*.json"):
		texts |= {Text(item["label"]) for item in json.loads(path.read_text())["items"]}
	for field in json.loads((APP / "fixtures" / "custom_field.json").read_text()):
		texts |= set(_field_texts(field, field["dt"]))
	for doctype, fields in json.loads((APP / "erpnext" / "fields.json").read_text()).items():
		for field in fields:
			texts |= set(_field_texts(field, doctype))
	texts |= {Text(role["role_name"]) for role in json.loads((APP / "fixtures" / "role.json").read_text())}
	for record in [*read_defaults(), *ready_sets.known_records()]:
		doctype = record["doctype"]
		texts |= {Text(record[key], doctype) for key in TRANSLATED_FIELDS.get(doctype, ()) if key in record}
	for ready_set in map(ready_sets.read, ready_sets.names()):
		texts |= {Text(ready_set["title"]), Text(ready_set["description"])}
	return texts


def called_texts(code: str, call: re.Pattern) -> Iterator[Text]:
	"""Return the texts that JavaScript or a template asks for by a literal: `__("…", […], "context")` and its like."""
	for found in call.finditer(code):
		source = STRING.match(code, found.end())
		if source:
			last = _arguments(code, source.end())[-1]
			context = STRING.fullmatch(last.strip().removeprefix("context=").strip())
			yield Text(ast.literal_eval(source[1]), ast.literal_eval(context[1]) if context else "")


def _arguments(code: str, start: int) -> list[str]:
	"""Return what follows the first argument of a call, divided at its commas."""
	arguments, depth, position = [""], 0, start
	while depth >= 0:
		string = STRING.match(code, position)
		piece = string[0] if string else code[position]
		if not string:
			depth += (piece in "([{") - (piece in ")]}")
		if piece == "," and not depth:
			arguments.append("")
		elif depth >= 0:
			arguments[-1] += piece
		position += len(piece)
	return arguments


def _python_texts(path: Path) -> Iterator[Text]:
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
			if node.args and isinstance(node.args[0], ast.Constant):
				contexts = [word.value for word in node.keywords if word.arg == "context"]
				yield Text(
					node.args[0].value, *(one.value for one in contexts if isinstance(one, ast.Constant))
				)
		if path.name.endswith("_dashboard.py") and isinstance(node, ast.Dict):
			for key, value in zip(node.keys, node.values, strict=True):
				if isinstance(key, ast.Constant) and key.value == "label":
					yield Text(value.value)


def _record_texts(record: dict) -> Iterator[Text]:
	doctype = record["doctype"]
	if doctype in ONBOARDING_TEXTS:
		yield from (Text(record[key]) for key in ONBOARDING_TEXTS[doctype] if record.get(key))
		return
	if doctype != "Page":
		yield Text(record["name"], "Report" if doctype == "Report" else "")
	if doctype == "DocType":
		for field in record["fields"]:
			yield from _field_texts(field, record["name"])
		rows = [record, *record.get("actions", [])]
		yield from (Text(link["group"]) for link in record.get("links", []) if link.get("group"))
	else:
		rows = [record, *record.get("columns", [])]
	if doctype == "Workspace":
		rows += [row for table in ROWS_OF_WORKSPACES for row in record.get(table, [])]
	for row in rows:
		yield from (Text(row[key]) for key in TEXT_KEYS if isinstance(row.get(key), str) and row[key])
		if row.get("fieldtype") == "Select":
			yield from map(Text, filter(None, row["options"].split("\n")))
		if row.get("format"):
			yield Text(row["format"])


def _field_texts(field: dict, doctype: str) -> Iterator[Text]:
	yield from (Text(field[key], doctype) for key in ("label", "description") if field.get(key))
	if field.get("fieldtype") == "Select" and field["fieldname"] not in SELECTS_WITHOUT_TEXT:
		yield from (Text(option, doctype) for option in field["options"].split("\n") if option)

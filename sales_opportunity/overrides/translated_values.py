"""Choices and names of masters in the user's language, in what leaves the desk as a file or by e-mail.

The desk translates what it shows, and keeps the stored values for filters and links; a file has no desk.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import frappe
from frappe import _
from frappe.translate import get_translated_doctypes

FIELD = re.compile(r"`tab([^`]+)`\.`?(\w+)`?")

_translates = ContextVar("whether reports answer with translated values", default=False)


@contextmanager
def translating_reports() -> Iterator[None]:
	"""Let reports of this app answer with translated values."""
	token = _translates.set(True)
	try:
		yield
	finally:
		_translates.reset(token)


def translated_result(result: Any, doctype: str) -> Any:
	"""Return what a report on a DocType answers (columns, rows, and more), translated if that is asked for."""
	if not _translates.get() or not result:
		return result
	for position, column in enumerate(result[0] or []):
		if isinstance(column, dict) and has_translations(column.get("fieldtype"), column.get("options")):
			context = context_of(column.get("fieldtype"), column.get("options"), doctype)
			for row in result[1] or []:
				key: Any = column.get("fieldname") if isinstance(row, dict) else position
				if isinstance(row, dict | list) and isinstance(value_at(row, key), str):
					row[key] = _(row[key], context=context)
	return result


def value_at(row: dict | list, key: Any) -> Any:
	"""Return a row's value, None if it is too short to have one."""
	if isinstance(row, dict):
		return row.get(key)
	return row[key] if key < len(row) else None


def has_translations(fieldtype: str | None, options: str | None) -> bool:
	"""Return whether the values of such a field have translations: choices, and links to masters named by words."""
	return fieldtype == "Select" or (fieldtype == "Link" and options in get_translated_doctypes())


def context_of(fieldtype: str | None, options: str | None, doctype: str) -> str:
	"""Return the context of the translations of a field's values: the linked DocType, for choices that of the field."""
	return options or doctype if fieldtype == "Link" else doctype


def translated_positions(doctype: str, fields: list[str]) -> dict[int, str]:
	"""Return by position, counted from 0, the context of each of a list's columns whose texts have translations."""
	found = {}
	for position, name in enumerate(fields):
		match = FIELD.search(name)
		of, fieldname = match.groups() if match else (doctype, name)
		field = frappe.get_meta(of).get_field(fieldname) if frappe.db.exists("DocType", of) else None
		if field and has_translations(field.fieldtype, field.options):
			found[position] = context_of(field.fieldtype, field.options, of)
	return found


def translated_csv(content: str, positions: dict[int, str], delimiter: str = ",") -> str:
	"""Return a CSV file with the cells of these columns translated below its head; nothing else in it changes."""
	cell = re.compile(
		rf'("(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n"]*)({re.escape(delimiter)}|\r?\n|\r|$)', re.DOTALL
	)
	row, column = 0, 0

	def translated(match: re.Match) -> str:
		nonlocal row, column
		text, end = match.groups()
		if row and column in positions:
			quote = '"' if text.startswith('"') else ""
			bare = text[1:-1].replace('""', '"') if quote else text
			if bare:
				said = _(bare, context=positions[column])
				text = quote + (said.replace('"', '""') if quote else said) + quote
		row, column = (row, column + 1) if end == delimiter else (row + 1, 0)
		return text + end

	return cell.sub(translated, content)

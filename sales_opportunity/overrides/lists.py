"""Rows of lists and report views, with harmless texts: issued quotes may hold what was stored before all was cleaned."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe.desk import reportview
from frappe.utils import add_user_info

from sales_opportunity.framework.ownership import is_own
from sales_opportunity.texts.cleaning import PLAIN, RICH, cleaner_of_field
from sales_opportunity.texts.plain_text import disarmed, is_live


@frappe.whitelist()
def get() -> Any:
	"""Answer a list or a report view (`frappe.desk.reportview.get`)."""
	answer = reportview.get()
	if isinstance(answer, dict) and answer.get("values"):
		for position, key in enumerate(answer["keys"]):
			harmless = harmless_for(frappe.form_dict.doctype, key)
			if harmless:
				for row in answer["values"]:
					row[position] = harmless(row[position])
			if is_person(frappe.form_dict.doctype, key):
				add_people({row[position] for row in answer["values"]}, answer)
	return answer


@frappe.whitelist()
def get_list() -> Any:
	"""Answer scripts of the desk (`frappe.desk.reportview.get_list`)."""
	rows = reportview.get_list()
	for key in rows[0] if rows and isinstance(rows[0], dict) else ():
		harmless = harmless_for(frappe.form_dict.doctype, key)
		if harmless:
			for row in rows:
				row[key] = harmless(row[key])
	return rows


def is_person(doctype: str, key: str) -> bool:
	"""Return whether a column names users, in fields of this app's DocTypes."""
	field = is_own(doctype) and frappe.get_meta(doctype).get_field(key)
	return bool(field) and field.fieldtype == "Link" and field.options == "User"


def add_people(users: set[str], answer: dict) -> None:
	"""Tell the list the names of these people, as the framework tells it those of assignees."""
	known = answer.setdefault("user_info", {})
	for user in sorted(users - {None, ""} - set(known)):
		add_user_info(user, known)


def harmless_for(doctype: str, key: str) -> Callable[[Any], Any] | None:
	"""Return what makes the values of a column harmless, or None if nothing has to.

	The key of a column is a field's name, or that of a DocType of rows with the field's: `Quote Item:description`.
	"""
	row_doctype, _colon, fieldname = key.rpartition(":")
	doctype = row_doctype or doctype
	field = is_own(doctype) and frappe.get_meta(doctype).get_field(fieldname)
	if not field or field.fieldtype not in (*RICH, *PLAIN):
		return None
	if field.fieldtype in PLAIN:
		return lambda value: disarmed(value) if isinstance(value, str) and is_live(value) else value
	clean = cleaner_of_field(doctype, fieldname)
	return lambda value: clean(value) if isinstance(value, str) else value

"""The filters that a list sends: rows of [DocType,] field, operator and value, which the framework takes on trust."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, optional_fields

from sales_opportunity.inputs.arguments import read_list
from sales_opportunity.inputs.values import refuse_value

OPERATORS = frozenset(
	{"=", "!=", ">", "<", ">=", "<=", "like", "not like", "in", "not in", "is", "between", "timespan"}
)
OPERATORS |= {"previous", "next", "ancestors of", "descendants of", "not ancestors of", "not descendants of"}
OPERATORS |= {"descendants of (inclusive)"}
SINGLE = (str, int, float, date, type(None))
"""What one value may be; moments are dates, too."""
PAIR = 2


def read_filters(doctype: str, filters: str | list) -> list[list]:
	"""Return the filters on a DocType and its child tables as rows of four.

	Raises `sales_opportunity.inputs.values.WrongInputError` for what is no filter, and for fields that do not exist.
	"""
	return [read_filter(doctype, row) for row in read_list(filters, _("Filter"))]


def read_filter(doctype: str, row: Any) -> list:
	"""Return a filter of a list as DocType, field, operator and value. Raises `WrongInputError` for what is none."""
	if not isinstance(row, list | tuple) or not 3 <= len(row) <= 5:
		refuse_value(row, _("Filter"))
	filtered, fieldname, operator, value = [doctype, *row] if len(row) == 3 else row[:4]
	if not all(isinstance(part, str) for part in (filtered, fieldname, operator)):
		refuse_value(row, _("Filter"))
	if not has_field(doctype, filtered, fieldname) or operator.lower() not in OPERATORS:
		refuse_value(row, _("Filter"))
	if not is_valid_value(operator.lower(), value):
		refuse_value(value, _("Filter"))
	return [filtered, fieldname, operator, value]


def has_field(doctype: str, filtered: str, fieldname: str) -> bool:
	"""Return whether a list of the DocType can be filtered by the field of `filtered`: itself or one of its child tables."""
	tables = {field.options for field in frappe.get_meta(doctype).get_table_fields()}
	if filtered != doctype and filtered not in tables:
		return False
	framework = {*default_fields, *optional_fields, *(child_table_fields if filtered in tables else ())}
	return fieldname in framework or fieldname in frappe.get_meta(filtered).get_valid_columns()


def is_valid_value(operator: str, value: Any) -> bool:
	"""Return whether an operator can have the value: one, for `in` a list or a text with commas, for `between` two."""
	values = value if isinstance(value, list | tuple) else [value]
	if not all(isinstance(part, SINGLE) for part in values):
		return False
	if operator == "between":
		return isinstance(value, list | tuple) and len(values) == PAIR
	return not isinstance(value, list | tuple) or operator in ("in", "not in")

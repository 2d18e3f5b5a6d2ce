"""Files for Data Import: numbers in the site's format, days, records by their title or translated name.

Their cells are read before the framework looks at them. What is ambiguous is refused with its row and field.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.core.doctype.data_import.importer import (
	INVALID_VALUES,
	ImportFile,
	df_as_json,
	get_df_for_column_header,
)

from sales_opportunity.inputs.documents import NUMBERS
from sales_opportunity.inputs.values import WrongInputError, read_datetime, shortened
from sales_opportunity.overrides.import_names import is_read_here, matching_records, meanings, record_name
from sales_opportunity.texts.reading import AmbiguousError, NumberColumn, bare_number, decoded, table_of

if TYPE_CHECKING:
	from frappe.core.doctype.docfield.docfield import DocField


@dataclass
class Cell:
	"""A text in a file, and the field that it is for."""

	row: int
	column: int
	field: Any
	text: str


class LocalizedImportFile(ImportFile):
	"""A file whose texts are read before the framework looks at them."""

	def __init__(self, doctype: str, *args: Any, **kwargs: Any) -> None:
		# The framework keeps the heads of columns in the language of whoever asked first.
		frappe.cache.hdel("data_import_column_header_map", doctype)
		super().__init__(doctype, *args, **kwargs)

	def get_data_from_template_file(self) -> list[list]:
		if self.file_doc and self.file_doc.file_url.lower().endswith(".csv"):
			with open(self.file_doc.get_full_path(), "rb") as file:
				return table_of(decoded(file.read()))
		return super().get_data_from_template_file()

	def parse_data_from_template(self) -> None:
		self.name_heads()
		unreadable = list(self.read_cells())
		super().parse_data_from_template()
		rows = {row.row_number: row for row in self.data}
		for cell, message in unreadable:
			rows[cell.row + 1].warnings.append(
				{
					"row": cell.row + 1,
					"col": cell.column + 1,
					"field": df_as_json(cell.field),
					"message": f"{_(cell.field.label, context=cell.field.parent)}: {message}",
				}
			)

	def read_cells(self) -> Iterator[tuple[Cell, str]]:
		"""Put what the texts mean in their places; return those that cannot be understood, with what to say."""
		for index, field in self.fields().items():
			cells = [
				Cell(number, index, field, row[index])
				for number, row in enumerate(self.raw_data)
				if number > self.head
				and index < len(row)
				and isinstance(row[index], str)
				and row[index].strip()
			]
			read = self.reader(field, cells) if cells else None
			if not read:
				continue
			for cell in cells:
				try:
					self.raw_data[cell.row][index] = read(cell)
				except WrongInputError as error:
					frappe.clear_last_message()
					yield cell, str(error)

	def name_heads(self) -> None:
		"""Put the names of fields in place of what the forms of this app's DocTypes call them."""
		filled = (
			number for number, row in enumerate(self.raw_data) if any(v not in INVALID_VALUES for v in row)
		)
		self.head = next(filled, 0)
		if self.raw_data:
			heads = heads_of(self.doctype)
			self.raw_data[self.head] = [heads.get(text, text) for text in self.raw_data[self.head]]

	def fields(self) -> dict[int, Any]:
		"""Return the field of each column that has one."""
		mapping = self.column_to_field_map or {}
		found = {
			index: get_df_for_column_header(self.doctype, mapping.get(str(index)) or header)
			for index, header in enumerate(self.raw_data[self.head] if self.raw_data else [])
		}
		return {index: field for index, field in found.items() if field and field.fieldtype}

	def reader(self, field: "DocField", cells: list[Cell]) -> Callable[[Cell], Any] | None:
		"""Return how the column's texts are read, None if they are taken as they are."""
		texts = [cell.text for cell in cells]
		if field.fieldtype in NUMBERS:
			column = NumberColumn(frappe.db.get_default("number_format") or "#,###.##", texts)
			return lambda cell: read_cell_number(column, cell.text, field.fieldtype == "Int")
		if field.fieldtype in ("Date", "Datetime"):
			return lambda cell: read_datetime(cell.text, _(field.label, context=field.parent))
		if field.fieldtype == "Select":
			options = meanings(str(field.options or "").split("\n"), field.parent)
			return lambda cell: options.get(cell.text.strip().lower(), cell.text)
		if field.fieldtype == "Link":
			names = matching_records(field.options, set(texts))
			return lambda cell: record_name(names, cell.text)
		if field.fieldtype == "Dynamic Link":
			return self.reader_of_dynamic_link(field, cells)
		return None

	def reader_of_dynamic_link(self, field: "DocField", cells: list[Cell]) -> Callable[[Cell], Any]:
		"""Return how records of the DocType that another column names, or the field has by default, are read."""
		fields = self.fields()
		by_column = next(
			(
				i
				for i, other in fields.items()
				if (other.parent, other.fieldname) == (field.parent, field.options)
			),
			None,
		)
		default = frappe.get_meta(field.parent).get_field(field.options).default

		def named(cell: Cell) -> str | None:
			row = self.raw_data[cell.row]
			return row[by_column] if by_column is not None and by_column < len(row) else None

		known = matching_records("DocType", {name for cell in cells if (name := named(cell))})
		doctypes = {
			cell.row: record_name(known, name) if (name := named(cell)) else default for cell in cells
		}
		texts = defaultdict(set)
		for cell in cells:
			texts[doctypes[cell.row]].add(cell.text)
		names = {
			doctype: matching_records(doctype, meant)
			for doctype, meant in texts.items()
			if frappe.db.exists("DocType", doctype) and is_read_here(doctype)
		}
		return lambda cell: record_name(names.get(doctypes[cell.row], {}), cell.text)


def heads_of(doctype: str) -> dict[str, str]:
	"""Return by what the forms call it, in the user's language, the name that a file has for each field.

	The framework knows the labels, but not what they are called in the context of their DocType only.
	"""
	meta = frappe.get_meta(doctype)
	heads = {}
	for table in meta.get_table_fields():
		place = _(table.label, context=doctype)
		for field in frappe.get_meta(table.options).fields:
			if field.label and is_said_here_only(field):
				heads[f"{_(field.label, context=field.parent)} ({place})"] = (
					f"{table.fieldname}.{field.fieldname}"
				)
	for field in meta.fields:
		if field.label and is_said_here_only(field):
			said = _(field.label, context=doctype)
			heads.setdefault(said, field.fieldname)
			heads[f"{said} ({field.fieldname})"] = field.fieldname
	return heads


def is_said_here_only(field: "DocField") -> bool:
	"""Return whether a field is called otherwise on its form than the framework would call it."""
	return _(field.label, context=field.parent) != _(field.label, context=None)


def read_cell_number(column: NumberColumn, text: str, is_whole: bool) -> float | int:
	"""Return the number of a cell. Raises `WrongInputError`."""
	try:
		number = column.read(text)
	except AmbiguousError:
		bare = bare_number(text)
		whole = re.sub(r"[^\d-]", "", bare)
		examples = f"{whole}{column.decimal}0", f"{bare.replace(column.grouping, column.decimal)}0"
		message = _("{0} can be read as two different numbers. Write {1} or {2}.").format(
			shortened(text), *examples
		)
		frappe.throw(message, WrongInputError)
	except ValueError:
		frappe.throw(
			_("{0} is not a number that can be understood.").format(shortened(text)), WrongInputError
		)
	if is_whole and number != int(number):
		frappe.throw(_("{0} must be a whole number.").format(shortened(text)), WrongInputError)
	return int(number) if is_whole else float(number)

"""Data Import of this app's documents: files as spreadsheets and other systems write them, and deals with their history.

The framework's importer does the work. Before it looks at a file, the cells are read here: numbers in the site's
format, days, records by their title or translated name. What is ambiguous is refused with its row and field. See
docs/importing.md.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.data_import.data_import import DataImport
from frappe.core.doctype.data_import.importer import (
	INVALID_VALUES,
	Importer,
	ImportFile,
	df_as_json,
	get_df_for_column_header,
)
from frappe.translate import get_user_lang
from frappe.utils import get_datetime, now_datetime
from frappe.utils.background_jobs import enqueue, is_job_enqueued
from frappe.utils.scheduler import is_scheduler_inactive

from sales_opportunity.compat import failed_import, use_delimiters
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.defaults import own_languages, site_language
from sales_opportunity.inputs import NUMBERS, WrongInputError, read_datetime, shortened
from sales_opportunity.ownership import is_own
from sales_opportunity.permissions import require
from sales_opportunity.reporting.snapshots import complete
from sales_opportunity.texts.reading import AmbiguousError, NumberColumn, bare_number, decoded, table_of

OPPORTUNITY = "Sales Opportunity"
ALSO = ("Contact", "Address")
"""The framework's own DocTypes that belong to partners, whom a file may call by their names."""
FEW = 500
"""Of so many records the translated names are compared."""


class HistoryError(frappe.ValidationError):
	pass


def is_read_here(doctype: str) -> bool:
	"""Return whether files for the DocType are read here."""
	return doctype in ALSO or is_own(doctype)


class LocalizedDataImport(DataImport):
	"""The framework's Data Import; for this app's DocTypes with the importer below."""

	def get_importer(self):
		return (
			LocalizedImporter(self.reference_doctype, self)
			if is_read_here(self.reference_doctype)
			else super().get_importer()
		)

	def start_import(self):
		if not is_read_here(self.reference_doctype):
			return super().start_import()
		runs_now = bool(frappe.conf.developer_mode or frappe.flags.in_test)
		if is_scheduler_inactive() and not runs_now:
			frappe.throw(_("Nothing is imported while the scheduler is inactive. Ask your administrator."))
		# Bars, since newer releases allow no colons.
		job_id = f"data_import||{self.name}"
		if is_job_enqueued(job_id):
			return False
		enqueue(
			start_import,
			queue="default",
			timeout=10000,
			event="data_import",
			job_id=job_id,
			data_import=self.name,
			now=runs_now,
		)
		return True


def start_import(data_import: str) -> None:
	"""Import a file (background job), read in the language of its user as in the preview.

	An error is kept in the error log and in the status, as the framework does it.
	"""
	frappe.local.lang = get_user_lang()
	doc = frappe.get_doc("Data Import", data_import)
	use_delimiters(doc)
	try:
		doc.get_importer().import_data()
	except Exception as error:
		frappe.db.rollback()
		doc.db_set("status", failed_import(error))
		doc.log_error("Data import failed")
	finally:
		frappe.flags.in_import = False
	frappe.publish_realtime("data_import_refresh", {"data_import": doc.name})


class LocalizedImporter(Importer):
	"""The framework's importer over a file that was read here, and with the history of deals."""

	def __init__(self, doctype: str, data_import):
		self.doctype, self.data_import, self.console = doctype, data_import, False
		self.import_type = data_import.import_type
		self.template_options = frappe.parse_json(data_import.template_options or "{}")
		source = data_import.google_sheets_url or data_import.import_file
		self.import_file = LocalizedImportFile(doctype, source, self.template_options, self.import_type)
		self.with_history: list[str] = []

	def import_data(self):
		log = super().import_data()
		if self.with_history:
			complete(self.with_history)
			# The framework has committed each document; their place in the snapshots belongs to them.
			frappe.db.commit()
		return log

	def insert_record(self, doc):
		if self.doctype != OPPORTUNITY or not (doc.get("opened_on") or doc.get("closed_on")):
			return super().insert_record(doc)
		opportunity = insert_with_history(doc)
		self.with_history.append(opportunity.name)
		return opportunity


def insert_with_history(values: dict):
	"""Insert an opportunity that began, and perhaps ended, in the past, and return it.

	A closed one is entered in the first open stage of its class on the day on which it was opened, and closed on
	its day: log, facts and snapshots are as if it had been here. Raises `frappe.PermissionError` for those who may
	not import opportunities, `HistoryError` for moments that cannot be.
	"""
	require(OPPORTUNITY, "import")
	opened_on, closed_on = moments_of(values)
	doc = frappe.new_doc(OPPORTUNITY)
	doc.update(values)
	ended = {
		field: doc.get(field)
		for field in ("stage", "closing_reason", "competitor", "competitor_price", "closing_notes")
	}
	is_closed = frappe.db.get_value("Qualification Stage", doc.stage, "stage_type") in CLOSED
	if bool(closed_on) and not is_closed:
		frappe.throw(
			_("The stage {0} is an open one: leave {1} empty.").format(
				frappe.bold(_(doc.stage)), _("Closed On")
			),
			HistoryError,
		)
	if is_closed:
		doc.update({"stage": doc.class_doc.first_stage("Open"), "probability": None})
	doc.flags.happened_on = opened_on
	doc.flags.has_own_rate = bool(doc.conversion_rate)
	doc.insert()
	if is_closed:
		doc.flags.happened_on = closed_on or now_datetime()
		doc.update(ended)
		doc.save()
	return doc


def moments_of(values: dict) -> tuple:
	"""Return when the deal began and when it ended, None if it has not; without a beginning it began when it ended."""
	closed_on = values.pop("closed_on", None)
	closed_on = closed_on and get_datetime(closed_on)
	opened_on = values.get("opened_on")
	opened_on = get_datetime(opened_on) if opened_on else closed_on
	if max(filter(None, (opened_on, closed_on))) > now_datetime():
		frappe.throw(
			_("{0} and {1} must not lie in the future.").format(_("Opened On"), _("Closed On")), HistoryError
		)
	if closed_on and closed_on < opened_on:
		frappe.throw(
			_("{0} must not be later than {1}.").format(_("Opened On"), _("Closed On")), HistoryError
		)
	# Files have days only; the second lets the one fact come after the other.
	return opened_on, closed_on and max(closed_on, opened_on + timedelta(seconds=1))


@dataclass
class Cell:
	"""A text in a file, and the field that it is for."""

	row: int
	column: int
	field: Any
	text: str


class LocalizedImportFile(ImportFile):
	"""A file whose texts are read before the framework looks at them."""

	def __init__(self, doctype: str, *args, **kwargs):
		# The framework keeps the heads of columns in the language of whoever asked first.
		frappe.cache.hdel("data_import_column_header_map", doctype)
		super().__init__(doctype, *args, **kwargs)

	def get_data_from_template_file(self):
		if self.file_doc and self.file_doc.file_url.lower().endswith(".csv"):
			with open(self.file_doc.get_full_path(), "rb") as file:
				return table_of(decoded(file.read()))
		return super().get_data_from_template_file()

	def parse_data_from_template(self):
		unreadable = list(self.read_cells())
		super().parse_data_from_template()
		rows = {row.row_number: row for row in self.data}
		for cell, message in unreadable:
			rows[cell.row + 1].warnings.append(
				{
					"row": cell.row + 1,
					"col": cell.column + 1,
					"field": df_as_json(cell.field),
					"message": f"{_(cell.field.label)}: {message}",
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
			for cell in cells if read else ():
				try:
					self.raw_data[cell.row][index] = read(cell)
				except WrongInputError as error:
					frappe.clear_last_message()
					yield cell, str(error)

	def fields(self) -> dict[int, Any]:
		"""Return the field of each column that has one."""
		filled = (
			number for number, row in enumerate(self.raw_data) if any(v not in INVALID_VALUES for v in row)
		)
		self.head = next(filled, 0)
		mapping = self.column_to_field_map or {}
		found = {
			index: get_df_for_column_header(self.doctype, mapping.get(str(index)) or header)
			for index, header in enumerate(self.raw_data[self.head] if self.raw_data else [])
		}
		return {index: field for index, field in found.items() if field and field.fieldtype}

	def reader(self, field, cells: list[Cell]) -> Callable[[Cell], Any] | None:
		"""Return how the column's texts are read, None if they are taken as they are."""
		texts = [cell.text for cell in cells]
		if field.fieldtype in NUMBERS:
			column = NumberColumn(frappe.db.get_default("number_format") or "#,###.##", texts)
			return lambda cell: read_number(column, cell.text, field.fieldtype == "Int")
		if field.fieldtype in ("Date", "Datetime"):
			return lambda cell: read_datetime(cell.text, _(field.label))
		if field.fieldtype == "Select":
			options = meanings((field.options or "").split("\n"))
			return lambda cell: options.get(cell.text.strip().lower(), cell.text)
		if field.fieldtype == "Link":
			names = names_of(field.options, set(texts))
			return lambda cell: record(names, cell.text)
		if field.fieldtype == "Dynamic Link":
			return self.reader_of_dynamic_link(field, cells)
		return None

	def reader_of_dynamic_link(self, field, cells: list[Cell]) -> Callable[[Cell], Any]:
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

		known = names_of("DocType", {named(cell) for cell in cells if named(cell)})
		doctypes = {cell.row: record(known, named(cell)) if named(cell) else default for cell in cells}
		texts = defaultdict(set)
		for cell in cells:
			texts[doctypes[cell.row]].add(cell.text)
		names = {
			doctype: names_of(doctype, meant)
			for doctype, meant in texts.items()
			if frappe.db.exists("DocType", doctype) and is_read_here(doctype)
		}
		return lambda cell: record(names.get(doctypes[cell.row], {}), cell.text)


def read_number(column: NumberColumn, text: str, is_whole: bool) -> float | int:
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


def names_of(doctype: str, texts: set[str]) -> dict[str, set[str]]:
	"""Return by text the names of the records that are meant: the one of this name, else those of this title or translated name."""
	found = {name: {name} for name in frappe.get_all(doctype, {"name": ("in", list(texts))}, pluck="name")}
	others = texts - set(found)
	if not others:
		return found
	title = frappe.get_meta(doctype).title_field
	if title and title != "name":
		for name, text in frappe.get_all(
			doctype, {title: ("in", list(others))}, ["name", title], as_list=True
		):
			found.setdefault(text, set()).add(name)
	for language in languages():
		originals = {_(text, language): text for text in others}
		for name in frappe.get_all(doctype, {"name": ("in", list(originals))}, pluck="name"):
			found.setdefault(originals.get(name, name), set()).add(name)
	if frappe.db.count(doctype) <= FEW:
		for name in frappe.get_all(doctype, pluck="name"):
			for language in languages():
				found.setdefault(_(name, language), set()).add(name)
	return found


def languages() -> list[str]:
	"""Return the languages in which a file may call things: the user's, the site's, and all others of this app."""
	return list(dict.fromkeys([frappe.local.lang, site_language(), *own_languages()]))


def meanings(options: list[str]) -> dict[str, str]:
	"""Return the options of a choice by what they are called in lower case; the user's language decides before others."""
	found = {option.lower(): option for option in options}
	for language in languages():
		for option in options:
			found.setdefault(_(option, language).lower(), option)
	return found


def record(names: dict[str, set[str]], text: str) -> str:
	"""Return the name of the record that a text means, the text itself if there is none: the framework says so.

	Raises `WrongInputError` if it means several.
	"""
	meant = names.get(text) or {text}
	if len(meant) > 1:
		message = _("{0} is the name of several records: {1}. Write the ID of the one that is meant.")
		frappe.throw(message.format(shortened(text), ", ".join(sorted(meant))), WrongInputError)
	return next(iter(meant))

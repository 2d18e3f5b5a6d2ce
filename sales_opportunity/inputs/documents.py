"""Documents whose fields, and those of their rows, are checked before anything is done with them."""

from collections.abc import Iterable
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from frappe import _
from frappe.model import table_fields
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cint

from sales_opportunity.features import keep_unused
from sales_opportunity.inputs.values import (
	FieldLabel,
	possible_number,
	possible_text,
	read_date,
	read_datetime,
	refuse_length,
	refuse_value,
	require_near_day,
)
from sales_opportunity.pricing.money import TOO_LARGE

if TYPE_CHECKING:
	from frappe.core.doctype.docfield.docfield import DocField

TEXTS = frozenset({"Data", "Small Text", "Text", "Long Text", "Text Editor", "Code", "Select", "Read Only"})
TEXTS |= {
	"Attach",
	"Attach Image",
	"Color",
	"Phone",
	"Autocomplete",
	"Barcode",
	"HTML Editor",
	"Markdown Editor",
}

LINKS = frozenset({"Link", "Dynamic Link"})

STORED_NUMBERS = frozenset({"Currency", "Float", "Percent"})
NUMBERS = STORED_NUMBERS | {"Int"}

SHORT_TEXTS = frozenset({"Small Text", "Text", "Attach", "Attach Image"})

BYTES_OF_TEXT = 65535
"""What the columns of short texts hold."""

NAMES = LINKS | {"Select"}

LENGTH_OF_NAME = 140

LARGEST_INT = 2**31 - 1

MOST_DAYS = 36525


class CheckedDocument(Document):
	"""A document whose fields, and those of its rows, are checked for their types before anything else is done.

	Its rows are stored in the order in which its rules have seen them.
	"""

	def extend(self, key: str, value: Any) -> None:
		is_table = isinstance(value, Iterable) and not isinstance(value, str | dict)
		rows = list(value) if is_table else [value]
		if not is_table or not all(isinstance(row, dict | BaseDocument) for row in rows):
			refuse_value(value, _(self.meta.get_label(key), context=self.doctype))
		super().extend(key, in_order(rows))

	def insert(self, *args: Any, **kwargs: Any) -> Any:
		validate_fields(self)
		keep_unused(self)
		number_tables(self)
		return super().insert(*args, **kwargs)

	def _save(self, *args: Any, **kwargs: Any) -> Any:
		validate_fields(self)
		keep_unused(self)
		number_tables(self)
		return super()._save(*args, **kwargs)

	def db_insert(self, *args: Any, **kwargs: Any) -> None:
		validate_numbers(self, *self.get_all_children())
		super().db_insert(*args, **kwargs)

	def db_update(self) -> None:
		validate_numbers(self, *self.get_all_children())
		super().db_update()


def in_order(rows: list) -> list:
	"""Return rows by the numbers that were sent with them; as they were sent if one has none, or two have the same."""
	numbers = [cint(row.get("idx")) for row in rows]
	if not all(numbers) or len(set(numbers)) < len(rows):
		return rows
	return [row for _number, row in sorted(zip(numbers, rows, strict=True), key=itemgetter(0))]


def number_tables(doc: Document) -> None:
	"""Number the rows of each table as they stand: of two with the same number nobody knows which is read first."""
	for field in doc.meta.get_table_fields():
		number_rows(doc.get(field.fieldname) or [])


def number_rows(rows: list) -> None:
	"""Number the rows in their order, from 1 on."""
	for number, row in enumerate(rows, start=1):
		row.idx = number


Kind = TypeVar("Kind")


class Given(Generic[Kind]):
	"""A value of a `ServerAttribute` as code gives it to a new row: no request can bring one along."""

	def __init__(self, value: Kind | None) -> None:
		self.value = value


class ServerAttribute(Generic[Kind]):
	"""Something that code says of a document before it saves it; what a client sends under its name does not count."""

	def __init__(self, kind: type[Kind], default: Any = None) -> None:
		self.kind, self.default = kind, default

	def __set_name__(self, owner: type, name: str) -> None:
		self.name = name

	def __get__(self, doc: Any, owner: type) -> Any:
		given = doc.__dict__.get(self.name) if doc is not None else None
		value = given.value if isinstance(given, Given) else None
		return value if isinstance(value, self.kind) else self.default

	def __set__(self, doc: Any, value: Kind | None) -> None:
		doc.__dict__[self.name] = Given(value)


def validate_fields(doc: Document) -> None:
	"""Raise `WrongInputError` or `ImpossibleNumberError` for values that a field of the document or its rows cannot have.

	Days and moments that are understood become dates.
	"""
	for part in (doc, *doc.get_all_children()):
		if part.name is not None and not isinstance(part.name, str | int):
			refuse_value(part.name, _("ID"))
		stored, is_single = vars(part), bool(part.meta.issingle)
		for field in part.meta.fields:
			value = stored.get(field.fieldname)
			if value in (None, "") or field.fieldtype in table_fields:
				continue
			possible = possible_value(field, value, is_single)
			if possible is not value:
				part.set(field.fieldname, possible)


def validate_numbers(*docs: Document) -> None:
	"""Raise `ImpossibleNumberError` if a number of a document or row is none, or is too large to be stored."""
	for doc in docs:
		for field in doc.meta.fields:
			value = vars(doc).get(field.fieldname) if field.fieldtype in STORED_NUMBERS else None
			if value is not None:
				possible_number(value, FieldLabel(field))


def possible_value(field: "DocField", value: Any, is_single: bool = False) -> Any:
	"""Return the value as the field takes it. Raises `WrongInputError`, for numbers `ImpossibleNumberError`.

	The values of single documents, such as settings, are all short texts in the database.
	"""
	label = FieldLabel(field)
	if field.fieldtype == "Date":
		return read_date(value, label)
	if field.fieldtype == "Datetime":
		return read_datetime(value, label)
	if field.fieldtype == "Check":
		return value if isinstance(value, bool | int | str) else refuse_value(value, label)
	if field.fieldtype in NUMBERS:
		return possible_number(value, label, largest_number(field))
	if field.fieldtype in TEXTS | LINKS:
		text = possible_text(value, label)
		if (is_single or field.fieldtype in SHORT_TEXTS) and len(text.encode()) > BYTES_OF_TEXT:
			refuse_length(label)
		if field.fieldtype in NAMES and len(text) > LENGTH_OF_NAME:
			refuse_length(label)
		return text
	return value


def largest_number(field: "DocField") -> Decimal | int:
	"""Return the largest number that can be meant: numbers of days end where dates do."""
	if field.fieldtype != "Int":
		return TOO_LARGE
	return MOST_DAYS if field.fieldname.endswith("_days") else LARGEST_INT


def require_near(doc: Document, *fieldnames: str) -> None:
	"""Raise `ImpossibleDateError` for a year that can only be a slip of the finger."""
	for fieldname in fieldnames:
		require_near_day(doc.get(fieldname), _(doc.meta.get_label(fieldname), context=doc.doctype))

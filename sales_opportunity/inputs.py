"""What comes from outside: wrong types and impossible values are refused by a sentence, before anything is done with them.

Documents check their fields, whitelisted functions their arguments; both in one place each.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

import frappe
from frappe import _
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import escape_html, getdate
from frappe.utils.typing_validations import FrappeTypeError, transform_parameter_types

from sales_opportunity.pricing.money import TOO_LARGE, is_possible, to_decimal
from sales_opportunity.texts.reading import AmbiguousError, read_moment

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
NUMBERS = frozenset({"Int", "Float", "Currency", "Percent"})
SHORT_TEXTS = frozenset({"Small Text", "Text", "Attach", "Attach Image"})
BYTES_OF_TEXT = 65535
"""What the columns of short texts hold."""
NAMES = LINKS | {"Select"}
LENGTH_OF_NAME = 140
LARGEST_INT = 2**31 - 1
CENTURY = 100
"""Years from now beyond which a day can only be a slip of the finger."""
MOST_DAYS = 36525
SHOWN = 60
EXAMPLE = "2027-12-31"


Json = TypeVar("Json", list, dict)


class WrongInputError(frappe.ValidationError):
	pass


class ImpossibleNumberError(frappe.ValidationError):
	pass


class ImpossibleDateError(frappe.ValidationError):
	pass


class CheckedDocument(Document):
	"""A document whose fields, and those of its rows, are checked for their types before anything else is done."""

	def extend(self, key: str, value: Any) -> None:
		is_table = isinstance(value, Iterable) and not isinstance(value, str | dict)
		rows = list(value) if is_table else [value]
		if not is_table or not all(isinstance(row, dict | BaseDocument) for row in rows):
			refuse_value(value, _(self.meta.get_label(key)))
		super().extend(key, rows)

	def insert(self, *args: Any, **kwargs: Any) -> Any:
		validate_fields(self)
		return super().insert(*args, **kwargs)

	def _save(self, *args: Any, **kwargs: Any) -> Any:
		validate_fields(self)
		return super()._save(*args, **kwargs)

	def db_insert(self, *args: Any, **kwargs: Any) -> None:
		validate_numbers(self, *self.get_all_children())
		super().db_insert(*args, **kwargs)

	def db_update(self) -> None:
		validate_numbers(self, *self.get_all_children())
		super().db_update()


Kind = TypeVar("Kind")


class ServerAttribute(Generic[Kind]):
	"""Something that code says of a document before it saves it; what a client sends under its name does not count."""

	def __init__(self, kind: type[Kind], default: Any = None) -> None:
		self.kind, self.default = kind, default

	def __set_name__(self, owner: type, name: str) -> None:
		self.name = name

	def __get__(self, doc: Any, owner: type) -> Any:
		value = doc.__dict__.get(self.name) if doc is not None else None
		return value if isinstance(value, self.kind) else self.default

	def __set__(self, doc: Any, value: Kind | None) -> None:
		doc.__dict__[self.name] = value


def validate_fields(doc: Document) -> None:
	"""Raise `WrongInputError` or `ImpossibleNumberError` for values that a field of the document or its rows cannot have.

	Days and moments that are understood become dates.
	"""
	for part in (doc, *doc.get_all_children()):
		if part.name is not None and not isinstance(part.name, str | int):
			refuse_value(part.name, _("ID"))
		for field in part.meta.fields:
			value = part.get(field.fieldname)
			if value not in (None, ""):
				part.set(field.fieldname, possible_value(field, value, bool(part.meta.issingle)))


def validate_numbers(*docs: Document) -> None:
	"""Raise `ImpossibleNumberError` if a number of a document or row is none, or is too large to be stored."""
	for doc in docs:
		for field in doc.meta.get("fields", {"fieldtype": ("in", ("Currency", "Float", "Percent"))}):
			if doc.get(field.fieldname) is not None:
				possible_number(doc.get(field.fieldname), _(field.label))


def possible_value(field: "DocField", value: Any, is_single: bool = False) -> Any:
	"""Return the value as the field takes it. Raises `WrongInputError`, for numbers `ImpossibleNumberError`.

	The values of single documents, such as settings, are all short texts in the database.
	"""
	label = _(field.label)
	if field.fieldtype == "Date":
		return read_date(value, label)
	if field.fieldtype == "Datetime":
		return read_datetime(value, label)
	if field.fieldtype == "Check":
		return value if isinstance(value, bool | int | str) else refuse_value(value, label)
	if field.fieldtype in NUMBERS:
		return possible_number(value, label, largest(field))
	if field.fieldtype in TEXTS | LINKS:
		text = possible_text(value, label)
		if (is_single or field.fieldtype in SHORT_TEXTS) and len(text.encode()) > BYTES_OF_TEXT:
			refuse_length(label)
		if field.fieldtype in NAMES and len(text) > LENGTH_OF_NAME:
			refuse_length(label)
		return text
	return value


def possible_text(value: Any, label: str) -> str:
	"""Return the text, or a number as text. Raises `WrongInputError` for all else, and for what cannot be stored."""
	if isinstance(value, bool) or not isinstance(value, str | int | float):
		refuse_value(value, label)
	text = value if isinstance(value, str) else str(value)
	if "\0" in text or text.encode(errors="ignore").decode() != text:
		refuse_value(text, label)
	return text


def possible_number(value: Any, label: str, limit: Decimal | int = TOO_LARGE) -> Any:
	"""Return the number. Raises `ImpossibleNumberError` for what is none, is infinite or too large to be stored."""
	if (
		isinstance(value, bool | list | tuple | dict)
		or not is_possible(value)
		or abs(to_decimal(value)) > limit
	):
		refuse_value(value, label, ImpossibleNumberError)
	return value


def largest(field: "DocField") -> Decimal | int:
	"""Return the largest number that can be meant: numbers of days end where dates do."""
	if field.fieldtype != "Int":
		return TOO_LARGE
	return MOST_DAYS if field.fieldname.endswith("_days") else LARGEST_INT


def require_near(doc: Document, *fieldnames: str) -> None:
	"""Raise `ImpossibleDateError` for a year that can only be a slip of the finger."""
	for fieldname in fieldnames:
		require_near_day(doc.get(fieldname), _(doc.meta.get_label(fieldname)))


def require_near_day(day: Any, label: str) -> None:
	"""Raise `ImpossibleDateError` for a day, if there is one, whose year can only be a slip of the finger."""
	if day and not is_near(day):
		frappe.throw(
			_("{0}: the year {1} cannot be meant. Correct the date.").format(label, getdate(day).year),
			ImpossibleDateError,
		)


def is_near(day: Any) -> bool:
	"""Return whether a day can be meant."""
	return abs(getdate(day).year - getdate().year) <= CENTURY


def read_date(value: Any, label: str) -> date | None:
	"""Return the day that a value names, None for an empty one. Raises `WrongInputError` if it cannot be understood."""
	found = read_datetime(value, label)
	return found and found.date()


def read_datetime(value: Any, label: str) -> datetime | None:
	"""Return the moment that a value names, None for an empty one. Raises as `read_date`."""
	if value in (None, ""):
		return None
	if isinstance(value, datetime):
		return value
	if isinstance(value, date):
		return datetime.combine(value, datetime.min.time())
	if not isinstance(value, str):
		refuse_value(value, label)
	try:
		return read_moment(value, frappe.db.get_single_value("System Settings", "date_format") or "")
	except AmbiguousError:
		message = _("{0}: {1} can be read as two different days. Write it like {2}.")
	except ValueError:
		message = _("{0}: {1} is not a date that can be understood. Write it like {2}.")
	frappe.throw(message.format(label, frappe.bold(shortened(value)), EXAMPLE), WrongInputError)


def read_dict(value: Any, label: str) -> dict:
	"""Return a dict that may have come as JSON. Raises `WrongInputError` for anything else."""
	return _read_json(value, dict, label)


def read_list(value: Any, label: str) -> list:
	"""Return a list that may have come as JSON. Raises `WrongInputError` for anything else."""
	return _read_json(value, list, label)


def _read_json(value: Any, kind: type[Json], label: str) -> Json:
	try:
		found = frappe.parse_json(value)
	except ValueError:
		found = None
	return found if isinstance(found, kind) else refuse_value(value, label)


def whitelist(**options: Any) -> Callable:
	"""Whitelist a function as the framework does, with the same options, and check its arguments here.

	Missing ones, those of a wrong type and impossible numbers are refused by a sentence in the user's language.
	"""

	def decorate(function: Callable) -> Callable:
		@wraps(function)
		def checked(*args: Any, **kwargs: Any) -> Any:
			given = signature(function).bind_partial(*args, **kwargs).arguments
			return function(**checked_arguments(function, given))

		# The hints stay those of `function`; without any here the framework leaves the check to this.
		checked.__annotations__ = {}
		return frappe.whitelist(**options)(checked)

	return decorate


def checked_arguments(function: Callable, given: dict) -> dict:
	"""Return the given arguments in the types of the function's hints. Raises `WrongInputError`, for numbers as above."""
	for name, parameter in signature(function).parameters.items():
		if name not in given and parameter.default is parameter.empty:
			frappe.throw(_("{0} is missing.").format(frappe.bold(_(frappe.unscrub(name)))), WrongInputError)
	return {name: checked_argument(function, name, value) for name, value in given.items()}


def checked_argument(function: Callable, name: str, value: Any) -> Any:
	label = _(frappe.unscrub(name))
	if isinstance(value, str):
		possible_text(value, label)
	try:
		found = transform_parameter_types(function, (), {name: value})[1][name]
	except (FrappeTypeError, OverflowError, RecursionError):
		refuse_value(value, label)
	return possible_number(found, label) if isinstance(found, float) else found


def refuse_value(value: Any, label: str, error: type[Exception] = WrongInputError) -> NoReturn:
	"""Raise the error: the value is not possible there."""
	message = _("{0} is not a possible number for {1}.") if error is ImpossibleNumberError else None
	message = message or _("{0} is not a possible value for {1}.")
	frappe.throw(message.format(frappe.bold(shortened(value)), label), error)


def refuse_length(label: str) -> NoReturn:
	"""Raise `WrongInputError`: the text is longer than what can be stored."""
	frappe.throw(_("{0} is too long.").format(frappe.bold(label)), WrongInputError)


def shortened(value: Any) -> str:
	"""Return the beginning of a value as it can stand in a message."""
	text = str(value).encode(errors="replace").decode()
	return escape_html(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")

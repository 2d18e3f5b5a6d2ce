"""What a text, a number or a day may be; what is impossible is refused by a sentence."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from sales_opportunity.pricing.money import TOO_LARGE, is_possible, to_decimal
from sales_opportunity.texts.reading import AmbiguousError, read_moment

if TYPE_CHECKING:
	from frappe.core.doctype.docfield.docfield import DocField

CENTURY = 100
"""Years from now beyond which a day can only be a slip of the finger."""

SHOWN = 60

EXAMPLE = "2027-12-31"


class FieldLabel:
	"""What a field is called, translated only where it is said: most values are possible."""

	def __init__(self, field: "DocField") -> None:
		self.field = field

	def __str__(self) -> str:
		return _(self.field.label, context=self.field.parent)


Label = str | FieldLabel


class WrongInputError(frappe.ValidationError):
	pass


class ImpossibleNumberError(frappe.ValidationError):
	pass


class ImpossibleDateError(frappe.ValidationError):
	pass


def possible_text(value: Any, label: Label) -> str:
	"""Return the text, or a number as text. Raises `WrongInputError` for all else, and for what cannot be stored."""
	if isinstance(value, bool) or not isinstance(value, str | int | float):
		refuse_value(value, label)
	text = value if isinstance(value, str) else str(value)
	if "\0" in text or text.encode(errors="ignore").decode() != text:
		refuse_value(text, label)
	return text


def possible_number(value: Any, label: Label, limit: Decimal | int = TOO_LARGE) -> Any:
	"""Return the number. Raises `ImpossibleNumberError` for what is none, is infinite or too large to be stored."""
	if (
		isinstance(value, bool | list | tuple | dict)
		or not is_possible(value)
		or abs(to_decimal(value)) > limit
	):
		refuse_value(value, label, ImpossibleNumberError)
	return value


def require_near_day(day: Any, label: Label) -> None:
	"""Raise `ImpossibleDateError` for a day, if there is one, whose year can only be a slip of the finger."""
	if day and not is_near(day):
		frappe.throw(
			_("{0}: the year {1} cannot be meant. Correct the date.").format(label, getdate(day).year),
			ImpossibleDateError,
		)


def is_near(day: Any) -> bool:
	"""Return whether a day can be meant."""
	return abs(getdate(day).year - getdate().year) <= CENTURY


def read_date(value: Any, label: Label) -> date | None:
	"""Return the day that a value names, None for an empty one. Raises `WrongInputError` if it cannot be understood."""
	found = read_datetime(value, label)
	return found and found.date()


def read_datetime(value: Any, label: Label) -> datetime | None:
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


def refuse_value(value: Any, label: Label, error: type[Exception] = WrongInputError) -> NoReturn:
	"""Raise the error: the value is not possible there."""
	message = _("{0} is not a possible number for {1}.") if error is ImpossibleNumberError else None
	message = message or _("{0} is not a possible value for {1}.")
	frappe.throw(message.format(frappe.bold(shortened(value)), label), error)


def refuse_length(label: Label) -> NoReturn:
	"""Raise `WrongInputError`: the text is longer than what can be stored."""
	frappe.throw(_("{0} is too long.").format(frappe.bold(label)), WrongInputError)


def shortened(value: Any) -> str:
	"""Return the beginning of a value as it can stand in a message."""
	text = str(value).encode(errors="replace").decode()
	return escape_html(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")

"""Days, moments and numbers as people write them, understood where only one thing can be meant. Free of the framework."""

import csv
import io
import re
from datetime import date, datetime, time
from decimal import Decimal

from babel.numbers import list_currencies

YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
SPACES = re.compile(r"[\s\u00a0\u202f']")
UNIT = "|".join(["[€$£¥%]", *sorted(list_currencies())])
"""What may stand before or after a number without saying anything else: a sign or the ISO code of a currency."""
UNITS = re.compile(rf"^([+-]?)(?:{UNIT})+|(?:{UNIT})+$")
MINUS = "\u2212"
"""The minus of typesetters, as some spreadsheets write it."""
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class AmbiguousError(ValueError):
	"""A text means two different things."""


def read_day(text: str, date_format: str = "") -> date:
	"""Return the day that a text names: 2027-12-31, 31.12.2027, 31/12/2027, 12/31/2027; a time of day may follow.

	Where it is not clear which is the month, the site's `date_format` decides, such as "dd/mm/yyyy", if it uses the
	same separator. Raises `AmbiguousError` if it does not, `ValueError` for what is no day.
	"""
	return read_moment(text, date_format).date()


def read_moment(text: str, date_format: str = "") -> datetime:
	"""Return the moment that a text names: a day as `read_day` takes it, and a time of day if there is one."""
	day_text, _separator, time_text = text.strip().replace("T", " ", 1).partition(" ")
	return datetime.combine(_day(day_text, date_format), _time(time_text.strip()))


def _time(text: str) -> time:
	found = time.fromisoformat(text) if text else time()
	if found.tzinfo:
		raise ValueError(text)
	return found


def _day(text: str, date_format: str) -> date:
	if found := YEAR_FIRST.fullmatch(text):
		return date(*map(int, found.groups()))
	found = YEAR_LAST.fullmatch(text)
	if not found:
		raise ValueError(text)
	first, separator, second, year = found[1], found[2], found[3], int(found[4])
	if separator == ".":
		return date(year, int(second), int(first))
	readings = {
		order: date(year, month, day)
		for order, month, day in (("d", int(second), int(first)), ("m", int(first), int(second)))
		if month <= 12
	}
	if not readings:
		raise ValueError(text)
	if len(set(readings.values())) == 1:
		return next(iter(readings.values()))
	if separator in date_format and date_format[0] in readings:
		return readings[date_format[0]]
	raise AmbiguousError(text)


def separators(number_format: str) -> tuple[str, str]:
	"""Return what separates decimals and thousands in a number format such as "#.###,##" or "#,##,###.##"."""
	signs = re.sub(r"[#\s']", "", number_format)
	if not signs:
		return ".", ","
	decimal = signs[-1] if len(signs) > 1 or len(number_format.rsplit(signs[-1], 1)[1]) != 3 else ""
	if not decimal:
		decimal = "," if signs == "." else "."
	return decimal, "," if decimal == "." else "."


def bare_number(text: str) -> str:
	"""Return a number as it is written, without spaces and without the currency or per cent sign around it."""
	return UNITS.sub(r"\1", SPACES.sub("", text).replace(MINUS, "-"))


def read_number(text: str, decimal: str, grouping: str) -> Decimal | None:
	"""Return the number that a text is with these separators, None if it is none; 1.249,90 with "," and "."."""
	bare = bare_number(text)
	pattern = rf"[+-]?(\d{{1,3}}({re.escape(grouping)}\d{{2,3}})*{re.escape(grouping)}\d{{3}}|\d+)?({re.escape(decimal)}\d+)?"
	if not re.search(r"\d", bare) or not re.fullmatch(pattern, bare):
		return None
	whole = bare.split(decimal)[0].lstrip("+-")
	if grouping in whole and whole.startswith("0"):
		return None
	return Decimal(bare.replace(grouping, "").replace(decimal, "."))


class NumberColumn:
	"""The numbers of one column of a file, whose texts tell together how they are written.

	`number_format` is the site's. A text with one reading only is what it is; one that reads both ways, such as
	1.249, is read in the site's format if another text of the column is in that format for certain, and none is
	in the other one.
	"""

	def __init__(self, number_format: str, texts: list[str]) -> None:
		self.decimal, self.grouping = separators(number_format)
		readings = [self._readings(text) for text in texts]
		self.is_sites = any(site is not None and other is None for site, other in readings)
		self.is_other = any(site is None and other is not None for site, other in readings)

	def _readings(self, text: str) -> tuple[Decimal | None, Decimal | None]:
		site = read_number(text, self.decimal, self.grouping)
		other = read_number(text, self.grouping, self.decimal)
		return site, other

	def read(self, text: str) -> Decimal:
		"""Return the number. Raises `AmbiguousError` if it reads both ways, `ValueError` if it is none."""
		site, other = self._readings(text)
		known = [number for number in (site, other) if number is not None]
		if not known:
			raise ValueError(text)
		if len(set(known)) == 1 or (self.is_sites and not self.is_other):
			return known[0]
		raise AmbiguousError(text)


def decoded(content: bytes) -> str:
	"""Return the text of a file: Unicode by its mark, else UTF-8, else Windows-1252. Raises `UnicodeDecodeError`."""
	for mark, encoding in BYTE_ORDER_MARKS.items():
		if content.startswith(mark):
			return content.decode(encoding)
	try:
		return content.decode("utf-8")
	except UnicodeDecodeError:
		return content.decode("windows-1252")


def table_of(text: str) -> list[list[str | None]]:
	"""Return the rows of a CSV text, separated by whatever its first line has most of; empty cells are None."""
	head = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
	separator = max(",;\t|", key=head.count)
	rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
	return [[cell.strip() or None for cell in row] for row in rows]

"""What the parameters of a request ask by and for, in whatever way they are written. Free of the framework.

JSON can be written with escapes, and stand in strings of JSON; databases take letters for each other that are not the same.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CONDITIONS = (
	"filters",
	"or_filters",
	"current_filters",
	"filters_json",
	"dynamic_filters_json",
	"export_filters",
)
FIELDS = (
	"order_by",
	"group_by",
	"sort_by",
	"field",
	"searchfield",
	"stats",
	"field_map",
	"aggregate_on_field",
	"aggregate_function_based_on",
	"based_on",
	"value_based_on",
	"group_by_based_on",
	"y_axis",
)
COLUMNS = ("fields", "fieldname", "filter_fields")
"""Parameters of lists, counts, searches, exports, number cards and charts; the last ones name what is answered."""

INSIDE = ("doc", "docs", "chart", "data", "args", "report_settings", "json")
"""Parameters that hold such parameters."""

IS_COMPARISON = re.compile(
	r"[<>=!]+|(not )?(in|like|ilike|between)|is( not)?|timespan|(not )?(ancestors|descendants) of( \(inclusive\))?",
	re.IGNORECASE,
).fullmatch

IS_PLAIN = re.compile(r"\*|(?:`tab[\w -]+`\.|\w+\.)?(?:\w+|`\w+`)(?: as \w+)?").fullmatch
"""Whether a column is one whose permission level the framework looks at; of others it does not see all that is in them."""

TABLE = re.compile(r"`tab[\w -]+`\s*\.")
LINK = re.compile(r"(\w+)[`\"]?\s*\.")
LINKED = re.compile(r"\.\s*[`\"]?(\w+)")


@dataclass
class Asked:
	"""Expressions by which is filtered, sorted, grouped or reckoned, and columns that are to be answered."""

	by: list[str] = field(default_factory=list)
	columns: list[str] = field(default_factory=list)

	@property
	def names(self) -> set[str]:
		"""All names by which is asked, in lower case."""
		return set(re.findall(r"\w+", self._by))

	@property
	def linked(self) -> set[str]:
		"""Those of them that stand behind a dot: fields of linked documents, or of a table that is named."""
		return set(LINKED.findall(self._by))

	@property
	def links(self) -> set[str]:
		"""The names by which is asked for fields of linked documents, in lower case, such as `deal` of `deal.title`."""
		return set(LINK.findall(TABLE.sub("", folded("\n".join((*self.by, *self.columns))))))

	@property
	def _by(self) -> str:
		return folded("\n".join((*self.by, *(each for each in self.columns if not is_plain(each)))))


def asked_of(values: dict) -> Asked:
	"""Return what the parameters of a request ask by and for."""
	asked = Asked()
	for each in parameters(values):
		for key in CONDITIONS:
			asked.by += fields_of_conditions(each.get(key))
		for key in FIELDS:
			asked.by += texts(each.get(key))
		for key in COLUMNS:
			for column in columns_of(each.get(key)):
				if isinstance(column, str):
					asked.columns.append(column)
				else:
					asked.by += texts(column)
	return asked


def parameters(values: dict) -> Iterator[dict]:
	"""Yield the parameters, and those that stand inside of them."""
	yield values
	for key in INSIDE:
		inner = parsed(values.get(key))
		for each in map(parsed, inner) if isinstance(inner, list) else [inner]:
			if isinstance(each, dict):
				yield from parameters(each)


def columns_of(columns: Any) -> list:
	"""Return the columns of a list, be it JSON or separated by commas; those that say how to reckon as they are.

	What is no list, but says which values fields get, has none.
	"""
	columns = parsed(columns)
	if isinstance(columns, str):
		return [columns] if "(" in columns else [column.strip() for column in columns.split(",")]
	return columns if isinstance(columns, list) else []


def is_plain(column: str) -> bool:
	"""Return whether the framework looks at all of a column's names for whether they may be read."""
	return bool(IS_PLAIN(column)) and "distinct" not in column.lower()


def fields_of_conditions(conditions: Any) -> Iterator[str]:
	"""Yield what stands in filters besides the values that are compared with."""
	conditions = parsed(conditions)
	if isinstance(conditions, str):
		yield conditions
	elif isinstance(conditions, dict):
		yield from map(str, conditions)
	elif isinstance(conditions, list):
		for part in without_value(conditions):
			yield from fields_of_conditions(part)


def without_value(condition: list) -> list:
	"""Return what stands before a comparison, as it is in the forms of the desk: [field, =, value], [DocType, field, =, value].

	All else, such as a list of conditions, is returned as it is.
	"""
	place = next((at for at in (1, 2) if IS_COMPARISON(str([*condition, "", "", ""][at]).strip())), None)
	return condition[:place] if place and isinstance(condition[place], str) else condition


def texts(value: Any) -> Iterator[str]:
	"""Yield all texts in a value, keys too, and what stands in texts that are JSON."""
	value = parsed(value)
	if isinstance(value, str):
		yield value
	elif isinstance(value, dict):
		for key, inner in value.items():
			yield str(key)
			yield from texts(inner)
	elif isinstance(value, list | tuple):
		for inner in value:
			yield from texts(inner)


def parsed(value: Any) -> Any:
	"""Return what JSON says, also JSON in JSON, and all else as it is."""
	while isinstance(value, str):
		try:
			value = json.loads(value)
		except ValueError:
			break
	return value


def folded(text: str) -> str:
	"""Return a text in lower case, with plain letters where databases take others for them."""
	if text.isascii():
		return text.lower()
	letters = unicodedata.normalize("NFKD", text).lower()
	return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""What runs on MariaDB, PostgreSQL and SQLite alike: which functions of SQL the app calls, and how it asks for empty moments."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
PORTABLE = {"Abs", "Coalesce", "Count", "Date", "Lower", "Max", "Min", "Round", "Sum"}
PORTABLE |= {"DenseRank", "Function", "Lag", "RowNumber"}
PORTABLE_NAMES = {"ROUND", "REPLACE"}
ROOMS = ("pypika.functions", "pypika.analytics", "frappe.query_builder.functions")
BY_DATABASE = {
	"framework/compat.py": {"Concat", "union"},
	"reporting/query.py": {"Extract", "JULIANDAY", "POW", "TIMESTAMPDIFF"},
}
"""What one of the databases lacks, by the module that asks which one it is."""
SPOKEN_OF = re.compile(r"""pypika|query_builder|Function\(|union|reduce\(|equal_to|["']is["']""")
MOMENTS = ("Date", "Datetime", "Time")


@cache
def moments() -> set[str]:
	"""Return the names of the fields of the app's documents that are a date, a time or both, and of nothing else."""
	names: dict[bool, set[str]] = {True: {"creation", "modified"}, False: set()}
	for path in APP.glob("sales_opportunity/doctype/*/*.json"):
		for field in json.loads(path.read_text()).get("fields", ()):
			names[field["fieldtype"] in MOMENTS].add(field["fieldname"])
	return names[True] - names[False]


def faults(source: str, allowed: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
	"""Yield what in a module is not portable: functions by name, and list filters that ask for a moment by `is`."""
	if not SPOKEN_OF.search(source):
		return
	for node in ast.walk(ast.parse(source)):
		match node:
			case ast.ImportFrom(module=str(module), names=names) if module in ROOMS:
				yield from (alias.name for alias in names if alias.name not in PORTABLE | allowed)
			case ast.Call(
				func=ast.Name(id="CustomFunction" | "Function"), args=[ast.Constant(value=str(name)), *_]
			) if name.upper() not in PORTABLE_NAMES | allowed:
				yield name
			case ast.Call(func=ast.Attribute(attr="union" | "union_all", value=ast.Name())) if (
				"union" not in allowed
			):
				yield "union"
			case ast.Call(func=ast.Name(id="reduce"), args=[ast.Name(id="mul"), *_]) if (
				"union" not in allowed
			):
				yield "union"
			case ast.Call(func=ast.Name(id="equal_to"), args=[ast.Constant(value=None)]):
				yield "equal_to"
			case ast.Dict(keys=keys, values=values):
				yield from (
					name for key, value in zip(keys, values, strict=True) for name in asked_by_is(key, value)
				)
			case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
				yield from asked_by_is(key, value)
			case ast.keyword(arg=str(name), value=value):
				yield from asked_by_is(ast.Constant(name), value)
			case ast.Tuple(elts=parts) | ast.List(elts=parts):
				for key, operator in pairwise(parts):
					yield from asked_by_is(key, ast.Tuple([operator]))


def asked_by_is(key: ast.expr | None, value: ast.expr) -> Iterator[str]:
	"""Yield the key, if it names a moment and the value asks by `is`: the framework's lists compare it with an empty text."""
	match key, value:
		case (
			ast.Constant(value=str(name)),
			ast.Tuple(elts=[ast.Constant(value="is"), *_]) | ast.List(elts=[ast.Constant(value="is"), *_]),
		) if name in moments():
			yield name


def asked_in_script(source: str) -> list[str]:
	"""Return the moments that a script, or a stored filter, asks for by `is`."""
	found = re.findall(r"""(\w+)(?:\\?["']?\]?\s*[:=,]\s*\[?\s*\\?["']is\\?["']|,is,)""", source)
	return [name for name in found if name in moments()]


def test_the_app_is_portable():
	found = {}
	for path in APP.rglob("*.py"):
		name = path.relative_to(APP).as_posix()
		if wrong := list(faults(path.read_text(), BY_DATABASE.get(name, set()))):
			found[name] = wrong
	assert found == {}


def test_scripts_and_stored_filters_ask_for_moments_on_any_database():
	paths = [path for suffix in ("js", "json") for path in APP.rglob(f"*.{suffix}")]
	found = {path.name: asked_in_script(path.read_text()) for path in paths}
	assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_is_not_portable_is_seen():
	assert list(faults("from pypika.functions import Concat, Coalesce")) == ["Concat"]
	assert list(faults("from frappe.query_builder.functions import IfNull")) == ["IfNull"]
	assert list(faults('CustomFunction("DATEDIFF", ["a", "b"])')) == ["DATEDIFF"]
	assert list(faults("one.union_all(other)")) == ["union"]
	assert list(faults("reduce(mul, queries)")) == ["union"]
	assert list(faults('frappe.get_all("Quote", {"issued_on": ("is", "set")})')) == ["issued_on"]
	assert list(faults('frappe.get_all("Quote", {"pdf_file": ("is", "set")})')) == []
	assert list(faults('wanted["customer_opened_on"] = ["is", OPENED[answer]]')) == ["customer_opened_on"]
	assert list(faults('drill_to_deals({}, next_activity_date=["is", "not set"])')) == ["next_activity_date"]
	assert list(faults('[["Quote", "sent_on", "is", "set"]]')) == ["sent_on"]
	assert list(faults("equal_to(None)")) == ["equal_to"]


def test_what_is_not_portable_is_seen_in_scripts_and_stored_filters():
	assert asked_in_script('filters.expected_close_date = ["is", "not set"]') == ["expected_close_date"]
	assert asked_in_script('["customer_opened_on", "is", "set"]') == ["customer_opened_on"]
	assert asked_in_script('({ sent_on: ["is", "set"] })') == ["sent_on"]
	assert asked_in_script("`sent_on,is,set|status,=,${doc.status}`") == ["sent_on"]
	assert asked_in_script(r'"filters_json": "[[\"Quote\", \"sent_on\", \"is\", \"set\"]]"') == ["sent_on"]
	assert asked_in_script('({ closing_reason: reason || ["is", "not set"] })') == []


def test_what_a_module_may_do_by_database_is_done_there():
	for name, allowed in BY_DATABASE.items():
		assert allowed <= set(faults((APP / name).read_text())), name

"""What runs on MariaDB, PostgreSQL and SQLite alike: which functions of SQL the app calls, and how it asks for empty moments."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
PORTABLE = {"Abs", "Coalesce", "Count", "Date", "Lower", "Max", "Min", "Round", "Sum"}
PORTABLE |= {"DenseRank", "Function", "Lag", "RowNumber"}
PORTABLE_NAMES = {"ROUND", "REPLACE"}
ROOMS = ("pypika.functions", "pypika.analytics", "frappe.query_builder.functions")
BY_DATABASE = {
	"compat.py": {"Concat", "union"},
	"reporting/query.py": {"Extract", "JULIANDAY", "TIMESTAMPDIFF"},
}
"""What one of the databases lacks, by the module that asks which one it is."""
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
	"""Yield what in a module is not portable: functions by name, and list filters that compare a moment with an empty text."""
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
			case ast.Call(func=ast.Attribute(attr="get_all" | "get_list")):
				yield from filters_of_moments(node)


def filters_of_moments(call: ast.Call) -> Iterator[str]:
	"""Yield the moments that a list asks for by `is`: the framework's lists compare them with an empty text."""
	known = moments()
	for node in ast.walk(call):
		if isinstance(node, ast.Dict):
			for key, value in zip(node.keys, node.values, strict=True):
				match key, value:
					case (
						ast.Constant(value=str(name)),
						ast.Tuple(elts=[ast.Constant(value="is"), *_])
						| ast.List(elts=[ast.Constant(value="is"), *_]),
					) if name in known:
						yield name


def test_the_app_is_portable():
	found = {}
	for path in APP.rglob("*.py"):
		name = path.relative_to(APP).as_posix()
		if wrong := list(faults(path.read_text(), BY_DATABASE.get(name, set()))):
			found[name] = wrong
	assert found == {}


def test_what_is_not_portable_is_seen():
	assert list(faults("from pypika.functions import Concat, Coalesce")) == ["Concat"]
	assert list(faults("from frappe.query_builder.functions import IfNull")) == ["IfNull"]
	assert list(faults('CustomFunction("DATEDIFF", ["a", "b"])')) == ["DATEDIFF"]
	assert list(faults("one.union_all(other)")) == ["union"]
	assert list(faults("reduce(mul, queries)")) == ["union"]
	assert list(faults('frappe.get_all("Quote", {"issued_on": ("is", "set")})')) == ["issued_on"]
	assert list(faults('frappe.get_all("Quote", {"pdf_file": ("is", "set")})')) == []


def test_what_a_module_may_do_by_database_is_done_there():
	for name, allowed in BY_DATABASE.items():
		assert allowed <= set(faults((APP / name).read_text())), name

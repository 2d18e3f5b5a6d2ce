"""Each function of the app says what it takes and what it gives, by types."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def untyped(source: str) -> list[str]:
	"""Return the functions, methods and nested functions of a source that lack a type, each with what lacks it."""
	return [
		f"{function.lineno}: {function.name}: {', '.join(missing)}"
		for function, is_method in functions(ast.parse(source))
		if (missing := missing_types(function, is_method))
	]


def functions(node: ast.AST, is_class: bool = False) -> Iterator[tuple[ast.FunctionDef, bool]]:
	"""Yield all functions below a node, and whether the class is what they take first."""
	for child in ast.iter_child_nodes(node):
		if isinstance(child, FUNCTIONS):
			yield child, is_class and "staticmethod" not in map(ast.unparse, child.decorator_list)
		yield from functions(child, isinstance(child, ast.ClassDef))


def missing_types(function: ast.FunctionDef, is_method: bool) -> list[str]:
	arguments = function.args
	taken = [*arguments.posonlyargs, *arguments.args][is_method:]
	taken += [*arguments.kwonlyargs, *filter(None, [arguments.vararg, arguments.kwarg])]
	missing = [each.arg for each in taken if each.annotation is None]
	return missing if function.returns else [*missing, "what it returns"]


def test_each_function_is_typed():
	found = [
		f"{path.relative_to(APP.parent)}:{line}"
		for path in sorted(APP.rglob("*.py"))
		if "tests" not in path.parts and path.name != "conftest.py"
		for line in untyped(path.read_text())
	]
	assert not found, "\n".join(found)


@pytest.mark.parametrize(
	("source", "missing"),
	[
		("def a(b): ...", "1: a: b, what it returns"),
		("def a(b: int): ...", "1: a: what it returns"),
		("def a(*b, c, **d) -> None: ...", "1: a: c, b, d"),
		("class A:\n\tdef b(self, c) -> None: ...", "2: b: c"),
		("class A:\n\t@staticmethod\n\tdef b(c) -> None: ...", "3: b: c"),
		("def a() -> None:\n\tdef b(self) -> None: ...", "2: b: self"),
		("if True:\n\tasync def a(b) -> None: ...", "2: a: b"),
	],
)
def test_a_missing_type_is_seen(source, missing):
	assert untyped(source) == [missing]


@pytest.mark.parametrize(
	"source", ["def a(b: int, *c: int) -> None: ...", "class A:\n\tdef b(self, /, c: int) -> None: ..."]
)
def test_what_is_typed_is_fine(source):
	assert untyped(source) == []

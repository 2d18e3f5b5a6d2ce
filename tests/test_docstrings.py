"""Whoever reads a function or a patch is told what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = ("tests", "semgrep", "conftest.py")
"""Tests say in their names what they are about; the examples of rules are no code of the project."""

OF_THE_FRAMEWORK = {
	*("autoname", "onload", "validate", "after_insert", "after_delete", "before_rename", "after_rename"),
	*("before_insert", "before_discard", "before_submit", "before_cancel", "before_print"),
	*("on_update", "on_change", "on_submit", "on_cancel", "on_discard", "on_trash", "on_doctype_update"),
	*("execute", "get_columns", "get_data", "get_chart", "get_summary"),
}
"""Hooks of documents and parts of reports, which mean the same everywhere."""

FILES = [
	path
	for package in ("sales_opportunity", "dev")
	for path in sorted((ROOT / package).rglob("*.py"))
	if not set(LEFT_OUT) & set(path.relative_to(ROOT).parts)
]


def silent(code: str) -> list[str]:
	"""Return the names of the public functions and methods that do not say what they are for."""
	return [node.name for node in public(ast.parse(code)) if not (ast.get_docstring(node) or is_told(node))]


def public(node: ast.AST) -> Iterator[ast.FunctionDef]:
	"""Yield the functions of a module and the methods of its classes that others call."""
	for child in ast.iter_child_nodes(node):
		if getattr(child, "name", "_").startswith("_"):
			continue
		if isinstance(child, ast.FunctionDef):
			yield child
		elif isinstance(child, ast.ClassDef):
			yield from public(child)


def is_told(function: ast.FunctionDef) -> bool:
	"""Return whether it is the framework's, one form of an overloaded one, or goes on with what it replaces."""
	return (
		function.name in OF_THE_FRAMEWORK
		or any(ast.unparse(each) == "overload" for each in function.decorator_list)
		or f"super().{function.name}" in ast.unparse(function)
	)


def test_each_public_function_says_what_it_is_for():
	assert len(FILES) > 400
	found = [f"{path.relative_to(ROOT)}: {name}" for path in FILES for name in silent(path.read_text())]
	assert found == []


def test_each_patch_says_why_it_is_there_and_that_it_may_run_again():
	patches = sorted((ROOT / "sales_opportunity/patches").glob("*.py"))
	assert len(patches) > 20
	for path in patches:
		text = path.read_text()
		assert ast.get_docstring(ast.parse(text)), path.name
		assert "twice without harm" in text, path.name


@pytest.mark.parametrize(
	("code", "names"),
	[
		("def add(): pass", ["add"]),
		("def add():\n\t'Add.'", []),
		("def _add(): pass\ndef outer():\n\t'Add.'\n\tdef inner(): pass", []),
		("class A:\n\tdef add(self): pass\n\tdef validate(self): pass", ["add"]),
		("class A(B):\n\tdef save(self):\n\t\tsuper().save()", []),
		("class _A:\n\tdef add(self): pass", []),
		("@overload\ndef add(): ...", []),
	],
)
def test_a_function_without_a_word_is_seen(code, names):
	assert silent(code) == names

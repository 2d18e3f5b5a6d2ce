"""Tests ask for the day when they need it, and ask the site: a run may go on past midnight, on a machine in another zone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [ROOT / "tests" / "browser", ROOT / "tests" / "parallel", ROOT / "sales_opportunity" / "tests"]
OF_THE_SITE = {"nowdate", "now_datetime", "nowtime", "now", "today", "site_day", "site_date"}
OF_NOW_UNLESS_TOLD = {"getdate", "get_datetime", "add_days", "add_months", "add_to_date"}
"""Functions of the framework that take None for now."""

OF_THE_MACHINE = re.compile(r"(?:.+\.)?(?:date\.today|datetime\.(?:today|now|utcnow))")
ASKED = re.compile(rf"\b(?:{'|'.join(sorted(OF_THE_SITE | OF_NOW_UNLESS_TOLD))}|utcnow)\(")


def called(node: ast.AST) -> Iterator[ast.Call]:
	"""Yield the calls that are made when a module is imported: not those in functions, but their defaults and decorators."""
	for child in ast.iter_child_nodes(node):
		if isinstance(child, ast.Call):
			yield child
		if isinstance(child, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
			yield from called(ast.Tuple([child.args, *getattr(child, "decorator_list", ())]))
		else:
			yield from called(child)


def is_of_now(call: ast.Call) -> bool:
	"""Return whether a call gives the site's day or time."""
	name = ast.unparse(call.func).split(".")[-1]
	is_told = call.args and ast.unparse(call.args[0]) != "None"
	return name in OF_THE_SITE or (name in OF_NOW_UNLESS_TOLD and not is_told)


def is_of_the_machine(node: ast.AST) -> bool:
	"""Return whether a node asks the machine for its day or time, in its own zone."""
	return (
		isinstance(node, ast.Call)
		and not node.args
		and bool(OF_THE_MACHINE.fullmatch(ast.unparse(node.func)))
	)


def stale(text: str) -> list[int]:
	"""Return the lines on which a day is asked for once and for all, or asked of the machine."""
	if not ASKED.search(text):
		return []
	tree = ast.parse(text)
	early = {call.lineno for call in called(tree) if is_of_now(call)}
	return sorted(early | {node.lineno for node in ast.walk(tree) if is_of_the_machine(node)})


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(ROOT).as_posix())
def test_days_are_asked_for_when_they_are_needed(room):
	files = sorted(room.rglob("*.py"))
	assert len(files) > 5
	assert [f"{path.name}:{line}" for path in files for line in stale(path.read_text())] == []


def test_browsers_are_where_the_sites_are():
	zones = {
		re.search(r'"(\w+/\w+)"', (ROOT / path).read_text())[1]
		for path in ("tests/browser/days.py", "dev/inside/complete_setup.py")
	}
	assert zones == {"Europe/Berlin"}


@pytest.mark.parametrize(
	("text", "lines"),
	[
		("TODAY = nowdate()", [1]),
		("SOON = add_days(nowdate(), 10)", [1]),
		("class T:\n\tday = getdate()", [2]),
		("def make(day=nowdate()):\n\tpass", [1]),
		("@parametrize('day', [nowdate()])\ndef make(day):\n\tpass", [1]),
		("def make():\n\treturn nowdate()", []),
		("ASK = lambda: nowdate()", []),
		("ASK = lambda day=nowdate(): day", [1]),
		("TODAY = today()", [1]),
		("SOON = add_days(None, 3)", [1]),
		("SOON = add_days('2026-01-01', 3)", []),
		("TODAY = getdate(None)", [1]),
		("def make():\n\treturn dt.date.today()", [2]),
		("def make():\n\treturn datetime.utcnow()", [2]),
		("DAY = getdate('2026-01-01')", []),
		("def make():\n\treturn date.today()", [2]),
		("def make():\n\treturn datetime.now(ZONE)", []),
	],
)
def test_a_day_that_gets_stale_is_seen(text, lines):
	assert stale(text) == lines

"""Tests ask for the day when they need it, and ask the site: a run may go on past midnight, on a machine in another zone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [ROOT / "tests" / "browser", ROOT / "tests" / "parallel", ROOT / "sales_opportunity" / "tests"]
OF_THE_SITE = {"nowdate", "now_datetime", "nowtime", "now", "site_day"}
WITHOUT_ARGUMENTS = {"getdate", "get_datetime"}
ASKED = re.compile(r"\b(?:now|nowdate|nowtime|now_datetime|site_day|getdate|get_datetime|today)\(")
OF_THE_MACHINE = {
	"date.today",
	"datetime.date.today",
	"datetime.today",
	"datetime.now",
	"datetime.datetime.now",
}


def called(node: ast.AST) -> Iterator[ast.Call]:
	"""Yield the calls that are made when a module is imported: not those in functions, but their defaults and decorators."""
	for child in ast.iter_child_nodes(node):
		if isinstance(child, ast.Lambda):
			continue
		if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
			for each in (child.args, *child.decorator_list):
				yield from called(each)
				yield from [each] if isinstance(each, ast.Call) else []
			continue
		if isinstance(child, ast.Call):
			yield child
		yield from called(child)


def stale(text: str) -> list[int]:
	"""Return the lines on which a day is asked for once and for all, or asked of the machine."""
	if not ASKED.search(text):
		return []
	tree = ast.parse(text)
	early = {
		call.lineno
		for call in called(tree)
		if (name := ast.unparse(call.func).split(".")[-1]) in OF_THE_SITE
		or (name in WITHOUT_ARGUMENTS and not call.args)
	}
	of_the_machine = {
		call.lineno
		for call in ast.walk(tree)
		if isinstance(call, ast.Call) and ast.unparse(call.func) in OF_THE_MACHINE and not call.args
	}
	return sorted(early | of_the_machine)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(ROOT).as_posix())
def test_days_are_asked_for_when_they_are_needed(room):
	files = sorted(room.rglob("*.py"))
	assert len(files) > 5
	assert [f"{path.name}:{line}" for path in files for line in stale(path.read_text())] == []


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
		("DAY = getdate('2026-01-01')", []),
		("def make():\n\treturn date.today()", [2]),
		("def make():\n\treturn datetime.now(ZONE)", []),
	],
)
def test_a_day_that_gets_stale_is_seen(text, lines):
	assert stale(text) == lines

"""Names that scripts declare at their top: the framework runs some scripts together, and others for the whole desk.

The scripts of a form, or of a list, run as the body of one function, so that two functions of one name would silently be
one, and two constants an error. Scripts of pages and reports run globally, and more than once: what they declare would be
left behind for all others.
"""

import ast
import re
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
MODULE = APP / "sales_opportunity"
DECLARED = re.compile(r"^(?:async )?(?:function\*?|const|let|var|class) (\w+)", re.MULTILINE)
INCLUDED = re.compile(r'^\{% include "sales_opportunity/(.*)" %\}$', re.MULTILINE)


def declared(text: str) -> list[str]:
	"""Return the names that a script declares at its top, with those of the scripts that it includes."""
	names = DECLARED.findall(text)
	for path in INCLUDED.findall(text):
		names += declared((APP / path).read_text())
	return names


def hook(name: str) -> dict:
	for node in ast.parse((APP / "hooks.py").read_text()).body:
		if isinstance(node, ast.Assign) and node.targets[0].id == name:
			return ast.literal_eval(node.value)
	raise LookupError(name)


def run_together() -> dict[str, list[Path]]:
	"""Return the scripts that run as one, by form or list: the DocType's own and those of the hooks."""
	found = {}
	for name, ending in (("doctype_js", ""), ("doctype_list_js", "_list")):
		for doctype, files in hook(name).items():
			folder = doctype.lower().replace(" ", "_")
			own = MODULE / "doctype" / folder / f"{folder}{ending}.js"
			more = [APP / file for file in ([files] if isinstance(files, str) else files)]
			found[f"{doctype}{ending}"] = [*([own] if own.exists() else []), *more]
	return found


def run_globally() -> list[Path]:
	return [*sorted(MODULE.glob("report/*/*.js")), *sorted(MODULE.glob("page/*/*.js"))]


@pytest.mark.parametrize("together", run_together())
def test_scripts_that_run_together_do_not_take_each_others_names(together):
	names = [name for path in run_together()[together] for name in declared(path.read_text())]
	assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", run_globally(), ids=lambda path: path.stem)
def test_scripts_that_run_globally_leave_no_names_behind(path):
	assert declared(path.read_text()) == []


def test_declared_names_are_seen():
	text = "const A = 1;\nfunction b() {\n\tconst inside = 1;\n}\nasync function c() {}\nclass D {}\nlet e;\n"
	assert declared(text) == ["A", "b", "c", "D", "e"]
	assert len(run_globally()) > 10
	assert {name for path in run_together()["Sales Opportunity"] for name in declared(path.read_text())}

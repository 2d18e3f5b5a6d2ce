"""The desk's scripts meet in one window: each keeps to its own name, and calls the server in the same way."""

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "sales_opportunity"
SHARED = sorted((APP / "public/js").rglob("*.js"))
OWN = sorted(path for room in ("sales_opportunity", "erpnext") for path in (APP / room).rglob("*.js"))
PORTAL = sorted((APP / "portal").rglob("*.js"))
SENTENCE = re.compile(r"(?:\{% include .*%\}\s+)*/\*\*\s+(?:\* )?\w")
GLOBAL = re.compile(r"^(?:async )?(?:const|let|var|class|function)\b.*", re.M)
TOP_LEVEL = re.compile(r"^(?:async )?(?:const|let|var|class|function) (\w+)", re.M)
FILLED = re.compile(r"(?:provide\([\"']|assign\(|^\s*)sales_opportunity\.(\w+)(?=[\w.]*(?:[\"',]| = ))", re.M)
CONSTANT = re.compile(r'const (\w+) =\s+"((?:sales_opportunity|frappe)\.[\w.]+)";')
WRITTEN_OUT = re.compile(r"""(?:xcall|call|method:|query:)\(?\s*["'`](sales_opportunity\.[\w.]+)""")


def hooks() -> dict[str, list[str]]:
	"""Return the scripts of each form beside the one that has its DocType's name."""
	spec = importlib.util.spec_from_file_location("hooks_of_the_app", APP / "hooks.py")
	module = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(module)
	return module.doctype_js


def name_of(path: Path) -> str:
	"""Return under which name below `sales_opportunity` a script may put something."""
	is_part = path.parent.parent == APP / "public/js"
	return path.parent.name if is_part else path.stem


def scripts_of(doctype: str) -> list[Path]:
	folder = doctype.lower().replace(" ", "_")
	own = APP / f"sales_opportunity/doctype/{folder}/{folder}.js"
	return [*filter(Path.exists, [own]), *(APP / name for name in hooks()[doctype])]


def says_what_it_is(path: Path) -> bool:
	"""Return whether a script begins with a sentence; one is named after the form, list, page or report that it is of."""
	is_named_after_its_room = path.stem.removesuffix("_list").removesuffix("_calendar") == path.parent.name
	return is_named_after_its_room or bool(SENTENCE.match(path.read_text()))


OF_THE_FRAMEWORK = {"Report", "Print Format"}


def other_apps_doctypes() -> list[str]:
	"""Return the DocTypes of other apps on whose forms there is a script of this one."""
	own = {path.name for path in (APP / "sales_opportunity/doctype").iterdir()}
	return sorted(
		doctype
		for doctype in hooks()
		if doctype.lower().replace(" ", "_") not in own and doctype not in OF_THE_FRAMEWORK
	)


@pytest.mark.parametrize("doctype", other_apps_doctypes())
def test_a_script_on_another_apps_form_asks_whether_it_is_registered(doctype):
	for script in scripts_of(doctype):
		assert "frappe.boot.sales_opportunity_masters" in script.read_text(), (
			f"{script.name} would show on any app's {doctype}"
		)


@pytest.mark.parametrize("path", [*SHARED, *OWN, *PORTAL], ids=lambda path: path.name)
def test_a_script_says_in_its_first_line_what_it_is(path):
	assert says_what_it_is(path), f"{path.relative_to(APP)} begins without /** what it is. */"


@pytest.mark.parametrize(
	("name", "text", "is_said"),
	[
		("months.js", "/** Months by name. */\n", True),
		("months.js", "/**\n * Months by name.\n */\n", True),
		("months.js", '{% include "a.js" %}\n\n/** Months by name. */\n', True),
		("months.js", 'frappe.provide("sales_opportunity.months");\n\n/** Months. */\n', False),
		("months.js", "// Months\n", False),
		("quote.js", "frappe.ui.form.on();\n", True),
		("quote_list.js", "frappe.listview_settings = {};\n", True),
	],
)
def test_first_lines_are_read(tmp_path, name, text, is_said):
	(tmp_path / "quote").mkdir()
	(tmp_path / "quote" / name).write_text(text)
	assert says_what_it_is(tmp_path / "quote" / name) is is_said


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_shared_scripts_leave_nothing_in_the_window(path):
	assert GLOBAL.findall(path.read_text()) == []


@pytest.mark.parametrize("path", [*SHARED, *OWN], ids=lambda path: path.name)
def test_a_script_fills_the_name_that_its_file_has(path):
	assert set(FILLED.findall(path.read_text())) <= {name_of(path)}


@pytest.mark.parametrize("doctype", hooks())
def test_scripts_of_a_form_share_no_name(doctype):
	names = Counter(name for path in scripts_of(doctype) for name in TOP_LEVEL.findall(path.read_text()))
	assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("path", [*SHARED, *OWN], ids=lambda path: path.name)
def test_modules_of_the_server_are_called_by_constants_with_their_names(path):
	script = path.read_text()
	for name, module in CONSTANT.findall(script):
		assert name == module.rsplit(".", 1)[1].upper()
	assert WRITTEN_OUT.findall(script) == []


@pytest.mark.parametrize(
	("script", "names"),
	[
		('frappe.provide("sales_opportunity.first");', {"first"}),
		("sales_opportunity.second.show = function (frm) {", {"second"}),
		("\tsales_opportunity.third = 1;", {"third"}),
		("Object.assign(sales_opportunity.fourth, { show });", {"fourth"}),
		("sales_opportunity.fifth.show(frm);\nconst { show } = sales_opportunity.sixth;", set()),
	],
)
def test_filled_names_are_found(script, names):
	assert set(FILLED.findall(script)) == names

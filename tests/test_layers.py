"""Which folder of the app may import which, and which modules know no framework."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from imports import Import, Package, made_up

PURE = ("analysis", "pricing")
PROMISE = "Free of the framework"
APP = Package(Path(__file__).resolve().parent.parent / "sales_opportunity")
DOCTYPES = "sales_opportunity/doctype"
OPPORTUNITY, QUOTE, CHANGE = (
	f"{DOCTYPES}/{name}" for name in ("sales_opportunity", "quote", "sales_opportunity_change")
)

GROUND = "inputs texts currency features framework pricing"

# Each row may import what it names of the rows above it; * is all of them. A module belongs to the longest name that
# its path begins with. No arrow runs up, and so there is no circle of rows.
LAYERS = {
	"pricing": "",
	"framework": "",
	"defaults": "",
	"features people": "framework",
	"currency": "pricing",
	"texts": "pricing framework",
	"inputs": "texts features pricing",
	"access": "features",
	"masters": "access texts currency features pricing framework",
	"notifications": "texts features",
	"exchange_rates": "inputs currency framework",
	"analysis": "pricing texts",
	"mail": "",
	"files": "access inputs framework",
	"printing": "masters texts features framework",
	"activities": "mail notifications masters inputs texts features framework",
	CHANGE: "",
	"deal": f"{CHANGE} activities exchange_rates masters access {GROUND}",
	"reporting": f"{CHANGE} analysis deal masters access {GROUND}",
	DOCTYPES: f"reporting deal analysis activities files mail printing notifications masters access {GROUND}",
	OPPORTUNITY: (
		f"{DOCTYPES} {CHANGE} deal activities printing exchange_rates notifications masters access"
		" inputs texts currency features framework"
	),
	QUOTE: (
		f"{OPPORTUNITY} {DOCTYPES} deal files mail printing exchange_rates notifications masters access {GROUND}"
	),
	"erpnext/hooks erpnext/errors": "",
	"erpnext/company": f"erpnext/hooks {DOCTYPES} exchange_rates masters currency features pricing",
	"erpnext/tax": "pricing",
	"erpnext/masters": (
		f"erpnext/tax erpnext/company erpnext/hooks {QUOTE} {DOCTYPES} analysis files exchange_rates masters {GROUND}"
	),
	"erpnext/orders": (
		f"erpnext/masters erpnext/tax erpnext/company erpnext/hooks {DOCTYPES} deal masters"
		" texts currency features pricing"
	),
	"erpnext/takeover": (
		f"erpnext/orders erpnext/masters erpnext/tax erpnext/company erpnext/hooks {QUOTE} {OPPORTUNITY} {DOCTYPES}"
		f" {CHANGE} deal printing defaults exchange_rates masters {GROUND}"
	),
	"erpnext": "erpnext/takeover erpnext/masters erpnext/hooks",
	"overrides": (
		f"{QUOTE} {CHANGE} reporting deal activities printing defaults access inputs texts currency framework pricing"
	),
	"portal": f"{QUOTE} {DOCTYPES} deal printing masters inputs texts framework",
	"desk": "deal masters access inputs currency features framework pricing",
	"api": f"{OPPORTUNITY} deal inputs currency framework pricing",
	"sales_opportunity": (
		f"{QUOTE} {OPPORTUNITY} {DOCTYPES} reporting deal analysis activities masters access defaults {GROUND}"
	),
	"install uninstall hooks": "*",
	"demo patches": "*",
	"tests conftest": "*",
}


def forbidden(package: Package, layers: dict[str, str]) -> list[Import]:
	"""Return the imports that the table does not allow."""
	allowed = allowed_rows(layers)
	found = []
	for each in package.imports:
		source, target = (row_of(name, package, layers) for name in (each.importer, each.imported))
		if target is not None and target != source and target not in allowed[source]:
			found.append(each)
	return found


def allowed_rows(layers: dict[str, str]) -> dict[str, set[str]]:
	"""Return for each row which rows it may import; raises `KeyError` for a name that stands in no row above."""
	allowed: dict[str, set[str]] = {"": set()}
	above: dict[str, str] = {}
	for row, names in layers.items():
		allowed[row] = set(above.values()) if names == "*" else {above[name] for name in names.split()}
		above.update(dict.fromkeys(row.split(), row))
	return allowed


def row_of(module: str, package: Package, layers: dict[str, str]) -> str | None:
	"""Return the row that a module belongs to, "" if none does, None if it is of another package or holds the package's version."""
	if module not in package.modules or module == package.folder.name:
		return None
	path = module.removeprefix(f"{package.folder.name}.").replace(".", "/")
	names = {name: row for row in layers for name in row.split() if f"{path}/".startswith(f"{name}/")}
	return names[max(names, key=len)] if names else ""


def test_no_folder_imports_what_it_may_not():
	wrong = forbidden(APP, LAYERS)
	assert not wrong, "\n".join(
		["These imports are not in the table of tests/test_layers.py:", *map(str, wrong)]
	)


def circle(package: Package) -> list[str]:
	"""Return rooms that use each other in a circle, also inside of a row; each DocType, report and page is a room."""
	used = defaultdict(set)
	for each in package.imports:
		source, target = (room_of(name) for name in (each.importer, each.imported))
		if each.imported in package.modules and source != target:
			used[source].add(target)
	try:
		TopologicalSorter(used).prepare()
	except CycleError as error:
		return error.args[1]
	return []


def room_of(module: str) -> str:
	parts = module.split(".")
	depth = {"sales_opportunity": 4, "erpnext": 3}
	return ".".join(parts[: depth.get("".join(parts[1:2]), 2)])


def test_no_rooms_use_each_other_in_a_circle():
	assert circle(APP) == []


def test_a_circle_is_seen(tmp_path):
	files = {
		"sales_opportunity/doctype/quote/quote.py": "from app.sales_opportunity.doctype.answer import answer",
		"sales_opportunity/doctype/answer/answer.py": "def late():\n\timport app.sales_opportunity.doctype.quote.quote",
	}
	rooms = {f"app.sales_opportunity.doctype.{name}" for name in ("quote", "answer")}
	assert set(circle(made_up(tmp_path, files))) == rooms


def test_each_module_has_its_place():
	assert [name for name in APP.modules if row_of(name, APP, LAYERS) == ""] == []


def test_each_room_says_what_it_is():
	rooms = [
		path
		for path in APP.folder.glob("*/__init__.py")
		if not ast.get_docstring(ast.parse(path.read_text()))
	]
	assert rooms == []


def test_each_module_says_in_its_first_line_what_it_is():
	"""Controllers and the like are named after what they are of; a patch says it of its one function."""
	silent = [
		path.relative_to(APP.folder).as_posix()
		for path in APP.folder.rglob("*.py")
		if path.stem.removesuffix("_dashboard") not in (path.parent.name, "__init__", "hooks")
		and path.parent.name != "patches"
		and not path.read_text().startswith('"""')
	]
	assert silent == []


def test_each_place_in_the_table_is_there_and_each_arrow_is_needed():
	names = [name for row in LAYERS for name in row.split()]
	assert [name for name in names if not list(APP.folder.glob(f"{name}*"))] == []
	used = {(row_of(each.importer, APP, LAYERS), row_of(each.imported, APP, LAYERS)) for each in APP.imports}
	allowed = allowed_rows(LAYERS)
	unused = [
		f"{row} → {target}"
		for row, names in LAYERS.items()
		if names != "*"
		for target in allowed[row]
		if (row, target) not in used
	]
	assert unused == []


def is_pure(path: Path) -> bool:
	"""Return whether a module must do without the framework, by its folder or by what it says of itself."""
	folder = path.relative_to(APP.folder).parts[0]
	text = path.read_text()
	return folder in PURE or (PROMISE in text and PROMISE in (ast.get_docstring(ast.parse(text)) or ""))


@pytest.mark.parametrize("module", [name for name, path in APP.modules.items() if is_pure(path)])
def test_rules_know_no_framework(module):
	chain = APP.chain(module, "frappe")
	assert not chain, "\n".join([f"{module} must do without the framework, but:", *map(str, chain)])


MADE_UP = {"pricing": "", "reporting": "pricing", "deal": "pricing", "module/doctype": "deal", "module": "*"}


@pytest.mark.parametrize(
	("file", "text", "arrow"),
	[
		("deal/primary.py", "from app.reporting import query", "app.deal.primary → app.reporting.query"),
		("deal/primary.py", "import app.reporting.query as q", "app.deal.primary → app.reporting.query"),
		("deal/primary.py", "from ..reporting import query", "app.deal.primary → app.reporting.query"),
		(
			"deal/primary.py",
			"def late():\n\tfrom app.reporting.query import a",
			"app.deal.primary → app.reporting.query",
		),
		("deal/primary.py", "from app.pricing import money", ""),
		("deal/primary.py", "from app.deal import query", ""),
		("pricing/money.py", "from app.deal import query", "app.pricing.money → app.deal.query"),
		(
			"module/doctype/quote.py",
			"from app.reporting import query",
			"app.module.doctype.quote → app.reporting.query",
		),
		("module/doctype/quote.py", "from app.deal import query", ""),
		("module/page/board.py", "from app.reporting import query", ""),
		("loose.py", "from app.pricing import query", "app.loose → app.pricing.query"),
		("deal/primary.py", "import frappe", ""),
	],
)
def test_a_forbidden_import_is_seen(tmp_path, file, text, arrow):
	rooms = {f"{room}/query.py": "" for room in ("pricing", "reporting", "deal")}
	wrong = forbidden(made_up(tmp_path, {**rooms, file: text}), MADE_UP)
	assert [f"{each.importer} → {each.imported}" for each in wrong] == ([arrow] if arrow else [])


@pytest.mark.parametrize("layers", [{"deal": "quote", "quote": ""}, {"deal": "deal"}, {"deal": "elsewhere"}])
def test_the_table_lets_no_arrow_run_up(layers):
	with pytest.raises(KeyError):
		allowed_rows(layers)

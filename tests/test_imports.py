"""The reader of imports, on packages that are made up."""

from pathlib import Path

import pytest
from imports import Package, imports_of_modules, made_up

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sales_opportunity", "dev")


@pytest.mark.parametrize(
	("text", "imported"),
	[
		("import app.deal.primary", ["app.deal.primary"]),
		("from app.deal import primary", ["app.deal.primary"]),
		("from app.deal.primary import first, last", ["app.deal.primary", "app.deal.primary"]),
		("from app import deal as rooms", ["app.deal"]),
		("from . import other", ["app.pricing.other"]),
		("from ..deal.primary import first", ["app.deal.primary"]),
		("def later():\n\tfrom app.deal import primary\n", ["app.deal.primary"]),
		("class A:\n\tdef later(self):\n\t\tif self:\n\t\t\timport frappe.utils\n", ["frappe.utils"]),
		("try:\n\timport frappe\nexcept ImportError:\n\timport json\n", ["frappe", "json"]),
		(
			"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n\timport frappe\nelse:\n\timport json\n",
			["typing", "json"],
		),
	],
)
def test_imports_are_found_wherever_they_stand(tmp_path, text, imported):
	made = made_up(tmp_path, {"pricing/valuation.py": text, "pricing/other.py": "", "deal/primary.py": ""})
	assert [each.imported for each in made.imports] == imported


def test_an_import_says_where_it_stands(tmp_path):
	made = made_up(tmp_path, {"pricing/valuation.py": "import json\n\n\ndef late():\n\timport frappe\n"})
	assert str(made.imports[1]) == "app/pricing/valuation.py:5: app.pricing.valuation → frappe"


@pytest.mark.parametrize(
	("files", "length"),
	[
		({"money.py": "import frappe"}, 1),
		({"money.py": "from frappe.utils import flt"}, 1),
		({"money.py": "from app.texts import clean", "texts.py": "def clean():\n\timport frappe\n"}, 2),
		({"money.py": "from app.texts import clean", "texts.py": "from app import money"}, 0),
		(
			{
				"money.py": "from app.room.texts import clean",
				"room/texts.py": "",
				"room/__init__.py": "import frappe",
			},
			2,
		),
		({"money.py": "", "__init__.py": "import frappe"}, 1),
		({"money.py": "import frappery"}, 0),
	],
)
def test_a_module_reaches_what_its_imports_import(tmp_path, files, length):
	assert len(made_up(tmp_path, files).chain("app.money", "frappe")) == length


def test_no_module_imports_from_a_test_module():
	"""What tests share lies in modules of its own; a class of tests that is imported would run twice."""
	files = [path for room in ("tests", *PACKAGES) for path in sorted((ROOT / room).rglob("*.py"))]
	tests = {path.stem for path in files if path.stem.startswith("test_")}
	assert len(tests) > 100
	assert [found for path in files for found in imports_of_modules(path, tests)] == []


@pytest.mark.parametrize(
	("text", "found"),
	[
		("from app.tests.test_paper import boxes", 1),
		("from app.tests import test_paper as paper", 1),
		("import app.tests.test_paper", 1),
		("from .test_paper import boxes", 1),
		("def late():\n\tfrom test_paper import boxes", 1),
		("from app.tests.papers import test_paper_size\nimport test_papers", 0),
	],
)
def test_an_import_from_a_test_module_is_seen(tmp_path, text, found):
	file = tmp_path / "test_it.py"
	file.write_text(text)
	assert len(imports_of_modules(file, {"test_paper"})) == found


@pytest.mark.parametrize("room", ["tests", *PACKAGES])
def test_what_is_imported_from_the_project_is_there(room):
	"""Also in tests and benchmarks that are not run every day, and inside of functions."""
	packages = [Package(ROOT / name) for name in PACKAGES]
	files = sorted((ROOT / room).rglob("*.py"))
	assert len(files) > 10
	assert [missing for path in files for package in packages for missing in package.unresolved(path)] == []


@pytest.mark.parametrize(
	("text", "missing"),
	[
		("from app.deal.primary import first, third", ["app.deal.primary.third"]),
		("def late():\n\tfrom app.deal.primary import third", ["app.deal.primary.third"]),
		("from app.deal import primary, secondary", ["app.deal.secondary"]),
		("import app.deal.primary\nimport app.deals", ["app.deals"]),
		("from app.deals import primary", ["app.deals.primary"]),
		("from app.deal.primary import second, both, Kind, json, tried, later, one, other", []),
		("from app.deal.primary import hidden", ["app.deal.primary.hidden"]),
		("from apple import pie\nimport json", []),
	],
)
def test_what_is_not_there_is_seen(tmp_path, text, missing):
	primary = (
		"import json\nfirst = second = 1\nboth: int = 2\none, other = 1, 2\n"
		"class Kind:\n\thidden = 1\ndef later():\n\thidden = 2\ntry:\n\ttried = 1\nexcept ValueError:\n\tpass\n"
	)
	made = made_up(tmp_path / "made", {"deal/primary.py": primary})
	file = tmp_path / "test_it.py"
	file.write_text(text)
	assert [line.rpartition(" ")[2] for line in made.unresolved(file)] == missing

"""The reader of imports, on packages that are made up."""

from pathlib import Path

import pytest
from imports import Package


@pytest.fixture
def package(tmp_path):
	def make(files: dict[str, str]) -> Package:
		for name, text in files.items():
			path = Path(tmp_path, "app", name)
			path.parent.mkdir(parents=True, exist_ok=True)
			for folder in path.relative_to(tmp_path).parents:
				if folder.name:
					Path(tmp_path, folder, "__init__.py").touch()
			path.write_text(text)
		return Package(tmp_path / "app")

	return make


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
def test_imports_are_found_wherever_they_stand(package, text, imported):
	made = package({"pricing/valuation.py": text, "pricing/other.py": "", "deal/primary.py": ""})
	assert [each.imported for each in made.imports] == imported


def test_an_import_says_where_it_stands(package):
	made = package({"pricing/valuation.py": "import json\n\n\ndef late():\n\timport frappe\n"})
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
		({"money.py": "import frappery"}, 0),
	],
)
def test_a_module_reaches_what_its_imports_import(package, files, length):
	assert len(package(files).chain("app.money", "frappe")) == length

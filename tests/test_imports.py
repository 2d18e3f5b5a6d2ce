"""The reader of imports, on packages that are made up."""

import pytest
from imports import made_up


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

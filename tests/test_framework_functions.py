"""The functions of the framework that this app replaces are those that it was written against."""

import os
from pathlib import Path

import framework_functions
import pytest
from framework_functions import REPO, Framework, recorded, replaced

BENCH = Path(os.environ.get("SALES_OPPORTUNITY_BENCH", REPO / ".bench"))
CHANGED = """{name} of Frappe {version} is not what {own} was written against.
Compare the two, take over what is right, and then record this release:
  python tests/framework_functions.py {folder}"""


@pytest.fixture(scope="module")
def framework():
	folder = BENCH / "apps" / "frappe"
	if not folder.exists():
		pytest.skip("There is no framework yet: make test sets it up.")
	found = Framework(folder)
	majors = {version.split(".")[0] for hashes in recorded().values() for version in hashes}
	if found.version.split(".")[0] not in majors:
		pytest.skip(
			f"Frappe {found.version} was never recorded: python tests/framework_functions.py {folder}"
		)
	return found


@pytest.mark.parametrize("name", recorded())
def test_the_framework_has_not_changed_what_is_replaced(framework, name):
	known = recorded()[name]
	assert framework.digest(name) in known.values(), CHANGED.format(
		name=name, version=framework.version, own=replaced()[name], folder=framework.folder
	)


def test_all_that_is_replaced_is_recorded(framework):
	unknown = {name for name in replaced() if framework.digest(name)} - recorded().keys()
	assert not unknown, f"Record these: python tests/framework_functions.py {framework.folder}"


def test_nothing_is_recorded_that_is_not_replaced():
	assert recorded().keys() <= replaced().keys()


@pytest.mark.parametrize(
	("before", "after", "is_same"),
	[
		("def f():\n\treturn 1\n", "def f():\n\treturn 2\n", False),
		("def f():\n\treturn 1\n", "def f(a=0):\n\treturn 1\n", False),
		("def f():\n\treturn 1\n", "@cached\ndef f():\n\treturn 1\n", False),
		("def f():\n\treturn 1\n", "def f():\n\t# why\n\n\treturn 1\n", True),
		("def f():\n\treturn 1\n", "def g():\n\treturn 2\n\ndef f():\n\treturn 1\n", True),
		("def f():\n\treturn 1\n", "from frappe.other import f\n", True),
		("def f():\n\treturn 1\n", "def g():\n\treturn 1\n", False),
	],
)
def test_a_change_of_code_is_seen_and_one_of_comments_is_not(tmp_path, before, after, is_same):
	def digest(text: str) -> str:
		(tmp_path / "frappe").mkdir(exist_ok=True)
		(tmp_path / "frappe" / "__init__.py").write_text('__version__ = "15.0.0"\n')
		(tmp_path / "frappe" / "other.py").write_text("def f():\n\treturn 1\n")
		(tmp_path / "frappe" / "search.py").write_text(text)
		return Framework(tmp_path).digest("frappe.search.f")

	assert (digest(before) == digest(after)) is is_same


def test_inherited_methods_are_found(tmp_path):
	(tmp_path / "frappe").mkdir()
	(tmp_path / "frappe" / "__init__.py").write_text('__version__ = "15.0.0"\n')
	(tmp_path / "frappe" / "base.py").write_text("class Base:\n\tdef f(self):\n\t\treturn 1\n")
	(tmp_path / "frappe" / "report.py").write_text(
		"from frappe.base import Base\nclass Report(Base):\n\tpass\n"
	)
	assert Framework(tmp_path).digest("frappe.report.Report.f")
	assert not Framework(tmp_path).digest("frappe.report.Report.g")


def test_recording_keeps_what_other_releases_had(tmp_path, monkeypatch):
	monkeypatch.setattr(framework_functions, "RECORDED", tmp_path / "recorded.json")
	monkeypatch.setattr(framework_functions, "replaced", lambda: {"frappe.search.f": "sales_opportunity.f"})
	(tmp_path / "frappe").mkdir()
	(tmp_path / "frappe" / "search.py").write_text("def f():\n\treturn 1\n")
	for version in ("15.0.0", "15.1.0"):
		(tmp_path / "frappe" / "__init__.py").write_text(f'__version__ = "{version}"\n')
		framework_functions.record(Framework(tmp_path))
	assert recorded().keys() == {"frappe.search.f"}
	assert recorded()["frappe.search.f"].keys() == {"15.0.0", "15.1.0"}

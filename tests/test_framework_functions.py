"""The functions of the framework that this app replaces are those that it was written against."""

import hashlib
import os
import re
from pathlib import Path

import framework_functions
import pytest
from framework_functions import ON_THE_DESK, REPO, Framework, line, recorded, recorded_in, replaced
from framework_scripts import BY_FIELDTYPE, ON_OBJECTS, DeskScripts, replaced_by, scripts

BENCH = Path(os.environ.get("SALES_OPPORTUNITY_BENCH", REPO / ".bench"))
CHANGED = """{name} of Frappe {version} is not what {own} was written against.
Compare the two, take over what is right, and then record this release:
  python tests/framework_functions.py {folder}"""
UNKNOWN = """Nothing of Frappe {line} was ever compared with what replaces it here: {version} is in use.
Compare each function with what replaces it, and then record this release:
  python tests/framework_functions.py {folder}"""


@pytest.fixture(scope="module")
def framework():
	folder = BENCH / "apps" / "frappe"
	if not folder.exists():
		pytest.skip("There is no framework yet: make test sets it up.")
	return Framework(folder)


def lines_recorded() -> set[str]:
	return {line(version) for hashes in recorded().values() for version in hashes}


def test_what_is_replaced_was_compared_with_this_line_of_the_framework(framework):
	assert line(framework.version) in lines_recorded(), UNKNOWN.format(
		line=line(framework.version), version=framework.version, folder=framework.folder
	)


@pytest.mark.parametrize("release", ["15-dev", "15", "16"])
def test_all_lines_that_the_app_is_for_are_recorded(release):
	assert release in lines_recorded()


@pytest.mark.parametrize("name", recorded())
def test_the_framework_has_not_changed_what_is_replaced(framework, name):
	known = recorded_in(line(framework.version))[name]
	assert framework.digest(name) in known, CHANGED.format(
		name=name, version=framework.version, own=replaced()[name], folder=framework.folder
	)


def test_all_that_is_replaced_is_recorded(framework):
	unknown = {name for name in replaced().keys() - recorded().keys() if framework.digest(name)}
	assert not unknown, f"Record these: python tests/framework_functions.py {framework.folder}"


def test_nothing_is_recorded_that_is_not_replaced():
	assert recorded().keys() <= replaced().keys()


@pytest.mark.parametrize(
	("version", "expected"),
	[
		("15.0.0-dev", "15-dev"),
		("15.101.1", "15"),
		("16.4.1", "16"),
		("16.0.0-dev", "16-dev"),
		("17.0.0", "17"),
	],
)
def test_snapshots_and_majors_are_lines_of_their_own(version, expected):
	assert line(version) == expected


def test_what_another_line_has_does_not_count(tmp_path, monkeypatch):
	monkeypatch.setattr(framework_functions, "RECORDED", tmp_path / "recorded.json")
	(tmp_path / "recorded.json").write_text(
		'{"f": {"15.0.0-dev": "a", "15.1.0": "b", "15.2.0": "", "16.0.0": "c"}}'
	)
	assert recorded_in("15") == {"f": {"b", ""}}
	assert recorded_in("15-dev") == {"f": {"a"}}
	assert recorded_in("17") == {"f": set()}


@pytest.mark.parametrize(
	"name",
	[
		"frappe.model.document.Document._save",
		"frappe.model.document.Document.db_update",
		"frappe.model.document.Document.insert",
		"frappe.model.document.Document.load_from_db",
		"js:frappe.format",
		"js:frappe.search.AwesomeBar.build_options",
		"js:frappe.ui.form.ControlFloat.format_for_input",
		"js:frappe.ui.form.QuickEntryForm.render_dialog",
		"js:frappe.views.CommunicationComposer.get_signature",
	],
)
def test_documents_and_scripts_are_among_what_is_replaced(name):
	assert name in recorded()


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
		folder = tmp_path / hashlib.sha256(text.encode()).hexdigest()
		(folder / "frappe").mkdir(parents=True)
		(folder / "frappe" / "__init__.py").write_text('__version__ = "15.0.0"\n')
		(folder / "frappe" / "other.py").write_text("def f():\n\treturn 1\n")
		(folder / "frappe" / "search.py").write_text(text)
		return Framework(folder).digest("frappe.search.f")

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


SCRIPT = """frappe.ui.form.Base = class Base {
	shown(value) {
		return value; // as it is
	}
};
frappe.ui.form.Derived = class Derived extends (
	frappe.ui.form.Base
) {
	async saved({ a, b }) {
		if (a) {
			return b;
		}
	}
};
frappe.ui.form.Alias = frappe.ui.form.Derived;
frappe.things = {
	text: function (a) {
		return a;
	},
	/** Say it. */
	said(a) {
		// so
		return a;
	},
};
frappe.shown = function (value) {
	return value;
};
"""


@pytest.mark.parametrize(
	("name", "begins", "lines"),
	[
		("frappe.ui.form.Base.shown", "shown(value) {", 3),
		("frappe.ui.form.Derived.shown", "shown(value) {", 3),
		("frappe.ui.form.Derived.saved", "async saved({ a, b }) {", 5),
		("frappe.ui.form.Alias.saved", "async saved({ a, b }) {", 5),
		("frappe.things.text", "text: function (a) {", 3),
		("frappe.things.said", "said(a) {", 3),
		("frappe.shown", "frappe.shown = function (value) {", 3),
		("frappe.things.none", "", 0),
		("frappe.none", "", 0),
	],
)
def test_functions_of_the_desk_are_found(tmp_path, name, begins, lines):
	folder = tmp_path / "frappe" / "public" / "js" / "frappe"
	folder.mkdir(parents=True)
	(folder / "things.js").write_text(SCRIPT)
	code = DeskScripts(tmp_path).code(name)
	assert code.startswith(begins) and len(code.splitlines()) == lines


@pytest.mark.parametrize(
	("text", "names"),
	[
		("frappe.format = function (value) {\n};\n", ["frappe.format"]),
		("\tfrappe.views.List.prototype.show = async function () {\n\t};\n", ["frappe.views.List.show"]),
		(
			'\tplain_texts.wrap(frappe.ui.Bar?.prototype, "set_title", function () {\n',
			["frappe.ui.Bar.set_title"],
		),
		(
			"const { search } = frappe;\nsearch.utils.find = async function (a) {\n};\n",
			["frappe.search.utils.find"],
		),
		(
			"const composer = frappe.views?.Composer?.prototype;\n\tcomposer.sign = async function () {\n\t};\n",
			["frappe.views.Composer.sign"],
		),
		(
			"frappe.ui.X = class extends frappe.ui.X {\n\tmake() {\n\t\tthis.deeper(() => {\n\t\t});\n\t}\n};\n",
			["frappe.ui.X.make"],
		),
		("const format = frappe.format;\nsales_opportunity.format = function () {\n};\n", []),
	],
)
def test_what_a_script_replaces_is_found(text, names):
	assert list(replaced_by(text)) == names


def test_functions_named_by_a_variable_are_listed():
	"""What no reading of the script finds stands in `BY_FIELDTYPE`, with the names that the variable takes."""
	by_variable = re.compile(r"^\t*frappe[\w.]*\[\w+\] = (class|function|\()", re.M)
	found = {path for path in scripts() if by_variable.search(path.read_text())}
	assert found == {REPO / "sales_opportunity" / BY_FIELDTYPE[0]}


def test_what_is_replaced_on_objects_is_still_there():
	for name, script in ON_OBJECTS.items():
		assert f".{name.rpartition('.')[2]} = " in (REPO / "sales_opportunity" / script).read_text()
		assert ON_THE_DESK + name in recorded()

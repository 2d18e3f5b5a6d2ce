"""What fields, states and masters are called stands in the context of their DocType: whoever says it asks in that."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "sales_opportunity"
WORDS = (
	"closing_reason|forecast_category|get_label|kind|label|outcome|reason|role|stage|stage_type|state|status"
	"|tax_treatment|unit"
)
SAID_IN_CONTEXT = re.compile(rf"(?:\w+_)?(?:{WORDS})")
CALL_IN_SCRIPT = re.compile(r"""(?<!\w)__\(\s*[\w.?]*?\b(\w+)(?: \|\| "")?\s*\)""")
CALL_IN_TEMPLATE = re.compile(r"(?<!\w)_\(\s*[\w.]*?\b(\w+)\s*\)")


def without_context(path: Path) -> list[int]:
	"""Return the lines in which a script, a template or a module says such a word without a context."""
	text = path.read_text()
	if path.suffix == ".py":
		return sorted(_calls(ast.parse(text)))
	call = CALL_IN_SCRIPT if path.suffix == ".js" else CALL_IN_TEMPLATE
	found = [match for match in call.finditer(text) if SAID_IN_CONTEXT.fullmatch(match[1])]
	return [text.count("\n", 0, match.start()) + 1 for match in found]


def _calls(tree: ast.AST) -> Iterator[int]:
	called = set()
	for node in ast.walk(tree):
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
			called.add(node.func)
			has_context = len(node.args) > 2 or any(word.arg in ("context", None) for word in node.keywords)
			if not has_context and node.args and SAID_IN_CONTEXT.fullmatch(_last_name(node.args[0])):
				yield node.lineno
	for node in ast.walk(tree):
		is_handed_on = isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Load)
		if is_handed_on and node not in called:
			yield node.lineno


def _last_name(node: ast.AST) -> str:
	"""Return what is asked for: the last name of `row.field.label`, `row["label"]` and `meta.get_label(…)`."""
	if isinstance(node, ast.Call):
		return _last_name(node.func)
	if isinstance(node, ast.Subscript):
		return _last_name(node.slice)
	if isinstance(node, ast.Constant):
		return str(node.value)
	return getattr(node, "attr", getattr(node, "id", ""))


@pytest.mark.parametrize("suffix", ["py", "js", "html"])
def test_labels_states_and_names_are_said_in_the_context_of_their_doctype(suffix):
	paths = [path for path in APP.rglob(f"*.{suffix}") if "tests" not in path.parts]
	found = [f"{path.relative_to(APP)}:{line}" for path in sorted(paths) for line in without_context(path)]
	assert paths
	assert found == []


@pytest.mark.parametrize(
	("name", "text", "lines"),
	[
		("a.py", "_('Won')\n_(doc.status)\n_(doc.status, context=doc.doctype)", [2]),
		(
			"a.py",
			"_(\n\tfield.label\n)\n_(meta.get_label(name))\n_(row['stage'])\n_(previous_stage)",
			[1, 4, 5, 6],
		),
		("a.py", "_(text).format(doc.status)\nmap(_, kinds)\n_(doc.kind, language)", [2, 3]),
		("a.py", "_, status = pair\n_(status, lang, context='Quote')\n_(status, **options)", []),
		("a.js", "__('Won');\n__(doc.status);\n__(doc.status, null, doc.doctype);", [2]),
		(
			"a.js",
			"__(\n\tdf.label\n)\n__(row?.stage)\n__(doc.closing_reason || '')\n__(closing_reason || \"\")",
			[1, 4, 6],
		),
		("a.html", "{{ _('Won') }}\n{{ _(row.label) }}\n{{ _(row.label, context='Quote') }}", [2]),
	],
)
def test_calls_are_read(tmp_path, name, text, lines):
	(tmp_path / name).write_text(text)
	assert without_context(tmp_path / name) == lines

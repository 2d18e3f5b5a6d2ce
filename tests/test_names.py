"""A name says one thing: functions and classes share one only where each module is asked for it, or all do the same."""

import ast
from collections import Counter
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
APART = ("tests", "demo", "patches")

ASKED_FOR = {
	"on_doctype_update": "DocTypes, by the framework",
	"get_data": "reports and dashboards, by the framework",
	"get_columns": "reports and their views",
	"get_chart": "reports and their views",
	"get_summary": "reports and their views",
	"get_note": "reports",
	"execute": "reports, by the framework",
	"extend_bootinfo": "the start of the desk",
	"onload": "forms",
	"on_settings": "settings that are saved",
	"on_validate": "documents of other apps",
	"on_update": "documents of other apps",
	"on_rename": "documents that get another name",
	"has_permission": "the framework's documents",
	"start": "jobs, by scripts",
	"state": "jobs, by scripts",
	"run_job": "jobs, by the queue",
}
"""What hooks and the framework ask modules for."""

THE_SAME = {
	"download": "a file as the answer",
	"filters_of": "a report's filters with their defaults",
	"has_worker": "whether somebody takes the jobs of a queue",
	"is_allowed": "whether one status may follow another",
	"is_under_way": "whether a job waits or is done",
	"likely_duplicates": "who may be the same as a partner",
	"period_label": "what a period of a report is called",
	"reason_of": "what an error says to people",
}
"""What several modules do, each for its own documents."""


def shared_names() -> set[str]:
	"""Return the public names that more than one module of the app gives to a function or class."""
	modules = [path for path in APP.rglob("*.py") if not {*path.relative_to(APP).parts} & {*APART}]
	counted = Counter(name for path in modules for name in public_names(path))
	return {name for name, number in counted.items() if number > 1}


def public_names(path: Path) -> set[str]:
	nodes = ast.parse(path.read_text()).body
	defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
	return {name for name in defined if not name.startswith("_")}


def test_a_name_says_one_thing():
	assert shared_names() == {*ASKED_FOR, *THE_SAME}

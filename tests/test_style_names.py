"""Classes and variables of this app's styles on the desk begin with `so-`: no other app's styles meet them."""

import re
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "sales_opportunity"
STYLES = [
	*(APP / "public/css").rglob("*.css"),
	*(path for path in (APP / "sales_opportunity/page").rglob("*.css") if path.name != "sheet.css"),
]
COMMENT = re.compile(r"/\*.*?\*/", re.S)
RULES = re.compile(r"\{[^{}]*\}")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
VARIABLE = re.compile(r"(--[\w-]+)\s*:")
STATES = ("is-", "has-")
"""What says in which state an element is; it always stands beside a class with the prefix."""

OF_THE_FRAMEWORK = frozenset(
	{
		*(
			"btn",
			"btn-default",
			"btn-open-row",
			"edit-grid-row",
			"grid-static-col",
			"container",
			"form-control",
			"form-page",
			"form-section",
			"frappe-control",
		),
		*("frappe-timestamp", "icon", "indicator-pill", "layout-main-section", "layout-main-section-wrapper"),
		*("level-item", "level-right", "list-assignments", "list-row", "list-row-activity", "list-row-col"),
		*("list-row-head", "list-subject", "page-body", "progress", "section-body", "section-head"),
		*("chart-wrapper", "dataset-bars", "text-muted", "text-right", "timeline-content"),
		*("title-area", "title-text"),
	}
)


def foreign(css: str) -> set[str]:
	"""Return the classes and variables of a style sheet that are neither the app's nor known ones of the framework."""
	css = COMMENT.sub("", css)
	classes = {
		name
		for name in CLASS.findall(RULES.sub("{}", css))
		if not name.startswith(("so-", *STATES)) and name not in OF_THE_FRAMEWORK
	}
	return classes | {name for name in VARIABLE.findall(css) if not name.startswith("--so-")}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_names_have_the_prefix(path):
	assert foreign(path.read_text()) == set()


@pytest.mark.parametrize(
	"css", [".card { }", ".so-card .name { }", "@media print { .deal { top: 0 } }", ".so-a { --tone: red; }"]
)
def test_other_names_are_found(css):
	assert foreign(css)

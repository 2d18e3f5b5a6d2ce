"""What docs/development.md says about places is there, its table is seen at once, and no page has lines that are too long."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
APP = HERE / "sales_opportunity"
DOCTYPES = APP / "sales_opportunity/doctype"
ROOTS = (APP, APP / "sales_opportunity", HERE)
"""Where a path may begin; after a place in a folder, names of this folder may follow."""

ENDINGS = ("", ".py", ".js", ".json")
MOST_ROWS = 25
"""What a screen shows."""

LONGEST = 145
"""Characters of a line, of a table's row too: what is longer becomes a sentence below the table."""


PAGES = [*sorted((HERE / "docs").glob("*.md")), *sorted(HERE.glob("*.md"))]


def rows() -> list[str]:
	"""Return the rows of the table, without its head."""
	text = (HERE / "docs/development.md").read_text()
	return re.search(r"^\| to change \|.*\n\|.*\n((?:\|.*\n)+)", text, re.M)[1].splitlines()


def notes() -> list[str]:
	"""Return the entries of the list below the table."""
	text = (HERE / "docs/development.md").read_text()
	listed = text.split("What the names do not say:")[1].split("\n#")[0]
	return re.findall(r"^- .+\n(?:  .+\n)*", listed, re.M)


def long_lines(text: str) -> list[str]:
	"""Return the lines that are hard to read and to compare, but for code and pictures."""
	prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
	return [line for line in prose.splitlines() if len(line) > LONGEST and "<picture>" not in line]


def missing(row: str) -> Iterator[str]:
	"""Yield the names of a row that stand for no file, folder or name in a module."""
	folders = list(ROOTS)
	for name in re.findall(r"`([^`]+)`", row):
		found = next(filter(None, (place(name, folder) for folder in reversed(folders))), None)
		if found:
			folders.append(found if found.is_dir() else found.parent)
		else:
			yield name


def place(name: str, folder: Path) -> Path | None:
	"""Return what a name stands for in a folder: a file, which may be named without its ending, a folder, or a module that has it."""
	path = DOCTYPES / name[2:] if name.startswith("D/") else folder / name.removeprefix("…/")
	for ending in ENDINGS:
		if (found := Path(f"{path}{ending}")).exists():
			return found
	module, dot, attribute = str(path).rpartition(".")
	source = Path(f"{module}.py")
	if dot and source.exists() and attribute in defined(source):
		return source
	return None


def defined(module: Path) -> set[str]:
	return {getattr(node, "name", "") for node in ast.parse(module.read_text()).body}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.split("|")[1].strip())
def test_each_place_is_there(row):
	assert list(missing(row)) == []


def test_the_table_is_seen_at_once():
	assert len(rows()) <= MOST_ROWS


@pytest.mark.parametrize("note", notes(), ids=lambda note: note.split("**")[1])
def test_each_place_of_the_notes_is_there(note):
	assert list(missing(note)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_path_from_the_top_is_there(page):
	paths = re.findall(r"`((?:tests|dev|docs)/[\w./-]+)`", page.read_text())
	assert [path for path in paths if not (HERE / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_can_be_read_at_once(page):
	assert long_lines(page.read_text()) == []


def test_a_line_that_is_too_long_is_seen():
	code, picture = f"```\n{'x' * 200}\n```", f"| <picture>{'x' * 200}</picture> |"
	assert long_lines(f"{'x' * 145}\n{code}\n{picture}\n{'y' * 146}\n| {'z' * 150} |") == [
		"y" * 146,
		f"| {'z' * 150} |",
	]


@pytest.mark.parametrize(
	("row", "lost"),
	[
		("| a | `pricing/`: `totals`, `nothing` |", ["nothing"]),
		("| a | `D/quote/revisions`, `…/answers` |", ["…/answers"]),
		("| a | `reporting/query.is_counted`, `reporting/query.is_lost` |", ["reporting/query.is_lost"]),
		("| a | `public/js/search.js`, `public/js/lost.js` |", ["public/js/lost.js"]),
	],
)
def test_a_place_that_is_gone_is_seen(row, lost):
	assert list(missing(row)) == lost

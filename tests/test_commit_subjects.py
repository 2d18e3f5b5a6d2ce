"""What the hook that looks at commit messages takes and refuses."""

import runpy
from pathlib import Path

import pytest

fault = runpy.run_path(str(Path(__file__).parent.parent / "dev" / "rules" / "subject.py"))["fault"]


@pytest.mark.parametrize(
	"message",
	[
		"fix: let the month of closing go through cleaning",
		"feat(board)!: order columns by date\n\nThe stage alone says too little.\n",
		"Merge branch 'main' into rooms",
		f"docs: {'x' * 66}",
	],
)
def test_messages_that_say_what_they_are(message):
	assert fault(message) == ""


@pytest.mark.parametrize(
	("message", "says"),
	[
		("Tidy the docs", "begins with one of"),
		("fix the board", "begins with one of"),
		("fix:", "begins with one of"),
		(f"docs: {'x' * 67}", "at most 72"),
		("fix: a board\nwithout an empty line", "empty line"),
	],
)
def test_messages_that_do_not(message, says):
	assert says in fault(message)

"""Statuses are written once: code says them by name, and scripts get them when the desk starts."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.quote_status import TRANSITIONS as OF_QUOTES
from sales_opportunity.deal.request_status import TRANSITIONS as OF_REQUESTS

REPO = Path(__file__).resolve().parent.parent
APP = REPO / "sales_opportunity"
SAID_OF_OTHERS = {"Open", "Cancelled"}
"""Statuses that the framework's tasks and events have as well."""

STATUSES = {*OF_QUOTES, *OF_REQUESTS, OpportunityStatus.WON, OpportunityStatus.LOST} - SAID_OF_OTHERS
SAID_BY_SCRIPTS = STATUSES | {OpportunityStatus.OPEN}
NAMED = re.compile("|".join(sorted(SAID_BY_SCRIPTS)))
OTHER_MEANINGS = {
	"erpnext/orders/deal_documents.py": {"Draft"},  # how a Blanket Order of ERPNext stands
	"erpnext/orders/events.py": {"Draft"},  # how an order of ERPNext stands
	"analysis/funnel.py": {"Won", "Lost"},  # the mathematics know no deal
	"analysis/waterfall.py": {"Won"},
	"erpnext/takeover/reading.py": {"Lost"},  # how ERPNext's own documents stand
	"erpnext/takeover/cases.py": {"Expired", "Lost"},  # how ERPNext's own documents stand
	"activities/activity_log.py": {"Sent"},  # whether an e-mail was sent or received
	"sales_opportunity/doctype/quote/sending.py": {"Sent", "Expired"},  # how the queue of e-mails stands
}
DEFINED = {"deal/opportunity_status.py", "deal/quote_status.py", "deal/request_status.py"}
TOLD_OF_THEM = "tests", "demo", "patches"
"""Rooms that may spell them: tests state what is expected, patches what was stored."""


def files(ending: str) -> list[Path]:
	found = (path for path in APP.rglob(f"*{ending}") if "node_modules" not in path.parts)
	return sorted(path for path in found if not set(TOLD_OF_THEM) & set(path.relative_to(APP).parts))


def in_python(text: str) -> Iterable[tuple[int, str]]:
	"""Return line and status of each literal that is neither translated nor a type."""
	tree = ast.parse(text)
	skipped: set[int] = set()
	for node in ast.walk(tree):
		is_type = isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("DF.Literal", "Literal")
		is_text = isinstance(node, ast.Call) and ast.unparse(node.func) == "_"
		if is_type or is_text:
			skipped.update(id(part) for part in ast.walk(node))
	for node in ast.walk(tree):
		if isinstance(node, ast.Constant) and id(node) not in skipped and node.value in STATUSES:
			yield node.lineno, node.value


def in_script(text: str) -> Iterable[tuple[int, str]]:
	"""Return line and status of each literal that is not translated, also of those in routes and filters."""
	literal = re.compile(rf"(?<!__\()(?:[\"']|=,)({'|'.join(sorted(SAID_BY_SCRIPTS))})\b(?=[\"'|`])")
	for number, line in enumerate(text.splitlines(), 1):
		yield from ((number, match[1]) for match in literal.finditer(line))


def spelled(ending: str, find) -> list[str]:
	found = []
	for path in files(ending):
		name = path.relative_to(APP).as_posix()
		allowed = STATUSES if name in DEFINED else OTHER_MEANINGS.get(name, set())
		text = path.read_text()
		spoken_of = find(text) if NAMED.search(text) else ()
		found += [f"{name}:{line} {status}" for line, status in spoken_of if status not in allowed]
	return found


def test_python_says_statuses_by_name():
	"""`QuoteStatus.ACCEPTED` and `RequestStatus.DONE` instead of what is named here by file and line."""
	assert spelled(".py", in_python) == []


def test_scripts_get_statuses_from_the_server():
	"""`sales_opportunity.statuses.quote.accepted` instead of what is named here by file and line."""
	assert spelled(".js", in_script) == []


@pytest.mark.parametrize(
	("text", "found"),
	[
		('if doc.status == "Accepted":\n\tpass\n', [(1, "Accepted")]),
		('x = {\n\t"status": ("!=", "Draft"),\n}\n', [(2, "Draft")]),
		('label = _("Draft")\n', []),
		('status: DF.Literal["Draft", "Issued"]\n', []),
		("doc.move_to(QuoteStatus.ISSUED)\n", []),
		('event.status = "Cancelled"\n', []),
	],
)
def test_literals_in_python_are_found(text, found):
	assert list(in_python(text)) == found


@pytest.mark.parametrize(
	("text", "found"),
	[
		('if (doc.status === "Issued") {\n', [(1, "Issued")]),
		('\n["status", "=", "Draft"]', [(2, "Draft")]),
		('"email_status,=,Failed|status,=,Issued"', [(1, "Issued")]),
		('filters: { status: "Open" }', [(1, "Open")]),
		('__("Accepted")', []),
		("doc.status === quote.accepted", []),
		('__("Accepted by the Customer")', []),
	],
)
def test_literals_in_scripts_are_found(text, found):
	assert list(in_script(text)) == found

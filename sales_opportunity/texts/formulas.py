"""Texts that a spreadsheet would calculate, made texts again. Free of the framework."""

import re
from typing import Any

FORMULA = re.compile(r"[=@\t\r\n＝＠]|[+\-＋－](?![\d\s.,()/%€$£-]*$)")
"""How a formula begins. Negative numbers and telephone numbers (+49 761/12-0) are none."""


def as_text(value: Any) -> Any:
	"""Return a value for a CSV file: a text that a spreadsheet would calculate with an apostrophe before it."""
	return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def without_formulas_in_csv(content: str, delimiter: str = ",") -> str:
	"""Return a CSV file in which no cell is a formula; nothing else in it changes."""
	cell = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n"]+', re.DOTALL)
	return cell.sub(lambda match: _cell_as_text(match[0]), content)


def _cell_as_text(cell: str) -> str:
	if not cell.startswith('"'):
		return as_text(cell)
	return f"\"'{cell[1:]}" if FORMULA.match(cell[1:-1].replace('""', '"')) else cell

"""Where the lines of an opportunity stand among the rows of its quote. Free of the framework."""

from collections.abc import Hashable


def merged_order(rows: list[Hashable | None], lines: list[Hashable]) -> list[tuple[int | None, int | None]]:
	"""Return the rows of a quote in the order in which they carry the given lines.

	`rows` has for each row the key of the line that it is linked with, or None if it is no line but a heading,
	a text or the like; `lines` are the keys wanted, each once. Each pair is (index of the row, index of the line):
	(2, None) a row that is no line, in its place among the others; (0, 1) the row that carries a line; (None, 1)
	a new row, behind the line before it. Rows of other lines are gone. Lines in another order change places.
	"""
	row_of: dict[Hashable, int] = {}
	for index, key in enumerate(rows):
		if key in lines:
			row_of.setdefault(key, index)
	carrying = set(row_of.values())
	stored = iter([line for line, key in enumerate(lines) if key in row_of])
	order: list[tuple[int | None, int | None]] = []
	for index, key in enumerate(rows):
		if key is None:
			order.append((index, None))
		elif index in carrying:
			line = next(stored)
			order.append((row_of[lines[line]], line))
	for line, key in enumerate(lines):
		if key not in row_of:
			order.insert(_position_of(order, line), (None, line))
	return order


def _position_of(order: list[tuple[int | None, int | None]], line: int) -> int:
	"""Return where a new line goes: behind the one before it; the first before all others, else to the end."""
	carried = [other for _row, other in order]
	if line > 0:
		return carried.index(line - 1) + 1
	return next((place for place, other in enumerate(carried) if other is not None), len(order))

"""What differs between two quotes, line by line. Free of the framework."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

NUMBERED = frozenset({"Priced", "Optional", "Alternative"})


@dataclass(frozen=True)
class LineDifference:
	"""A line that was "added", "removed" or "changed": where it is in each quote, and the names of other values."""

	kind: str
	before: int | None
	after: int | None
	changed: tuple[str, ...] = ()


def changed_fields(before: dict, after: dict, fieldnames: Iterable[str]) -> tuple[str, ...]:
	"""Return the names of the fields whose values differ; nothing, 0 and an empty text are the same."""
	return tuple(name for name in fieldnames if (before.get(name) or None) != (after.get(name) or None))


def line_differences(
	before: list[dict], after: list[dict], fieldnames: Iterable[str]
) -> list[LineDifference]:
	"""Return what happened to the lines, in the order of the later quote, removed lines where they stood.

	Lines belong together if they carry the same line of the opportunity, else if they have the same item and name, else
	the same item; among equal ones the first goes with the first. Lines that only moved do not differ.
	"""
	fieldnames = tuple(fieldnames)
	pairs = _pairs(before, after)
	of_after = {later: earlier for earlier, later in pairs.items()}
	differences: list[LineDifference] = []
	for index in range(len(before)):
		if index not in pairs:
			differences.append(LineDifference("removed", index, None))
	for index, row in enumerate(after):
		if index not in of_after:
			differences.append(LineDifference("added", None, index))
			continue
		changed = changed_fields(before[of_after[index]], row, fieldnames)
		if changed:
			differences.append(LineDifference("changed", of_after[index], index, changed))
	return sorted(differences, key=lambda line: (_listed_at(line, pairs), line.kind != "removed"))


def _pairs(before: list[dict], after: list[dict]) -> dict[int, int]:
	"""Return which index of the later rows belongs to which of the earlier ones."""
	pairs: dict[int, int] = {}
	for key_of in (_link, _item_and_name, _item):
		waiting: dict[Hashable, list[int]] = {}
		for index, row in enumerate(after):
			if index not in pairs.values() and key_of(row):
				waiting.setdefault(key_of(row), []).append(index)
		for index, row in enumerate(before):
			if index not in pairs and waiting.get(key_of(row)):
				pairs[index] = waiting[key_of(row)].pop(0)
	return pairs


def _link(row: dict) -> Hashable:
	return row.get("opportunity_item") and (row["opportunity_item"], row.get("item"))


def _item_and_name(row: dict) -> Hashable:
	kind = "item" if row.get("row_type") in NUMBERED else row.get("row_type")
	return kind, row.get("item"), row.get("item_name") or row.get("description")


def _item(row: dict) -> Hashable:
	return row.get("row_type") in NUMBERED and row.get("item")


def _listed_at(line: LineDifference, pairs: dict[int, int]) -> float:
	"""Return where a line is listed: at its later place; a removed one behind the line that it followed."""
	if line.after is not None:
		return line.after
	before = line.before or 0
	return max((later for earlier, later in pairs.items() if earlier < before), default=-1) + 0.5

"""What a form sends of an opportunity that is stored, and what it is told of the values that follow: no more than differs."""

from typing import Any

from frappe.model import child_table_fields, default_fields
from frappe.utils import cstr

PRICES_ARE_IN = ("transaction_currency", "conversion_rate")
"""What a form notes of its prices, whether it has changed or not."""

THE_FORMS_OWN = {*default_fields, *child_table_fields}
"""What a form knows of its document and rows by itself: a row that is told of another parent hears of no change any more."""


def with_stored_values(values: dict, stored: dict) -> dict:
	"""Return what was sent, with the stored values of the fields that were left out, in the lines that were sent too."""
	lines = {line["name"]: line for line in stored["items"]}
	sent = {**stored, **values}
	if isinstance(sent["items"], list):
		sent["items"] = [complete_line(line, lines) for line in sent["items"]]
	return sent


def complete_line(line: Any, lines: dict[str, dict]) -> Any:
	"""Return a line of which only what differs was sent, with what is known of it."""
	return {**lines.get(cstr(line.get("name")), {}), **line} if isinstance(line, dict) else line


def changes(found: dict, sent: dict) -> dict:
	"""Return the fields of a document that are not as sent, and its lines that have such, each with its name."""
	lines = []
	for line, before in zip(found["items"], sent.get("items") or (), strict=True):
		different = differing(line, before)
		if different:
			lines.append({**different, "name": line["name"]})
	return {**{key: found[key] for key in PRICES_ARE_IN}, **differing(found, sent), "items": lines}


def differing(found: dict, sent: dict) -> dict:
	"""Return the fields that have another value, not only another type; rows, and what is the form's own, are left out."""
	return {
		key: value
		for key, value in found.items()
		if key not in THE_FORMS_OWN
		and not isinstance(value, list)
		and value != sent.get(key)
		and cstr(value) != cstr(sent.get(key))
	}

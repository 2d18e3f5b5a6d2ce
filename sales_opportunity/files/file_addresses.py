"""Which files below `private/files` the framework may open, move or remove for an address. Free of the framework."""

import posixpath
import re
from urllib.parse import unquote


def names_on_disk(address: str | None) -> set[str]:
	"""Return the names in the folder of private files that an address may stand for, none for a public file.

	The framework reads an address in several ways: as a path, with or without the site's own address or a query
	before or after it, decoded once each time it is saved; and when it removes a file, by its last part alone,
	whatever stands before that. Each of these ways counts.
	"""
	names = set()
	for form in _forms(address or ""):
		for folder, name in (
			posixpath.split(form.strip("/")),
			posixpath.split(posixpath.normpath("/" + form.lstrip("/"))),
		):
			if folder not in ("files", "/files"):
				names.add(name)
	return names - {"", ".", ".."}


def safe_name(name: str) -> str:
	"""Return the name under which newer releases of the framework write a file."""
	return re.sub(r"[/\\%?#]", "_", name)


def _forms(address: str) -> set[str]:
	"""Return the address as it is and decoded as often as it can be, each with and without query and fragment."""
	forms = set()
	while address not in forms:
		forms.add(address)
		address = unquote(address)
	return forms | {re.split(r"[?#]", form, maxsplit=1)[0] for form in forms}

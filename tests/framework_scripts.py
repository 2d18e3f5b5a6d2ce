"""What of the framework's desk this app's scripts replace, and the code of it, read by how such files are indented."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "sales_opportunity"
BY_FIELDTYPE = ("public/js/quantities.js", ("Float", "Percent"))
"""The script that replaces how fields of some types are shown, in a loop over them."""

ON_OBJECTS = {
	"FormTimeline.get_communication_timeline_content": "sales_opportunity/doctype/sales_opportunity/activities.js",
	"frappe.ui.form.ControlLink.set_link_title": "public/js/people_by_name.js",
	"frappe.ui.form.ControlMultiSelect.get_data": "public/js/dialog.js",
	"frappe.ui.form.Form.email_doc": "sales_opportunity/doctype/quote/sending.js",
	"frappe.views.ListView.on_row_checked": "public/js/list_views.js",
}
"""What is replaced on one form, list or field instead of on its class, and by which script."""

ALIAS = re.compile(r"^\t*const (?:(\w+) = (frappe[\w.]+)|\{ (\w+) \} = (frappe));$", re.M)
WRAPPED = re.compile(r"\bwrap\((frappe[\w.]+?)\.prototype, \"(\w+)\"")
ASSIGNED = re.compile(r"^\t*(frappe[\w.]+) = (?:async )?(?:function\b|\()", re.M)
DERIVED = re.compile(r"^(\t*)frappe[\w.]+ = class extends (frappe[\w.]+) \{$", re.M)
METHOD = re.compile(r"^(\t+)(?:static )?(?:async )?(?:get )?(\w+)\(.*\) \{$", re.M)


def replaced_in_scripts() -> dict[str, str]:
	"""Return what scripts of this app replace, by its name on the desk, and the script's place in the app."""
	found = dict(ON_OBJECTS)
	script, fieldtypes = BY_FIELDTYPE
	for fieldtype in fieldtypes:
		found[f"frappe.form.formatters.{fieldtype}"] = script
		found[f"frappe.ui.form.Control{fieldtype}.format_for_input"] = script
	for path in scripts():
		for name in replaced_by(path.read_text()):
			found[name] = path.relative_to(APP).as_posix()
	return found


def scripts() -> list[Path]:
	"""Return all scripts of the desk."""
	return sorted(path for path in APP.rglob("*.js") if "node_modules" not in path.parts)


def replaced_by(text: str) -> Iterable[str]:
	"""Return the names of what a script replaces: functions, and methods of classes, that it wraps or derives."""
	text = text.replace("?.", ".")
	for alias, whole, member, owner in ALIAS.findall(text):
		text = re.sub(
			rf"^(\t*){alias or member}\b(?=\.)", rf"\1{whole or f'{owner}.{member}'}", text, flags=re.M
		)
	yield from (f"{owner}.{name}" for owner, name in WRAPPED.findall(text))
	yield from (name.replace(".prototype", "") for name in ASSIGNED.findall(text))
	for match in DERIVED.finditer(text):
		block = _block(text, match.start())
		yield from (f"{match[2]}.{name}" for tabs, name in METHOD.findall(block) if tabs == match[1] + "\t")


class DeskScripts:
	"""The desk's scripts of one release, in `folder` (…/apps/frappe)."""

	def __init__(self, folder: Path):
		self.folder = folder / "frappe" / "public" / "js" / "frappe"

	@cached_property
	def _texts(self) -> list[str]:
		return [path.read_text() for path in sorted(self.folder.rglob("*.js"))]

	def code(self, name: str) -> str:
		"""Return a function or method without comments and empty lines, also an inherited one; "" if there is none."""
		return "\n".join(
			line
			for line in (line.strip() for line in self._definition(name).splitlines())
			if line and not line.startswith(("//", "/*", "*"))
		)

	def _definition(self, name: str) -> str:
		if found := self._find(rf"^\t*(?:window\.)?{re.escape(name)} = (?:async )?function\b.*\{{$"):
			return found
		owner, _dot, member = name.rpartition(".")
		if owner and (found := self._assigned(owner, member)):
			return found
		block = (
			self._find(rf"^\t*(?:class {owner}\b.*|{re.escape(owner)} = (?:class\b.*)?)[{{(]$")
			if owner
			else ""
		)
		if not block:
			alias = self._search(rf"^\t*{re.escape(owner)} = (frappe[\w.]+);$") if owner else None
			return self._definition(f"{alias[1]}.{member}") if alias else ""
		tabs = re.match(r"\t*", block)[0] + "\t"
		own = re.search(rf"^{tabs}(?:static |async )*{member}(?:: (?:async )?function ?)?\(", block, re.M)
		if own:
			return _block(block, own.start())
		base = re.search(r"extends \(?\s*([\w.]+)", block)
		return self._definition(f"{base[1]}.{member}") if base else ""

	def _assigned(self, owner: str, member: str) -> str:
		"""Return a function that is put onto an object together with others."""
		head = rf"^Object\.assign\({re.escape(owner)}, \{{$"
		match = self._search(rf"{head}[\s\S]*?(?P<function>^\t{member}: function\b)")
		return _block(match.string, match.start("function")) if match else ""

	def _find(self, pattern: str) -> str:
		match = self._search(pattern)
		return _block(match.string, match.start()) if match else ""

	def _search(self, pattern: str) -> re.Match | None:
		return next((found for text in self._texts if (found := re.search(pattern, text, re.M))), None)


def _block(text: str, start: int) -> str:
	"""Return what begins in the line at `start`, up to the brace that stands as far left and closes it."""
	first = text[start : text.index("\n", start)]
	if first.endswith(("}", "},")):
		return first
	tabs = re.match(r"\t*", first)[0]
	end = re.compile(rf"^{tabs}\}}(?!.*\{{$)", re.M).search(text, start)
	return text[start : end.end()] if end else text[start:]

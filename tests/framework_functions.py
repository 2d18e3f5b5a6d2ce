"""What of the framework this app replaces, and what it looked like when that was written.

`python tests/framework_functions.py FOLDER` records what the framework in FOLDER (…/apps/frappe) has; with a Python
that this release runs on.
"""

import ast
import hashlib
import json
import re
import sys
from functools import cache, cached_property
from pathlib import Path

from framework_scripts import DeskScripts, replaced_in_scripts

REPO = Path(__file__).resolve().parent.parent
APP = REPO / "sales_opportunity"
RECORDED = Path(__file__).with_suffix(".json")
CALLED_BY_HOOKS = {
	"frappe.core.doctype.file.file.File.delete_file_data_content": "delete_file_data_content",
	"frappe.core.doctype.file.file.File.write_file": "write_file",
	"frappe.utils.file_manager.delete_file_data_content": "delete_file_data_content",
	"frappe.utils.file_manager.save_file": "write_file",
}
"""Functions of the framework that leave their work to a hook of this app, if there is one."""

DOCUMENT = "frappe.model.document.Document"

ON_THE_DESK = "js:"
"""What the names of functions in the desk's scripts begin with: some are called as functions of the server are."""


@cache
def replaced() -> dict[str, str]:
	"""Return what is replaced by what of this app: whitelisted functions, methods, hooks, functions of the desk."""
	hooks = _hooks()
	found = dict(hooks["override_whitelisted_methods"])
	found.update({name: hooks[hook] for name, hook in CALLED_BY_HOOKS.items()})
	found.update(_replaced_methods())
	found.update({ON_THE_DESK + name: script for name, script in replaced_in_scripts().items()})
	return found


def line(version: str) -> str:
	"""Return what releases have in common whose code is compared: a major version, its snapshots by themselves."""
	major = version.partition(".")[0]
	return f"{major}-dev" if version.endswith("-dev") else major


class Framework:
	"""The sources of one release, in `folder` (…/apps/frappe)."""

	def __init__(self, folder: Path):
		self.folder = folder
		text = (folder / "frappe" / "__init__.py").read_text()
		self.version = re.search(r"^__version__ = [\"'](.*)[\"']", text, re.M)[1]

	@cached_property
	def _desk(self) -> DeskScripts:
		return DeskScripts(self.folder)

	def digest(self, name: str) -> str:
		"""Return a hash over the code of a function or method, comments and empty lines left out; "" if there is none."""
		on_the_desk = name.startswith(ON_THE_DESK)
		code = self._desk.code(name.removeprefix(ON_THE_DESK)) if on_the_desk else self._code(name)
		return hashlib.sha256(code.encode()).hexdigest()[:16] if code else ""

	def _code(self, name: str) -> str:
		text, node = self._definition(name)
		if not node:
			return ""
		first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
		lines = [line.strip() for line in text.splitlines()[first - 1 : node.end_lineno]]
		return "\n".join(line for line in lines if line and not line.startswith("#"))

	def _definition(self, name: str) -> tuple[str, ast.FunctionDef | ast.ClassDef | None]:
		"""Return a module's text and the definition of `name` in it, also if it is imported or inherited from elsewhere."""
		path, inside = self._module(name.split("."))
		if not path or not inside:
			return "", None
		text, tree = _parsed(path)
		node = tree
		for number, part in enumerate(inside):
			below = _named(node, part)
			if not below and node is tree and part in _imported_names(tree):
				return self._definition(".".join([_imported_names(tree)[part], *inside[number + 1 :]]))
			if not below and isinstance(node, ast.ClassDef):
				rest = inside[number:]
				inherited = (self._definition(".".join([base, *rest])) for base in _bases(tree, node))
				return next((found for found in inherited if found[1]), ("", None))
			if not below:
				return "", None
			node = below
		return text, node

	def _module(self, parts: list[str]) -> tuple[Path | None, list[str]]:
		for number in range(len(parts), 0, -1):
			base = self.folder.joinpath(*parts[:number])
			for path in (base.with_suffix(".py"), base / "__init__.py"):
				if path.exists():
					return path, parts[number:]
		return None, []


def recorded() -> dict[str, dict[str, str]]:
	"""Return the hashes by function and release."""
	return json.loads(RECORDED.read_text())


def recorded_in(line_of_releases: str) -> dict[str, set[str]]:
	"""Return the hashes that releases of a line have, by function; "" where one of them has no such function."""
	return {
		name: {digest for version, digest in hashes.items() if line(version) == line_of_releases}
		for name, hashes in recorded().items()
	}


def record(framework: Framework) -> None:
	"""Write what this release has beside what others had, and forget what no release has and what is not replaced."""
	before = recorded() if RECORDED.exists() else {}
	names = {name: before.get(name, {}) | {framework.version: framework.digest(name)} for name in replaced()}
	known = {name: hashes for name, hashes in names.items() if any(hashes.values())}
	RECORDED.write_text(json.dumps(known, indent="\t", sort_keys=True) + "\n")


@cache
def _parsed(path: Path) -> tuple[str, ast.Module]:
	text = path.read_text()
	return text, ast.parse(text)


def _named(node: ast.AST, name: str):
	kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
	return next((each for each in node.body if isinstance(each, kinds) and each.name == name), None)


def _imported_names(tree: ast.Module) -> dict[str, str]:
	"""Return the full names of what a module imports at its top, by the names that it has there."""
	nodes = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
	return {
		alias.asname or alias.name: f"{node.module}.{alias.name}" for node in nodes for alias in node.names
	}


def _bases(tree: ast.Module, node: ast.ClassDef) -> list[str]:
	"""Return the full names of the classes that a class is derived from."""
	found = []
	for base in node.bases:
		first, dot, rest = ast.unparse(base).partition(".")
		found.append(f"{_imported_names(tree).get(first, first)}{dot}{rest}")
	return found


def _hooks() -> dict:
	"""Return the hooks that are written as values."""
	found = {}
	for node in ast.parse((APP / "hooks.py").read_text()).body:
		if isinstance(node, ast.Assign):
			found[node.targets[0].id] = ast.literal_eval(node.value)
	return found


def _replaced_methods() -> dict[str, str]:
	"""Return the methods of this app's classes by the name that they have, or would have, in the framework's class.

	Documents are derived from the framework's by way of others of this app; all of these count.
	"""
	classes = _classes()
	found: dict[str, list[str]] = {}
	for own, (bases, methods) in classes.items():
		for base in {root for above in bases for root in _roots(above, classes)}:
			for name in methods:
				found.setdefault(f"{base}.{name}", []).append(f"{own}.{name}")
	return {name: ", ".join(sorted(owns)) for name, owns in found.items()}


def _roots(base: str, classes: dict[str, tuple[list[str], list[str]]]) -> set[str]:
	"""Return the framework's documents that a class is or is derived from."""
	if base in classes:
		return {root for above in classes[base][0] for root in _roots(above, classes)}
	return {base} if base.startswith("frappe.") and (base == DOCUMENT or ".doctype." in base) else set()


def _classes() -> dict[str, tuple[list[str], list[str]]]:
	"""Return the bases and methods of each class of this app."""
	found = {}
	for path in APP.rglob("*.py"):
		text = path.read_text()
		if "class " not in text or "tests" in path.parts:
			continue
		tree = ast.parse(text)
		module = ".".join(path.relative_to(REPO).with_suffix("").parts)
		for node in tree.body:
			if isinstance(node, ast.ClassDef):
				methods = [each.name for each in node.body if isinstance(each, ast.FunctionDef)]
				found[f"{module}.{node.name}"] = _bases(tree, node), methods
	return found


if __name__ == "__main__":
	record(Framework(Path(sys.argv[1])))

"""Which module of a package imports which, read from the sources without importing anything."""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PARTS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where statements have statements inside."""


@dataclass(frozen=True)
class Import:
	"""One line that imports: `importer` and `imported` are names of modules, `file` is relative to the package's parent."""

	importer: str
	imported: str
	file: str
	line: int

	def __str__(self) -> str:
		return f"{self.file}:{self.line}: {self.importer} → {self.imported}"


@dataclass(frozen=True)
class Package:
	"""A package that lies in `folder`, with all modules below it."""

	folder: Path

	@cached_property
	def modules(self) -> dict[str, Path]:
		"""All modules by name, packages under the name of their folder."""
		return {self._name(path): path for path in sorted(self.folder.rglob("*.py"))}

	@cached_property
	def imports(self) -> list[Import]:
		"""All imports of all modules, also those inside of functions, but none that is for type checkers only."""
		return [found for name, path in self.modules.items() for found in self._imports_of(name, path)]

	def chain(self, module: str, target: str) -> list[Import]:
		"""Return the shortest chain of imports by which loading a module loads `target`, or nothing."""
		loaded: dict[str, list[Import]] = {name: [] for name in [module, *self._parents(module)]}
		waiting = list(loaded)
		while waiting:
			name = waiting.pop(0)
			for each in self._imports_by_module.get(name, ()):
				for imported in [each.imported, *self._parents(each.imported)]:
					if imported == target or imported.startswith(f"{target}."):
						return [*loaded[name], each]
					if imported not in loaded:
						loaded[imported] = [*loaded[name], each]
						waiting.append(imported)
		return []

	def unresolved(self, path: Path) -> list[str]:
		"""Return what a file, of the package or not, imports from this package by its full name that is not there."""
		found = []
		for node in _import_statements(path):
			if isinstance(node, ast.Import):
				wanted = [(alias.name, None) for alias in node.names]
			else:
				wanted = [(node.module or "", alias.name) for alias in node.names if not node.level]
			found += [
				f"{path.name}:{node.lineno}: {module}{f'.{name}' if name else ''}"
				for module, name in wanted
				if module.partition(".")[0] == self.folder.name and not self._has(module, name)
			]
		return found

	def _has(self, module: str, name: str | None) -> bool:
		if name is None or f"{module}.{name}" in self.modules:
			return module in self.modules
		return module in self.modules and name in _names(self.modules[module])

	@cached_property
	def _imports_by_module(self) -> dict[str, list[Import]]:
		found: dict[str, list[Import]] = {}
		for each in self.imports:
			found.setdefault(each.importer, []).append(each)
		return found

	def _parents(self, module: str) -> list[str]:
		parts = module.split(".")
		names = [".".join(parts[:number]) for number in range(1, len(parts))]
		return [name for name in names if name in self.modules]

	def _name(self, path: Path) -> str:
		parts = path.relative_to(self.folder.parent).with_suffix("").parts
		return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

	def _imports_of(self, importer: str, path: Path) -> Iterator[Import]:
		file = path.relative_to(self.folder.parent).as_posix()
		for node in _statements(ast.parse(path.read_text()).body):
			for imported in self._imported(node, importer, path.name == "__init__.py"):
				yield Import(importer, imported, file, node.lineno)

	def _imported(self, node: ast.AST, importer: str, is_package: bool) -> Iterator[str]:
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			base = node.module or ""
			if node.level:
				parents = importer.split(".")
				parents = parents[: len(parents) - node.level + is_package]
				base = ".".join([*parents, *([node.module] if node.module else [])])
			for alias in node.names:
				submodule = f"{base}.{alias.name}"
				yield submodule if submodule in self.modules else base


def imports_of_modules(path: Path, modules: Collection[str]) -> list[str]:
	"""Return the lines of a file that import, wholly or in part, a module whose last name is one of these."""
	found = []
	for node in _import_statements(path):
		names = [alias.name for alias in node.names]
		parts = ".".join([*names, getattr(node, "module", None) or ""]).split(".")
		if not set(modules).isdisjoint(parts):
			found.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
	return found


@cache
def _import_statements(path: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
	"""Return all imports of a file, also those inside of functions and for type checkers."""
	statements = _statements(ast.parse(path.read_text()).body, with_types=True)
	return tuple(each for each in statements if isinstance(each, ast.Import | ast.ImportFrom))


def _statements(statements: Iterable[ast.stmt], with_types: bool = False) -> Iterator[ast.stmt]:
	"""Yield these statements and all inside of them, by default without what only a type checker sees."""
	for statement in statements:
		yield statement
		is_for_types = isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING")
		for part in ("orelse",) if is_for_types and not with_types else PARTS:
			yield from _statements(getattr(statement, part, ()), with_types)


@cache
def _names(path: Path) -> frozenset[str]:
	"""Return the names that a module has once it is loaded."""
	return frozenset(_bound(ast.parse(path.read_text()).body))


def _bound(statements: Iterable[ast.stmt]) -> Iterator[str]:
	"""Yield the names that these statements give to anything when a module is loaded."""
	for statement in statements:
		if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			yield statement.name
		elif isinstance(statement, ast.Import | ast.ImportFrom):
			yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
		elif isinstance(statement, ast.Assign | ast.AnnAssign):
			yield from (node.id for node in ast.walk(statement) if _is_given(node))
		else:
			for part in PARTS:
				yield from _bound(getattr(statement, part, ()))


def _is_given(node: ast.AST) -> bool:
	return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def made_up(folder: Path, files: dict[str, str]) -> Package:
	"""Return a package `app` with these files, made in a folder."""
	for name, text in files.items():
		path = Path(folder, "app", name)
		path.parent.mkdir(parents=True, exist_ok=True)
		for parent in path.relative_to(folder).parents:
			if parent.name:
				Path(folder, parent, "__init__.py").touch()
		path.write_text(text)
	return Package(folder / "app")

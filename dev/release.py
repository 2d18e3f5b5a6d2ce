"""A release: version and changelog agree, the commit gets its tag, and what is new is printed for whoever publishes it."""

import ast
import re
import subprocess
from pathlib import Path

from dev.bench import APP, CommandError

HEADING = re.compile(r"^## (\S+) \((.+)\)$", re.MULTILINE)
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def release(repo: Path) -> str:
	"""Tag the commit that is checked out in `repo` as the version that it has, and return the notes of that version.

	Nothing leaves the machine. Raises `CommandError` if something is not committed, the version was released before,
	or the changelog does not begin with it and its day.
	"""
	if _git(repo, "status", "--porcelain"):
		raise CommandError("Something is not committed yet: git status")
	version = version_of((repo / APP / "__init__.py").read_text())
	notes = notes_of((repo / "CHANGELOG.md").read_text(), version)
	tag = f"v{version}"
	if _git(repo, "tag", "--list", tag):
		raise CommandError(f"{tag} was released before: give {APP}/__init__.py a new version.")
	_git(repo, "tag", "--annotate", "--cleanup=verbatim", "--message", f"Version {version}\n\n{notes}", tag)
	return f"{tag} is tagged; git push origin {tag} publishes it.\n\n{notes}"


def version_of(module: str) -> str:
	"""Return the version that the text of a module sets."""
	for node in ast.parse(module).body:
		if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
			return ast.literal_eval(node.value)
	raise CommandError(f"{APP}/__init__.py has no __version__.")


def notes_of(changelog: str, version: str) -> str:
	"""Return what a changelog says of its first version; raises `CommandError` if that is another one or has no day."""
	headings = list(HEADING.finditer(changelog))
	if not headings or headings[0][1] != version:
		found = headings[0][1] if headings else "nothing"
		raise CommandError(f"CHANGELOG.md begins with {found}, but the version is {version}.")
	if not DAY.fullmatch(headings[0][2]):
		raise CommandError(f"CHANGELOG.md says that {version} is {headings[0][2]}: write the day there.")
	end = headings[1].start() if len(headings) > 1 else len(changelog)
	return changelog[headings[0].end() : end].strip()


def _git(repo: Path, *arguments: str) -> str:
	done = subprocess.run(["git", *arguments], cwd=repo, capture_output=True, text=True)
	if done.returncode:
		raise CommandError(f"git {arguments[0]} failed:\n{done.stderr}")
	return done.stdout.strip()

"""The style of all files, and faults that are found by reading them: ruff, pyright, prettier, eslint, Semgrep, bandit."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from dev import packages
from dev.bench import APP, REPO, Bench
from dev.steps import Step, digest

RULES = Path("dev", "rules")
SEMGREP_RULES = RULES / "semgrep"
SHIPPED = ("dev", APP)
PYTHON_FILES = ("dev", APP, "tests", "conftest.py", "setup.py")
FOLDERS = (".github", "dev", APP, "tests")
DATA = (".json", ".toml", ".yaml", ".yml")
QUIETLY = ("--quiet",)
SEMGREP_OPTIONS = ("--error", "--strict", "--jobs=1", f"--exclude={RULES}", f"--config={SEMGREP_RULES}")
BANDIT_OPTIONS = ("--configfile=pyproject.toml", "--recursive")
STYLE = ("Python", "Python, not formatted", "JavaScript", "JSON, TOML, YAML")
"""The checks that take a moment."""

OFFLINE = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


def steps(bench: Bench) -> list[Step]:
	"""Return the steps that install the tools, apart from what the framework and the tests need."""
	key = digest(*(packages.REQUIREMENTS / f"{lock}.txt" for lock in ("build", "lint")))
	make = partial(packages.make_environment, bench, _env(bench), "lint")
	return [
		Step("Python style tools", make, _env(bench) / "stamps" / "packages", key),
		packages.npm_step(bench, "style tools of npm", REPO / RULES, _modules(bench).parent),
	]


def check(bench: Bench, names: tuple[str, ...] = ()) -> int:
	"""Check all files, or do the named checks only, and tell what is wrong; return 0 if there is nothing to complain about."""
	tool = partial(_tool, bench)
	commands = {
		"Python": [tool("ruff"), "check", *QUIETLY, *PYTHON_FILES],
		"Python, not formatted": [tool("ruff"), "format", "--diff", *QUIETLY, *PYTHON_FILES],
		"types": ["node", _modules(bench) / "pyright" / "index.js"],
		"JavaScript": [*_javascript(bench), *_files(".js", ".mjs")],
		"JSON, TOML, YAML": [tool("python"), RULES / "data_files.py", *_files(*DATA)],
		"rules of this project": [tool("semgrep"), "scan", *QUIETLY, *SEMGREP_OPTIONS, *SHIPPED],
		"examples of these rules": [tool("semgrep"), "test", SEMGREP_RULES],
		"security": [tool("bandit"), *QUIETLY, *BANDIT_OPTIONS, *SHIPPED],
	}
	commands = {name: commands[name] for name in names or commands}
	with ThreadPoolExecutor(os.cpu_count()) as pool:
		results = dict(zip(commands, pool.map(partial(_run, bench), commands.values()), strict=True))
	for title, result in results.items():
		if result.returncode:
			print(f"\n{title}:\n{result.stdout.strip()}", flush=True)
	return max(result.returncode for result in results.values())


def format_files(bench: Bench) -> int:
	"""Format all Python and JavaScript files and mend what the tools can mend; return 0 if nothing is left to complain about."""
	commands = (
		[_tool(bench, "ruff"), "format", *QUIETLY, *PYTHON_FILES],
		[_tool(bench, "ruff"), "check", "--fix", *QUIETLY, *PYTHON_FILES],
		[*_javascript(bench), "--fix", *_files(".js", ".mjs")],
	)
	return max([subprocess.call(command, cwd=REPO) for command in commands])


def _env(bench: Bench) -> Path:
	return bench.root / "lint"


def _modules(bench: Bench) -> Path:
	return bench.root / "rules" / "node_modules"


def _tool(bench: Bench, name: str) -> Path:
	return _env(bench) / "bin" / name


def _javascript(bench: Bench) -> list[str | Path]:
	return ["node", RULES / "javascript.mjs", _modules(bench)]


def _files(*endings: str) -> list[str]:
	"""Return the project's files with these endings, relative to the repository, without the bad examples of its rules."""
	inside = [path for folder in FOLDERS for path in (REPO / folder).rglob("*")]
	paths = [path.relative_to(REPO) for path in [*REPO.iterdir(), *inside] if path.suffix in endings]
	return sorted(
		str(path)
		for path in paths
		if "node_modules" not in path.parts
		and not (path.is_relative_to(SEMGREP_RULES) and path.suffix == ".js")
	)


def _run(bench: Bench, command: list[str | Path]) -> subprocess.CompletedProcess:
	path = os.pathsep.join([str(_env(bench) / "bin"), os.environ["PATH"]])
	environment = {**os.environ, **OFFLINE, "PATH": path}
	return subprocess.run(
		command, cwd=REPO, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
	)

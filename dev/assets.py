"""The desk's JavaScript and CSS, bundled by esbuild."""

import shutil
from functools import partial
from pathlib import Path

from dev.bench import APP, REPO, Bench
from dev.packages import require_node
from dev.steps import Step, digest

SOURCES = REPO / "dev" / "desk"
LOCK = ("package.json", "package-lock.json")


def steps(bench: Bench, framework: str) -> list[Step]:
	"""Return the steps that install the packages and bundle the assets of the framework, given its key, and the app."""
	modules = bench.root / "desk" / "node_modules"
	lock = digest(*(SOURCES / name for name in LOCK))
	inputs = digest(SOURCES, REPO / APP / "public") + framework
	return [
		Step("npm packages", partial(_install, bench, modules.parent), modules / ".stamp", lock),
		Step("desk assets", partial(_build, bench, modules), bench.sites / "assets" / ".stamp", inputs),
	]


def _install(bench: Bench, folder: Path) -> None:
	require_node()
	folder.mkdir(parents=True, exist_ok=True)
	for name in LOCK:
		shutil.copy(SOURCES / name, folder)
	options = ["--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]
	bench.run("npm", "ci", *options, cwd=folder, log="npm")


def _build(bench: Bench, modules: Path) -> None:
	bench.run("node", SOURCES / "build.mjs", bench.root, modules, log="assets")

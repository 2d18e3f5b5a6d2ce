"""The desk's JavaScript and CSS, bundled by esbuild."""

from functools import partial
from pathlib import Path

from dev.bench import APP, REPO, Bench
from dev.packages import npm_step
from dev.steps import Step, digest

SOURCES = REPO / "dev" / "desk"


def steps(bench: Bench, framework: str) -> list[Step]:
	"""Return the steps that install the packages and bundle the assets of the framework, given its key, and the app."""
	modules = bench.root / "desk" / "node_modules"
	inputs = digest(SOURCES, REPO / APP / "public") + framework
	return [
		npm_step(bench, "npm packages", SOURCES, modules.parent),
		Step("desk assets", partial(_build, bench, modules), bench.sites / "assets" / ".stamp", inputs),
	]


def _build(bench: Bench, modules: Path) -> None:
	bench.run("node", SOURCES / "build.mjs", bench.root, modules, log="assets")

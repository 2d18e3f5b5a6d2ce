"""The desk's JavaScript and CSS, bundled by esbuild: the framework's and the app's, each when it has changed."""

from functools import partial
from pathlib import Path

from dev import services
from dev.bench import APP, REPO, Bench
from dev.packages import npm_step
from dev.steps import Step, digest

SOURCES = REPO / "dev" / "desk"


def steps(bench: Bench, framework: str) -> list[Step]:
	"""Return the steps that install the packages and bundle the assets of the framework, given its key, and the app."""
	return [
		npm_step(bench, "npm packages", SOURCES, _modules(bench).parent),
		_bundles(bench, "desk assets", "frappe", digest(SOURCES) + framework),
		_bundles(bench, "desk assets of the app", APP, digest(SOURCES, REPO / APP / "public")),
	]


def _bundles(bench: Bench, title: str, app: str, key: str) -> Step:
	return Step(title, partial(_build, bench, app), bench.sites / "assets" / app / ".stamp", key)


def _build(bench: Bench, app: str) -> None:
	bench.run("node", SOURCES / "build.mjs", bench.root, _modules(bench), app, log="assets")
	services.forget(bench, "assets_json")


def _modules(bench: Bench) -> Path:
	return bench.root / "desk" / "node_modules"

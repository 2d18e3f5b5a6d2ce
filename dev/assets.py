"""The desk's JavaScript and CSS, bundled by esbuild."""

import shutil

from dev.bench import REPO, Bench

SOURCES = REPO / "dev" / "desk"


def install(bench: Bench) -> None:
	"""Install the npm packages of the lock file."""
	folder = bench.root / "desk"
	folder.mkdir(parents=True, exist_ok=True)
	for name in ("package.json", "package-lock.json"):
		shutil.copy(SOURCES / name, folder / name)
	npm = ["npm", "ci", "--legacy-peer-deps", "--no-audit", "--no-fund", "--ignore-scripts"]
	bench.run(npm, cwd=folder, log="npm")


def build(bench: Bench) -> None:
	"""Bundle the assets of all apps into `sites/assets`."""
	modules = bench.root / "desk" / "node_modules"
	bench.run(["node", str(SOURCES / "build.mjs"), str(bench.root), str(modules)], log="assets")

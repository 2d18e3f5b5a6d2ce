"""The framework from its own repository: an official release, by the `bench` command."""

import getpass
import json
import os
import shutil
from functools import partial
from pathlib import Path

from dev import packages
from dev.bench import APP, REPO, Bench, write_atomically
from dev.steps import Step, digest

DEBIAN = ("git", "gcc", "libc6-dev", "pkg-config", "libmariadb-dev", "mariadb-client")
YARN = "yarn@1.22.22"
PYTHON = {"version-16": (3, 14), "develop": (3, 14)}
NODE = {"version-16": 24, "develop": 24}
"""What newer releases need; the others run on Python 3.11 and Node 20."""


def steps(bench: Bench) -> list[Step]:
	"""Return the steps that make the bench folder with the release, the app, the tests' tools and all assets.

	Raises `CommandError` at once if Python or Node is older than the release needs.
	"""
	python = packages.find_python(PYTHON.get(bench.release, (3, 11)))
	packages.require_node(NODE.get(bench.release, 20))
	tool = bench.root / "tool"
	lock = packages.REQUIREMENTS / "bench.txt"
	return [
		packages.debian_step(bench, *DEBIAN),
		Step("bench command", partial(_install_tool, bench, tool, lock), tool / "stamp", digest(lock)),
		Step(
			f"Frappe {bench.release}",
			partial(_init, bench, tool, python),
			bench.env / "stamps" / "init",
			bench.release,
		),
		Step(
			"app",
			partial(_get_app, bench, tool),
			bench.env / "stamps" / "app",
			digest(REPO / "pyproject.toml"),
		),
		Step(
			"desk assets of the app",
			partial(_bench, bench, tool, "build", "--app", APP),
			bench.sites / "assets" / ".stamp",
			digest(REPO / APP / "public"),
		),
	]


def _install_tool(bench: Bench, tool: Path, lock: Path) -> None:
	packages.make_empty_environment(tool)
	pip = [tool / "bin" / "python", "-m", "pip", "install", "--quiet"]
	bench.run(*pip, "--require-hashes", "--no-deps", "--requirement", lock, log="pip")
	bench.run("npm", "install", "--prefix", tool, "--no-audit", "--no-fund", YARN, log="npm")


def _init(bench: Bench, tool: Path, python: str) -> None:
	"""Make the bench folder anew around what lies in it already, such as the databases.

	The command works as root only where the configuration names root as its user.
	"""
	for folder in (bench.root / "apps", bench.env):
		shutil.rmtree(folder, ignore_errors=True)
	config = bench.sites / "common_site_config.json"
	if not config.exists():
		write_atomically(config, json.dumps({"frappe_user": getpass.getuser()}))
	options = ["--ignore-exist", "--no-procfile", "--no-backups", "--skip-redis-config-generation"]
	version = ["--frappe-branch", bench.release, "--python", python]
	_bench(bench, tool, "init", *options, *version, str(bench.root))


def _get_app(bench: Bench, tool: Path) -> None:
	(bench.root / "apps" / APP).unlink(missing_ok=True)
	_bench(bench, tool, "get-app", "--soft-link", "--skip-assets", str(REPO))
	tools = packages.REQUIREMENTS / "test.in"
	bench.run(bench.python, "-m", "pip", "install", "--quiet", "--requirement", tools, log="pip")


def _bench(bench: Bench, tool: Path, *arguments: str) -> None:
	path = os.pathsep.join([f"{tool}/bin", f"{tool}/node_modules/.bin", os.environ["PATH"]])
	bench.run(tool / "bin" / "bench", *arguments, cwd=bench.root, env={"PATH": path}, log="bench")

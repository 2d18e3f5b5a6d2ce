"""The framework from its own repository: an official release, by the `bench` command."""

import getpass
import json
import os
import shutil
import sys
from functools import partial
from pathlib import Path

from dev import packages
from dev.bench import APP, REPO, Bench, write_atomically
from dev.steps import Step, digest

DEBIAN = ("git", "gcc", "libc6-dev", "pkg-config", "libmariadb-dev", "mariadb-client")
YARN = "yarn@1.22.22"


def steps(bench: Bench) -> list[Step]:
	"""Return the steps that make the bench folder with the release, the app, the tests' tools and all assets."""
	tool = bench.root / "tool"
	lock = packages.REQUIREMENTS / "bench.txt"
	return [
		packages.debian_step(bench, *DEBIAN),
		Step("bench command", partial(_install_tool, bench, tool, lock), tool / "stamp", digest(lock)),
		Step(
			f"Frappe {bench.release}",
			partial(_init, bench, tool),
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
	packages.require_node()
	packages.make_empty_environment(tool)
	pip = [tool / "bin" / "python", "-m", "pip", "install", "--quiet"]
	bench.run(*pip, "--require-hashes", "--no-deps", "--requirement", lock, log="pip")
	bench.run("npm", "install", "--prefix", tool, "--no-audit", "--no-fund", YARN, log="npm")


def _init(bench: Bench, tool: Path) -> None:
	"""Make the bench folder anew around what lies in it already, such as the databases.

	The command works as root only where the configuration names root as its user.
	"""
	for folder in (bench.root / "apps", bench.env):
		shutil.rmtree(folder, ignore_errors=True)
	config = bench.sites / "common_site_config.json"
	if not config.exists():
		write_atomically(config, json.dumps({"frappe_user": getpass.getuser()}))
	options = ["--ignore-exist", "--no-procfile", "--no-backups", "--skip-redis-config-generation"]
	version = ["--frappe-branch", bench.release, "--python", sys.executable]
	_bench(bench, tool, "init", *options, *version, str(bench.root))


def _get_app(bench: Bench, tool: Path) -> None:
	(bench.root / "apps" / APP).unlink(missing_ok=True)
	_bench(bench, tool, "get-app", "--soft-link", "--skip-assets", str(REPO))
	tools = packages.REQUIREMENTS / "test.in"
	bench.run(bench.python, "-m", "pip", "install", "--quiet", "--requirement", tools, log="pip")


def _bench(bench: Bench, tool: Path, *arguments: str) -> None:
	path = os.pathsep.join([f"{tool}/bin", f"{tool}/node_modules/.bin", os.environ["PATH"]])
	bench.run(tool / "bin" / "bench", *arguments, cwd=bench.root, env={"PATH": path}, log="bench")

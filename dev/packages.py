"""What the machine and the Python environments must have: Debian packages, and packages by locked hashes."""

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from functools import partial
from pathlib import Path

from dev.bench import REPO, Bench, CommandError
from dev.steps import Step, digest

DEBIAN = (
	"mariadb-server-core",
	"mariadb-client-core",
	"redis-server",
	"chromium",
	"chromium-headless-shell",
	"fonts-liberation",
	"poppler-utils",
	"libpango-1.0-0",
	"libpangoft2-1.0-0",
	"libharfbuzz-subset0",
)
REQUIREMENTS = REPO / "dev" / "requirements"
NPM_LOCK = ("package.json", "package-lock.json")


def debian_step(bench: Bench, *more: str) -> Step:
	"""Return the step that installs the Debian packages."""
	venv_package = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
	names = [*DEBIAN, *venv_package, *more]
	return Step("Debian packages", partial(_install_debian_packages, bench, names))


def environment_step(bench: Bench) -> Step:
	"""Return the step that makes the environment of the framework and the tests."""
	locks = ("frappe", "test")
	key = digest(*_files("build", *locks))
	make = partial(make_environment, bench, bench.env, *locks)
	return Step("Python environment", make, bench.env / "stamps" / "packages", key)


def app_step(bench: Bench) -> Step:
	"""Return the step that installs the app into the environment, in place."""
	options = ["--no-build-isolation", "--no-deps", "--editable"]
	install = partial(_pip, bench, bench.env, "install", *options, REPO)
	key = digest(REPO / "pyproject.toml", REPO / "setup.py")
	return Step("app in the environment", install, bench.env / "stamps" / "app", key)


def test_tools_step(bench: Bench) -> Step:
	"""Return the step that makes a small environment with what the tests without a bench need."""
	folder = bench.root / "fast"
	key = digest(*_files("build", "test"))
	make = partial(make_environment, bench, folder, "test")
	return Step("small environment", make, folder / "stamps" / "packages", key)


def load_tools_step(bench: Bench) -> Step:
	"""Return the step that makes an environment with Locust, whose users work on a site as many people do."""
	folder = bench.root / "load"
	make = partial(make_environment, bench, folder, "load")
	return Step("Locust", make, folder / "stamps" / "packages", digest(*_files("build", "load")))


def npm_step(bench: Bench, title: str, sources: Path, folder: Path) -> Step:
	"""Return the step that installs the npm packages of the lock file in `sources` into `folder`."""
	files = [sources / name for name in NPM_LOCK]
	install = partial(_install_npm_packages, bench, files, folder)
	return Step(title, install, folder / "node_modules" / ".stamp", digest(*files))


def accessibility_step(bench: Bench) -> Step:
	"""Return the step that installs axe-core, which the browser scenes ask for faults of accessibility."""
	return npm_step(
		bench, "accessibility rules", REPO / "dev" / "accessibility", bench.root / "accessibility"
	)


def make_environment(bench: Bench, folder: Path, *locks: str) -> None:
	"""Make a virtual environment anew with the packages of the lock files, each checked by its hash.

	Raises `CommandError` if Python is not the one that the locks were made for.
	"""
	if sys.version_info[:2] != (3, 11):
		raise CommandError(f"Python 3.11 is needed; this is {sys.version.split()[0]}. Try PYTHON=python3.11.")
	make_empty_environment(folder)
	for group in (("build",), locks):
		files = [option for file in _files(*group) for option in ("--requirement", file)]
		_pip(bench, folder, "install", "--no-build-isolation", "--require-hashes", "--no-deps", *files)


def make_empty_environment(folder: Path) -> None:
	"""Make a virtual environment anew, with nothing but pip in it."""
	if not importlib.util.find_spec("ensurepip"):
		raise CommandError("Python's venv is missing. Run as root:\n  apt-get install python3-venv")
	shutil.rmtree(folder, ignore_errors=True)
	venv.create(folder, with_pip=True)


def require_node(at_least: int = 20) -> None:
	"""Raise `CommandError` if there is no Node of this major version or a later one, with npm."""
	if not (shutil.which("node") and shutil.which("npm")):
		raise CommandError(f"Node {at_least} with npm is needed.")
	version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
	if int(version.lstrip("v").split(".")[0]) < at_least:
		raise CommandError(f"Node {at_least} or newer is needed; this is {version}.")


def find_python(at_least: tuple[int, int]) -> str:
	"""Return an interpreter of this version or a later one: this one, else one by its name.

	Raises `CommandError` if there is none.
	"""
	if sys.version_info >= at_least:
		return sys.executable
	major, minor = at_least
	found = shutil.which(f"python{major}.{minor}")
	if not found:
		raise CommandError(
			f"Python {major}.{minor} or newer is needed; this is {sys.version.split()[0]}. "
			"Install it, or say where it is: PYTHON=…"
		)
	return found


def _install_npm_packages(bench: Bench, files: list[Path], folder: Path) -> None:
	require_node()
	folder.mkdir(parents=True, exist_ok=True)
	for file in files:
		shutil.copy(file, folder)
	options = ["--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]
	bench.run("npm", "ci", *options, cwd=folder, log="npm")


def _pip(bench: Bench, folder: Path, *arguments: str | Path) -> None:
	pip = [folder / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
	bench.run(*pip, *arguments, log="pip")


def _files(*locks: str) -> list[Path]:
	return [REQUIREMENTS / f"{lock}.txt" for lock in locks]


def _install_debian_packages(bench: Bench, names: list[str]) -> None:
	"""Install the packages that are missing, as root or by sudo.

	Raises `CommandError` with the command to run by hand if neither is allowed.
	"""
	missing = [name for name in names if not _is_installed(name)]
	if not missing:
		return
	install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
	prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
	if prefix and not _may_sudo():
		command = f"apt-get update && {' '.join(install)}"
		raise CommandError(
			f"Debian packages are missing and this user may not install them. As root:\n  {command}"
		)
	bench.run(*prefix, "apt-get", "update", log="debian")
	bench.run(*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *install, log="debian")


def _is_installed(name: str) -> bool:
	query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
	return subprocess.run(query, capture_output=True, text=True).stdout == "installed"


def _may_sudo() -> bool:
	return (
		bool(shutil.which("sudo"))
		and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
	)

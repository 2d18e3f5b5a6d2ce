"""What the machine and the Python environment must have: Debian packages, and packages by locked hashes."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from dev.bench import REPO, Bench, CommandError

DEBIAN = (
	"mariadb-server-core",
	"mariadb-client-core",
	"redis-server",
	"chromium",
	"fonts-liberation",
	"poppler-utils",
	"libpango-1.0-0",
	"libpangoft2-1.0-0",
	"libharfbuzz-subset0",
)
REQUIREMENTS = REPO / "dev" / "requirements"


def install_debian_packages(bench: Bench) -> None:
	"""Install the Debian packages that are missing, as root or by sudo.

	Raises `CommandError` with the command to run by hand if neither is allowed.
	"""
	missing = [name for name in DEBIAN if not _is_installed(name)]
	if not missing:
		return
	prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
	if prefix and (not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"]).returncode):
		raise CommandError(
			"These Debian packages are missing and may not be installed by this user. Run as root:\n"
			f"  apt-get install --no-install-recommends {' '.join(missing)}"
		)
	quiet = {"DEBIAN_FRONTEND": "noninteractive"}
	bench.run([*prefix, "apt-get", "update", "-qq"], log="debian", env=quiet)
	install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
	bench.run([*prefix, *install], log="debian", env=quiet)


def make_environment(bench: Bench, folder: Path, *locks: str) -> None:
	"""Make a virtual environment anew with the packages of the lock files, each checked by its hash."""
	if sys.version_info[:2] != (3, 11):
		raise CommandError(f"Python 3.11 is needed, this is {sys.version.split()[0]}.")
	shutil.rmtree(folder, ignore_errors=True)
	venv.create(folder, with_pip=True)
	install_locked(bench, folder, *locks)


def install_locked(bench: Bench, folder: Path, *locks: str) -> None:
	"""Install the packages of lock files into a virtual environment, each checked by its hash."""
	files = [option for lock in locks for option in ("-r", str(REQUIREMENTS / f"{lock}.txt"))]
	pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
	bench.run([*pip, "--require-hashes", "--no-deps", *files], log="pip")


def _is_installed(name: str) -> bool:
	query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
	return subprocess.run(query, capture_output=True, text=True).stdout == "installed"

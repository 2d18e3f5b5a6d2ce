"""The framework from a package registry: Frappe's develop branch as a package of another name, renamed back."""

import hashlib
import shutil
import zipfile
from functools import partial
from pathlib import Path

from dev import assets, packages
from dev.bench import APP, REPO, Bench, CommandError, write_atomically
from dev.steps import Step, digest

PACKAGE = "criscostack==1.0.0"
SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"
RENAMED = (
	("criscostack", "frappe"),
	("Criscostack", "Frappe"),
	("CRISCOSTACK", "FRAPPE"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("CRISCOERP", "ERPNEXT"),
	("crisco", "frappe"),
	("Crisco", "Frappe"),
	("CRISCO", "FRAPPE"),
	("brik_helper", "bench_helper"),
)
PROJECT = """[project]
name = "frappe"
version = "15.0.0-dev"
"""


def steps(bench: Bench) -> list[Step]:
	"""Return the steps that make the bench folder, with the framework, the app and the desk's assets."""
	source = bench.root / "apps" / "frappe"
	key = digest(Path(__file__))
	return [
		packages.debian_step(bench),
		packages.environment_step(bench),
		Step("framework", partial(_install, bench, source), source / ".stamp", key),
		packages.app_step(bench),
		Step("bench folder", partial(_lay_out, bench)),
		*assets.steps(bench, key),
	]


def _install(bench: Bench, final: Path) -> None:
	"""Download the package, check its hash and unpack it under the framework's own name."""
	wheel = _download(bench)
	unfinished = final.with_name("frappe.new")
	shutil.rmtree(unfinished, ignore_errors=True)
	with zipfile.ZipFile(wheel) as archive:
		for name in archive.namelist():
			if name.startswith("criscostack/") and not name.endswith(("/", ".DS_Store")):
				_unpack(archive.read(name), unfinished / _renamed(name))
	write_atomically(unfinished / "pyproject.toml", PROJECT)
	shutil.rmtree(final, ignore_errors=True)
	unfinished.rename(final)


def _download(bench: Bench) -> Path:
	folder = bench.root / "downloads"
	pip = [bench.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
	bench.run(*pip, "download", "--no-deps", "--dest", folder, PACKAGE, log="pip")
	wheel = next(folder.glob("*.whl"))
	if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
		wheel.unlink()
		raise CommandError(f"{wheel.name} is not the file that was expected: its SHA-256 differs.")
	return wheel


def _unpack(content: bytes, path: Path) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	try:
		content = _renamed(content.decode()).encode()
	except UnicodeDecodeError:
		pass
	path.write_bytes(content)


def _renamed(text: str) -> str:
	for wrong, right in RENAMED:
		text = text.replace(wrong, right)
	return text


def _lay_out(bench: Bench) -> None:
	"""Make the folders, links and lists that the `bench` command and the framework expect."""
	for folder in ("sites/assets", "logs", "config/pids"):
		(bench.root / folder).mkdir(parents=True, exist_ok=True)
	link = bench.root / "apps" / APP
	link.unlink(missing_ok=True)
	link.symlink_to(REPO)
	write_atomically(bench.sites / "apps.txt", f"frappe\n{APP}\n")
	site_packages = next((bench.env / "lib").glob("python3*/site-packages"))
	write_atomically(site_packages / "frappe.pth", f"{bench.root}/apps/frappe\n")
	if not (bench.sites / "assets" / "assets.json").exists():
		write_atomically(bench.sites / "assets" / "assets.json", "{}")

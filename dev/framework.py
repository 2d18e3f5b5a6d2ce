"""The framework itself: Frappe's develop branch as a package of another name, renamed back, in a bench folder."""

import hashlib
import json
import os
import shutil
import zipfile
from pathlib import Path

from dev.bench import APP, DATABASE_PASSWORD, REPO, Bench, CommandError, write_atomically

PACKAGE = "criscostack==1.0.0"
SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"
RENAMED = (
	("criscostack", "frappe"),
	("CRISCOSTACK", "FRAPPE"),
	("Criscostack", "Frappe"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("CRISCOERP", "ERPNEXT"),
	("Crisco", "Frappe"),
	("crisco", "frappe"),
	("brik_helper", "bench_helper"),
)
PROJECT = """[project]
name = "frappe"
version = "15.0.0.dev0"
"""


def install(bench: Bench) -> None:
	"""Download the package, check its hash and unpack it under the framework's own name."""
	wheel = _download(bench)
	unfinished = bench.root / "apps" / "frappe.new"
	shutil.rmtree(unfinished, ignore_errors=True)
	with zipfile.ZipFile(wheel) as archive:
		for member in archive.infolist():
			if not member.is_dir() and member.filename.startswith("criscostack/"):
				_unpack(archive.read(member), unfinished / _renamed(member.filename))
	(unfinished / "pyproject.toml").write_text(PROJECT)
	final = bench.root / "apps" / "frappe"
	shutil.rmtree(final, ignore_errors=True)
	unfinished.rename(final)


def lay_out(bench: Bench) -> None:
	"""Make the folders, links and lists that the `bench` command and the framework expect."""
	for folder in ("sites/assets", "logs", "config/pids"):
		(bench.root / folder).mkdir(parents=True, exist_ok=True)
	link = bench.root / "apps" / APP
	if not link.is_symlink():
		link.symlink_to(REPO)
	write_atomically(bench.sites / "apps.txt", f"frappe\n{APP}\n")
	packages = next((bench.root / "env" / "lib").glob("python3*")) / "site-packages"
	write_atomically(packages / "bench_apps.pth", f"{bench.root}/apps/frappe\n{REPO}\n")
	if not (bench.sites / "assets" / "assets.json").exists():
		write_atomically(bench.sites / "assets" / "assets.json", "{}")


def configure(bench: Bench) -> None:
	"""Write the configuration that all sites share: where the servers are."""
	path = bench.sites / "common_site_config.json"
	known = json.loads(path.read_text()) if path.exists() else {}
	redis = f"redis://127.0.0.1:{bench.ports['redis']}"
	known.update(
		{
			"db_host": "127.0.0.1",
			"db_port": bench.ports["mariadb"],
			"redis_cache": redis,
			"redis_queue": redis,
			"redis_socketio": redis,
			"root_login": "root",
			"root_password": DATABASE_PASSWORD,
			"frappe_user": os.environ.get("USER", "root"),
			"server_script_enabled": True,
			"disable_telemetry": 1,
		}
	)
	write_atomically(path, json.dumps(known, indent=1, sort_keys=True))


def _download(bench: Bench) -> Path:
	folder = bench.root / "downloads"
	pip = [str(bench.python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
	bench.run([*pip, "--no-deps", "--dest", str(folder), PACKAGE], log="pip")
	wheel = next(folder.glob("criscostack-*.whl"))
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

"""An official release of Frappe in place of the local one, for machines that reach its repository."""

import shutil
import venv

from dev.bench import APP, REPO, Bench
from dev.packages import install_locked


def install(bench: Bench) -> None:
	"""Make the bench folder by `bench init` with the release's branch, and get the app from this checkout."""
	tool = bench.root.with_name(f"{bench.root.name}-tool")
	shutil.rmtree(bench.root / "apps", ignore_errors=True)
	shutil.rmtree(bench.root / "env", ignore_errors=True)
	venv.create(tool, with_pip=True, clear=True)
	bench.run([str(tool / "bin" / "pip"), "install", "--quiet", "frappe-bench"], log="bench")
	command = str(tool / "bin" / "bench")
	init = ["init", "--ignore-exist", "--no-backups", "--skip-redis-config-generation"]
	bench.run([command, *init, "--frappe-branch", bench.release, str(bench.root)], log="bench")
	bench.run([command, "get-app", "--soft-link", str(REPO)], cwd=bench.root, log="bench")
	install_locked(bench, bench.root / "env", "test")
	bench.run([command, "build", "--app", APP], cwd=bench.root, log="bench")

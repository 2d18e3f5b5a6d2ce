"""The servers of a site: its web server and, for all sites, a background worker and the scheduler."""

from dev import processes
from dev.bench import REPO, Bench


def start_web(bench: Bench, site: str) -> None:
	"""Serve the site on its loopback port."""
	port = bench.ports[site.split(".")[0]]
	command = [str(bench.python), str(REPO / "dev" / "serve.py"), site, str(port)]
	processes.start(bench, f"web-{site}", command, cwd=bench.sites, port=port, env={"CI": "1"})


def start_background(bench: Bench) -> None:
	"""Start one worker for all queues, and the scheduler."""
	frappe = [str(bench.python), "-m", "frappe.utils.bench_helper", "frappe"]
	processes.start(bench, "worker", [*frappe, "worker", "--queue", "short,default,long"], cwd=bench.sites)
	processes.start(bench, "scheduler", [*frappe, "schedule"], cwd=bench.sites)


def stop(bench: Bench) -> None:
	"""Stop all web servers, the worker and the scheduler; the databases go on."""
	for path in (bench.root / "run").glob("*.server"):
		if path.stem not in ("mariadb", "redis"):
			processes.stop(bench, path.stem)

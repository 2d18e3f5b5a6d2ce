"""The servers over the databases: each site's web server and, for all sites, a background worker and the scheduler."""

from dev import ports, processes
from dev.bench import REPO, Bench
from dev.site import app_digest
from dev.steps import digest

SERVE = REPO / "dev" / "inside" / "serve.py"


def start_web(bench: Bench, site: str) -> None:
	"""Serve the site on its loopback port."""
	port = ports.read(bench)[site]
	command = [str(bench.python), str(SERVE), site, str(port)]
	processes.start(bench, site, command, version=_version(bench), port=port)


def start_worker(bench: Bench) -> None:
	"""Start one worker for all queues of all sites."""
	command = bench.frappe_command("worker", "--queue", "short,default,long")
	processes.start(bench, "worker", command, version=_version(bench))


def start_scheduler(bench: Bench) -> None:
	"""Start the scheduler of all sites."""
	processes.start(bench, "scheduler", bench.frappe_command("schedule"), version=_version(bench))


def _version(bench: Bench) -> str:
	"""Return a hash over what a server reads when it starts: if it changes, the server starts anew."""
	return digest(SERVE, bench.env / "stamps", bench.sites / "common_site_config.json") + app_digest()

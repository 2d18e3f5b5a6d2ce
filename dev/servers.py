"""The servers over the databases: each site's web server and, for all sites, a background worker, the scheduler and a mailbox."""

from pathlib import Path

from dev import ports, processes
from dev.bench import REPO, Bench
from dev.site import app_digest
from dev.steps import digest

SERVE = REPO / "dev" / "inside" / "serve.py"
WORK = SERVE.with_name("work.py")


def start_web(bench: Bench, site: str) -> None:
	"""Serve the site on its loopback port."""
	port = ports.read(bench)[site]
	command = [str(bench.python), str(SERVE), site, str(port)]
	processes.start(bench, site, command, version=_version(bench), port=port)


def start_worker(bench: Bench) -> None:
	"""Start one worker for all queues of all sites."""
	processes.start(bench, "worker", [str(bench.python), str(WORK)], version=_version(bench))


def start_scheduler(bench: Bench) -> None:
	"""Start the scheduler of all sites."""
	processes.start(bench, "scheduler", bench.frappe_command("schedule"), version=_version(bench))


def start_mailbox(bench: Bench) -> None:
	"""Start a mail server that delivers nothing: what the demo sends is put into a folder."""
	port = ports.read(bench)["mailbox"]
	mailbox(bench).parent.mkdir(parents=True, exist_ok=True)
	options = ["-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(mailbox(bench))]
	processes.start(bench, "mailbox", [str(bench.python), "-m", "aiosmtpd", *options], port=port)


def mailbox(bench: Bench) -> Path:
	"""Return the folder of the demo's mails (a Maildir: new ones lie in `new`)."""
	return bench.root / "demo" / "mails"


def _version(bench: Bench) -> str:
	"""Return a hash over what a server reads when it starts: if it changes, the server starts anew."""
	return digest(SERVE, WORK, bench.env / "stamps", bench.sites / "common_site_config.json") + app_digest()

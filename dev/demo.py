"""The demo: load the story, do the main job, say what came of it."""

import json
import shutil
from functools import partial

from dev import ports, servers, site
from dev.bench import APP, Bench
from dev.site import ADMIN_PASSWORD
from dev.steps import Step


def steps(bench: Bench) -> list[Step]:
	"""Return the steps that load the demo data and start what serves them."""
	stamp = site.stamp_folder(bench, ports.DEMO) / "demo-data"
	return [
		Step("demo data", partial(_load, bench), stamp, site.app_digest()),
		Step("web server", partial(servers.start_web, bench, ports.DEMO)),
		Step("worker, scheduler and mailbox", partial(_start_background, bench)),
	]


def do_main_job(bench: Bench) -> dict:
	"""Do the main job, once, and return its figures, the path of its PDF and the logins."""
	printed = bench.frappe("--site", ports.DEMO, "execute", f"{APP}.demo.main_job.run", log="main-job")
	return json.loads(printed.splitlines()[-1])


def show(bench: Bench) -> None:
	"""Do the main job and print its figures, where its PDF lies, and how to log in."""
	result = do_main_job(bench)
	pdf = bench.root / "demo" / f"{result['quote']}.pdf"
	pdf.parent.mkdir(exist_ok=True)
	shutil.copy(result["pdf"], pdf)
	print("", *result["lines"], "", sep="\n")
	print(f"PDF    {pdf}")
	print(f"Desk   {ports.url(bench, ports.DEMO)}")
	print(f"Login  Administrator / {ADMIN_PASSWORD}")
	for user in result["users"]:
		print(f"       {user['email']} / {user['password']} ({user['role']})")
	print(f"Mails  {servers.mailbox(bench) / 'new'} (what the desk sends goes there)")
	print("Stop   make stop")


def _load(bench: Bench) -> None:
	bench.frappe("--site", ports.DEMO, "execute", f"{APP}.demo.load.load_demo", log=ports.DEMO)


def _start_background(bench: Bench) -> None:
	servers.start_worker(bench)
	servers.start_scheduler(bench)
	servers.start_mailbox(bench)

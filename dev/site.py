"""A site: a German company's, with the app installed by the framework's own installer."""

import json
import shutil
from functools import partial

from dev import ports, services
from dev.bench import APP, REPO, Bench, write_atomically
from dev.steps import Step, digest

ADMIN_PASSWORD = "admin"  # nosec B105: shown at the end, for the loopback interface only
COMPLETE_SETUP = REPO / "dev" / "inside" / "complete_setup.py"


def steps(bench: Bench, site: str) -> list[Step]:
	"""Return the steps that create the site, or bring it up to the app's present files."""
	stamps = stamp_folder(bench, site)
	return [
		Step(f"site {site}", partial(_create, bench, site), stamps / "created", digest(COMPLETE_SETUP)),
		Step("its configuration", partial(_configure, bench, site)),
		Step("its migration", partial(_migrate, bench, site), stamps / "migrated", app_digest()),
	]


def stamp_folder(bench: Bench, site: str):
	"""Return where the stamps of the site lie: inside of it."""
	return bench.sites / site / "stamps"


def app_digest() -> str:
	"""Return a hash over the app's files; if it changes, sites migrate and servers start anew."""
	return digest(REPO / APP)


def _create(bench: Bench, site: str) -> None:
	"""Create the site, in place of whatever an interruption has left of it."""
	shutil.rmtree(bench.sites / site, ignore_errors=True)
	passwords = ["--admin-password", ADMIN_PASSWORD, "--db-root-password", services.PASSWORD]
	bench.frappe("new-site", site, "--force", "--no-mariadb-socket", *passwords, log=site)
	bench.run(bench.python, COMPLETE_SETUP, site, cwd=bench.sites, log=site)
	present = app_digest()
	bench.frappe("--site", site, "install-app", APP, log=site)
	if site == ports.TEMPLATE:
		bench.frappe("--site", site, "execute", f"{APP}.tests.masters.prepare_masters", log=site)
	write_atomically(stamp_folder(bench, site) / "migrated", present)


def _configure(bench: Bench, site: str) -> None:
	"""Write the demo's own address and mail server; the sites of the tests run no scheduled jobs."""
	path = bench.sites / site / "site_config.json"
	config = json.loads(path.read_text())
	if site == ports.TEMPLATE:
		config.update(pause_scheduler=True)
	else:
		config.update(
			host_name=ports.url(bench, site),
			mail_server="127.0.0.1",
			mail_port=ports.read(bench)["mailbox"],
			disable_mail_smtp_authentication=True,
			auto_email_id="verkauf@lindental.example",
			email_sender_name="Lindental",
		)
	write_atomically(path, json.dumps(config, indent=1))


def _migrate(bench: Bench, site: str) -> None:
	bench.frappe("--site", site, "migrate", log=site)
	bench.frappe("--site", site, "clear-cache", log=site)

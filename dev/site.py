"""A site: a German company's, with the app installed by the framework's own installer."""

import json

from dev.bench import APP, DATABASE_PASSWORD, REPO, Bench, write_atomically
from dev.steps import digest

ADMIN_PASSWORD = "admin"
WIZARD = {
	"language": "Deutsch",
	"country": "Germany",
	"timezone": "Europe/Berlin",
	"currency": "EUR",
	"full_name": "Administrator",
	"email": "administrator@lindental.example",
}
DEFAULTS = {"currency": "EUR", "number_format": "#.###,##", "date_format": "dd.mm.yyyy"}


def create(bench: Bench, site: str) -> None:
	"""Create the site anew, complete its setup wizard, and install the app."""
	new_site = ["new-site", site, "--force", "--no-mariadb-socket", "--admin-password", ADMIN_PASSWORD]
	bench.frappe(*new_site, "--db-root-password", DATABASE_PASSWORD, log=site)
	configure(bench, site)
	bench.frappe(
		"--site",
		site,
		"execute",
		"frappe.desk.page.setup_wizard.setup_wizard.setup_complete",
		"--kwargs",
		repr({"args": {**WIZARD, "password": ADMIN_PASSWORD}}),
		log=site,
	)
	for name, value in DEFAULTS.items():
		set_default = ["execute", "frappe.db.set_single_value", "--args"]
		if name != "currency":
			bench.frappe("--site", site, *set_default, repr(["System Settings", name, value]), log=site)
		bench.frappe(
			"--site", site, "execute", "frappe.db.set_default", "--args", repr([name, value]), log=site
		)
	bench.frappe("--site", site, "install-app", APP, log=site)


def configure(bench: Bench, site: str) -> None:
	"""Write the site's own address, and that it may run tests if it is the test site."""
	path = bench.sites / site / "site_config.json"
	config = json.loads(path.read_text())
	config.update({"host_name": bench.url(site), "allow_tests": site.startswith("test")})
	write_atomically(path, json.dumps(config, indent=1))


def migrate(bench: Bench, site: str) -> None:
	"""Bring the site up to the app's present files."""
	bench.frappe("--site", site, "migrate", log=site)
	bench.frappe("--site", site, "clear-cache", log=site)


def app_digest() -> str:
	"""Return a hash over the app's files: if it changes, sites migrate and servers start anew."""
	return digest([REPO / APP])

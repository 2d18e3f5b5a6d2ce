"""A site made by the framework's own commands and wizard, without any help, keeps what the README promises."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import frappe

from sales_opportunity.defaults import TRANSLATED_FIELDS, in_language, read_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests import new_site

SITE = "as-a-user-makes-it.localhost"
APP = "sales_opportunity"


class TestNewSite(IntegrationTestCase):
	"""One site serves both orders: the app goes and comes again after the wizard."""

	def setUp(self):
		if not frappe.conf.root_password:
			raise unittest.SkipTest("The bench does not know the database's root login.")
		self.addCleanup(self.drop)
		self.frappe(
			"new-site",
			SITE,
			"--force",
			"--admin-password=admin",
			f"--db-root-password={frappe.conf.root_password}",
			f"--db-type={frappe.conf.db_type or 'mariadb'}",
			*([] if frappe.conf.db_type == "postgres" else ["--no-mariadb-socket"]),
		)

	def frappe(self, *arguments: str) -> str:
		done = subprocess.run(
			[sys.executable, "-m", "frappe.utils.bench_helper", "frappe", *arguments],
			cwd=self.sites,
			capture_output=True,
			text=True,
		)
		self.assertEqual(done.returncode, 0, f"{arguments[:3]}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
		return done.stdout

	def on_site(self, function, **arguments):
		path = f"{new_site.__name__}.{function.__name__}"
		printed = self.frappe("--site", SITE, "execute", path, "--kwargs", repr(arguments))
		return json.loads(printed.splitlines()[-1]) if printed.strip() else None

	@property
	def sites(self) -> Path:
		return Path(frappe.utils.get_bench_path()) / "sites"

	def drop(self):
		password = f"--db-root-password={frappe.conf.root_password}"
		with tempfile.TemporaryDirectory() as archive:
			path = f"--archived-sites-path={archive}"
			self.frappe("drop-site", SITE, "--no-backup", "--force", password, path)

	def test_the_readme_is_true_whichever_of_app_and_wizard_comes_first(self):
		self.frappe("--site", SITE, "install-app", APP)
		berlin = {"language": "Deutsch", "country": "Germany", "timezone": "Europe/Berlin"}
		self.assertEqual(self.on_site(new_site.answer_wizard, currency="CHF", **berlin), "ok")
		self.assert_german()
		self.assert_promise("CHF")

		self.on_site(new_site.forget_currency)
		self.frappe("--site", SITE, "uninstall-app", APP, "--yes", "--no-backup")
		self.frappe("--site", SITE, "install-app", APP)
		self.assert_german()
		self.assert_promise("EUR")

	def assert_german(self):
		expected = {doctype: set() for doctype in TRANSLATED_FIELDS}
		for record in read_defaults():
			german = in_language(record, "de")
			for field in TRANSLATED_FIELDS.get(record["doctype"], ()):
				expected[record["doctype"]] |= {german[field]} if field in record else set()
		found = self.on_site(new_site.masters)
		self.assertEqual({doctype: set(texts) for doctype, texts in found.items()}, expected)
		for doctype, word in (
			("Qualification Stage", "Angebotsphase"),
			("Class ID", "Bestandskunden"),
			("Sales Unit", "Stück"),
			("Closing Reason", "Zu teuer"),
		):
			self.assertIn(word, found[doctype])

	def assert_promise(self, currency: str):
		found = self.on_site(
			new_site.do_what_the_readme_promises, class_id="NEU", stage="Anfrage", unit="Stück"
		)
		total = found.pop("gross total")
		self.assertEqual(
			found,
			{
				"weighted": 5000,
				"currency": currency,
				"pdf": "%PDF-",
				"status": "Won",
				"settings": currency,
				"default": currency,
				"card": 3000,
			},
		)
		self.assertIn({"EUR": "€", "CHF": "Fr"}[currency], total)

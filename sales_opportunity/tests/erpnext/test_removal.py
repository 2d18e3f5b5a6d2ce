"""ERPNext or this app is removed from a site by `bench uninstall-app`: the other goes on.

Each test makes a copy of the site and takes minutes, so that they run only where SALES_OPPORTUNITY_REMOVAL is set.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import frappe
import pymysql

from sales_opportunity.tests.erpnext import removal
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase

COPYING = """
	select concat('create table `', table_name, '` like `{source}`.`', table_name, '`;',
		'insert into `', table_name, '` select * from `{source}`.`', table_name, '`')
	from information_schema.tables where table_schema = '{source}' and table_type != 'VIEW'
"""


@unittest.skipUnless(os.environ.get("SALES_OPPORTUNITY_REMOVAL"), "SALES_OPPORTUNITY_REMOVAL is not set")
class TestRemoval(ERPNextTestCase):
	def setUp(self):
		if not frappe.conf.root_password or frappe.conf.db_type not in (None, "mariadb"):
			raise unittest.SkipTest("The bench does not know the root login of a MariaDB.")
		self.key = f"_{secrets.token_hex(6)}"
		self.site = f"removal{self.key.replace('_', '-')}.localhost"
		self.sites = Path(frappe.utils.get_bench_path()) / "sites"
		self.addCleanup(self.drop)
		self.copy()

	def copy(self) -> None:
		"""Make the copy of this site: its database, files and configuration."""
		source, password = frappe.conf.db_name, frappe.generate_hash(length=16)
		with self.root() as cursor:
			cursor.execute(f"create database {self.key} character set utf8mb4 collate utf8mb4_unicode_ci")
			cursor.execute(f"create user {self.key} identified by '{password}'")
			cursor.execute(f"grant all on {self.key}.* to {self.key}")
			cursor.execute(f"use {self.key}")
			cursor.execute("set session transaction isolation level read committed")
			cursor.execute(COPYING.format(source=source))
			for (statements,) in cursor.fetchall():
				for statement in statements.split(";"):
					cursor.execute(statement)
			cursor.connection.commit()
		folder = self.sites / self.site
		shutil.copytree(
			self.sites / frappe.local.site, folder, ignore=shutil.ignore_patterns("locks", "logs", "backups")
		)
		for name in ("locks", "logs"):
			(folder / name).mkdir()
		path = folder / "site_config.json"
		config = {**json.loads(path.read_text()), "db_name": self.key, "db_password": password}
		path.write_text(json.dumps({**config, "pause_scheduler": 1}))

	def root(self):
		"""Return the database's root at work."""
		connection = pymysql.connect(
			host=frappe.conf.db_host or "127.0.0.1",
			port=int(frappe.conf.db_port or 3306),
			user=frappe.conf.root_login or "root",
			password=frappe.conf.root_password,
		)
		self.addCleanup(connection.close)
		return connection.cursor()

	def drop(self) -> None:
		with self.root() as cursor:
			cursor.execute(f"drop database if exists {self.key}")
			cursor.execute(f"drop user if exists {self.key}")
		shutil.rmtree(self.sites / self.site, ignore_errors=True)

	def bench(self, *arguments: str) -> str:
		return self.python("-m", "frappe.utils.bench_helper", "frappe", "--site", self.site, *arguments)

	def on_site(self, function, **arguments) -> dict:
		"""Return what a function of `removal` says on the copy; `bench execute` knows those of installed apps only."""
		code = (
			f"import frappe; frappe.init({self.site!r}, sites_path='.'); frappe.connect();"
			f"from {function.__module__} import {function.__name__} as run; run(**{arguments!r})"
		)
		return json.loads(self.python("-c", code).splitlines()[-1])

	def python(self, *arguments: str) -> str:
		done = subprocess.run([sys.executable, *arguments], cwd=self.sites, capture_output=True, text=True)
		self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
		return done.stdout

	def remove(self, app: str, then) -> None:
		"""Remove an app from the copy, and see that all steps of `then` go well after it."""
		made = self.on_site(removal.prepare)
		self.bench("uninstall-app", app, "--yes", "--no-backup")
		found = self.on_site(then, **made)
		self.assertEqual({label: answer for label, answer in found.items() if answer is not True}, {})
		self.bench("migrate", "--skip-search-index")
		found = self.on_site(then, **made)
		self.assertEqual({label: answer for label, answer in found.items() if answer is not True}, {})

	def test_deals_go_on_when_erpnext_is_removed(self):
		self.remove("erpnext", removal.go_on_without_erpnext)

	def test_erpnext_goes_on_when_this_app_is_removed(self):
		self.remove("sales_opportunity", removal.go_on_without_this_app)

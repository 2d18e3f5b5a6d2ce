"""Lets plain pytest run the tests of this app on a bench's site, as `bench run-tests` does."""

import os

import pytest

BENCH = os.environ.get("SALES_OPPORTUNITY_BENCH")
SITE = os.environ.get("SALES_OPPORTUNITY_TEST_SITE", "test.localhost")

collect_ignore_glob = [] if BENCH else ["*"]


@pytest.fixture(scope="session", autouse=True)
def site():
	"""Connect to the test site for the whole run and leave nothing uncommitted behind."""
	import frappe

	previous = os.getcwd()
	os.chdir(os.path.join(BENCH, "sites"))
	frappe.init(SITE, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	yield SITE
	frappe.db.rollback()
	frappe.destroy()
	os.chdir(previous)

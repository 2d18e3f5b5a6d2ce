"""Lets plain pytest run the tests of this app on a bench's site, as `bench run-tests` does."""

import os
from functools import cache
from unittest.mock import patch

import pytest

BENCH = os.environ.get("SALES_OPPORTUNITY_BENCH")
SITE = os.environ.get("SALES_OPPORTUNITY_TEST_SITE", "test.localhost")

collect_ignore_glob = [] if BENCH else ["*"]


def connect():
	"""Connect this process to the test site; parts of the framework need it as soon as they are imported."""
	import frappe

	os.chdir(os.path.join(BENCH, "sites"))
	frappe.init(SITE, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True


def pytest_configure(config):
	"""Connect whoever runs tests; where workers do, the process that only directs them would hold locks for nothing."""
	is_directing = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
	if BENCH and not is_directing:
		connect()


@pytest.fixture(scope="session", autouse=True)
def site():
	"""Leave nothing uncommitted behind."""
	import frappe

	yield SITE
	frappe.db.rollback()
	frappe.destroy()


@pytest.fixture(scope="session", autouse=True)
def no_needless_work(site):
	"""Spare what the framework does again and again, and no test looks at.

	Whenever a user is saved, it notes who owes the password of a mailbox, and empties all caches for that note. And
	it lets the same names of fields be read as SQL each time.
	"""
	import sqlparse

	with (
		patch("frappe.core.doctype.user.user.ask_pass_update"),
		patch("sqlparse.format", cache(sqlparse.format)),
	):
		yield


@pytest.fixture(autouse=True)
def no_request():
	"""Refuse a test that leaves a request behind, which the next one would seem to answer."""
	import frappe

	yield
	assert not hasattr(frappe.local, "request")

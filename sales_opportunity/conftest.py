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

	Whenever a user is saved, it notes who owes the password of a mailbox, and empties all caches for that note. It lets
	the same names of fields be read as SQL each time. And with each other user it fetches all metas again, which are the
	same for all users, and compiles all templates.
	"""
	import frappe
	import sqlparse
	from jinja2 import Environment

	set_user = frappe.set_user

	def set_user_and_keep_metas(username):
		key = frappe.cache.make_key("doctype_meta")
		metas = frappe.local.cache.get(key)
		set_user(username)
		if metas:
			frappe.local.cache[key] = metas

	with (
		patch("frappe.core.doctype.user.user.ask_pass_update"),
		patch("sqlparse.format", cache(sqlparse.format)),
		patch.object(frappe, "set_user", set_user_and_keep_metas),
		patch.object(Environment, "compile", _compiled_once(Environment.compile)),
	):
		yield


def _compiled_once(compile_template):
	"""Return a `compile` of Jinja that keeps the code of each template; environments of one kind write the same."""
	codes = {}

	def compile_or_find(self, source, name=None, filename=None, raw=False, defer_init=False):
		key = (type(self), self.autoescape, tuple(self.extensions), source, name, filename, raw, defer_init)
		if key not in codes:
			codes[key] = compile_template(self, source, name, filename, raw, defer_init)
		return codes[key]

	return compile_or_find


@pytest.fixture(autouse=True)
def no_live_updates(no_needless_work):
	"""Drop the live updates that wait for a commit, which does not come: all of them are looked through for each new one."""
	from sales_opportunity.tests.live_updates import forget_live_updates

	yield
	forget_live_updates()


@pytest.fixture(autouse=True)
def no_request():
	"""Refuse a test that leaves a request behind, which the next one would seem to answer."""
	import frappe

	yield
	assert not hasattr(frappe.local, "request")

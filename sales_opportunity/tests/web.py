"""Requests as they come over the web: through the whole framework, each with a connection of its own."""

from contextlib import contextmanager
from threading import Thread
from unittest import TestCase

import frappe
from werkzeug.test import Client, EnvironBuilder, TestResponse
from werkzeug.wrappers import Request


def request(path: str, method: str = "GET", ip: str = "192.0.2.1", **values) -> TestResponse:
	"""Return the site's answer to a guest at the address `ip`; what tests have stored must be committed before."""
	answers = []
	headers = {"X-Frappe-Site-Name": frappe.local.site, "X-Forwarded-For": ip, "User-Agent": "Test Browser"}

	def send():
		from frappe.app import application

		client = Client(application)
		answers.append(
			client.open(path, method=method, headers={**headers, **values.pop("headers", {})}, **values)
		)

	thread = Thread(target=send)
	thread.start()
	thread.join()
	return answers[0]


def call(method: str, ip: str = "192.0.2.1", **arguments) -> TestResponse:
	"""Return the answer to a guest's call of a whitelisted function by POST."""
	return request(f"/api/method/{method}", "POST", ip, json=arguments)


def keep_request(test: TestCase) -> None:
	"""Let a test set request, arguments and answer of this process; when it ends, they are what they were, or none."""
	for name in ("request", "form_dict", "response"):
		if hasattr(frappe.local, name):
			test.addCleanup(setattr, frappe.local, name, getattr(frappe.local, name))
		else:
			test.addCleanup(forget, name)


def forget(name: str) -> None:
	if hasattr(frappe.local, name):
		delattr(frappe.local, name)


@contextmanager
def asked_by(ip: str):
	"""Do within the test, and its transaction, what a guest at the address `ip` has asked for."""
	user = frappe.session.user
	frappe.local.request = Request(EnvironBuilder(headers={"User-Agent": "Test Browser"}).get_environ())
	frappe.local.request_ip = ip
	frappe.set_user("Guest")
	try:
		yield
	finally:
		frappe.set_user(user)
		del frappe.local.request

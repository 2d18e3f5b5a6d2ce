"""Requests as they come over the web: through the whole framework, each with a connection of its own."""

import json
from contextlib import contextmanager
from threading import Thread
from unittest import TestCase

import frappe
from frappe.core.doctype.user.user import generate_keys
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


def key_of(user: str) -> str:
	"""Return what a user's requests say in `Authorization`; it holds once it is committed."""
	secret = generate_keys(user)["api_secret"]
	return f"token {frappe.db.get_value('User', user, 'api_key')}:{secret}"


def ask(key: str, place: str, asked: dict) -> TestResponse:
	"""Return the answer to whom a key belongs: an address is read, a function called by POST with `asked` as a form."""
	values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
	if place.startswith("/"):
		return request(place, headers={"Authorization": key}, query_string=values)
	return request(f"/api/method/{place}", "POST", headers={"Authorization": key}, data=values)


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

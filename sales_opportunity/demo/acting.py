"""What the demo and the tests do as somebody, with that user's permissions."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def acting(user: str) -> Iterator[None]:
	"""Do as `user` what follows, with that user's permissions."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)

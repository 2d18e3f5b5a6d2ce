"""In which order rows are locked, and what happens to a request that meets another one nevertheless.

The order, for everything that decides about an opportunity and what belongs to it:

1. the gate of what is done again, then that of all fulfilment requests (`ledger.lock`), where these are written;
2. the opportunities, several of them in the order of their names;
3. their quotes, then links and answers, or their fulfilment requests;
4. partners, classes and settings, which are locked last and lock nothing after them; before a partner is made of another
   one, the gate of its DocType.

A document of 3 that is loaded for an update locks its opportunity first, whoever loads it. What decides after a
lock is read with a lock, too: a plain read shows what was committed before the transaction's first one, not what
the transaction that held the lock has just done.

Locking reads on an index also lock the gap into which another transaction inserts, so two requests can still wait for
each other. The database ends one of them; what ended so is done again from the beginning (`retried`), one such
request after the other, so that they do not meet again.
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any

import frappe
from frappe.model.document import Document

ATTEMPTS = 3
SERIALIZATION_FAILURE = "40001"
"""PostgreSQL's code for a row that was changed since the transaction began."""
RECORD_CHANGED = 1020
"""MariaDB's code for the same, since version 11.6."""

DOORS = frozenset(
	{
		"frappe.client.insert",
		"frappe.client.save",
		"frappe.client.submit",
		"frappe.client.cancel",
		"frappe.client.set_value",
		"frappe.desk.form.save.cancel",
		"frappe.desk.form.save.savedocs",
	}
)
"""The framework's functions that do nothing but save the document they are given."""

ADDRESSES = frozenset({"api/resource", "api/v1/resource", "api/v2/document"})
"""Where the framework's documents are, each below its DocType."""


def lock_gate(doctype: str) -> None:
	"""Let one transaction at a time go on from here: the others wait until it ends."""
	frappe.db.get_value("DocType", doctype, "name", for_update=True)


def lock_opportunity(opportunity: str) -> str | None:
	"""Lock the opportunity until the transaction ends, and return its status."""
	return frappe.db.get_value("Sales Opportunity", opportunity, "status", for_update=True)


def lock_opportunity_of(doctype: str, name: str) -> str | None:
	"""Lock the opportunity of a stored quote or request until the transaction ends, and return its name."""
	opportunity = frappe.db.get_value(doctype, name, "opportunity")
	if opportunity:
		lock_opportunity(opportunity)
	return opportunity


def retried(function: Callable) -> Callable:
	"""Decorate a function so that it is done again if the database has ended its transaction for another one's sake.

	Only where nothing was written before in the transaction, and no caller is retried itself.
	"""

	@wraps(function)
	def attempt(*args: Any, **kwargs: Any) -> Any:
		return with_attempts(lambda: function(*args, **kwargs))

	return attempt


class RetriedDocument(Document):
	"""Mixin of documents: a request that does nothing but save one is done again, as `retried` functions are.

	Other code that saves them may hold locks of its own, which a new transaction would lose: it is left alone.
	"""

	def insert(self, *args: Any, **kwargs: Any) -> Any:
		return self._saved(super().insert, *args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Any:
		return self._saved(super().save, *args, **kwargs)

	def _saved(self, action: Callable, *args: Any, **kwargs: Any) -> Any:
		if frappe.flags.is_retried or not is_asked_for(self):
			return action(*args, **kwargs)
		state = self._copied_state()
		return with_attempts(lambda: action(*args, **kwargs), lambda: self._restore(state))

	def _copied_state(self) -> dict:
		return copy.deepcopy(self.__getstate__(), {id(self): self})

	def _restore(self, state: dict) -> None:
		self.__dict__.clear()
		self.__dict__.update(copy.deepcopy(state, {id(self): self}))


def with_attempts(action: Callable, restore: Callable[[], None] = lambda: None) -> Any:
	"""Return what the action returns, done again from the beginning after a conflict; `restore` undoes its traces."""
	if frappe.flags.is_retried or frappe.db.transaction_writes:
		return action()
	messages, saving = list(frappe.local.message_log), list(frappe.flags.currently_saving or [])
	frappe.flags.is_retried = True
	try:
		for _attempt in range(ATTEMPTS - 1):
			try:
				return action()
			except Exception as error:
				if not is_conflict(error):
					raise
				frappe.db.rollback()
				frappe.local.message_log, frappe.flags.currently_saving = list(messages), list(saving)
				restore()
				lock_gate("Sales Opportunity")
		return action()
	finally:
		frappe.flags.is_retried = False


def is_conflict(error: Exception) -> bool:
	"""Return whether the database has ended the transaction since another one was in its way."""
	if isinstance(error, frappe.QueryDeadlockError):
		return True
	code = getattr(error, "pgcode", None) or (error.args[0] if error.args else None)
	return code in (SERIALIZATION_FAILURE, RECORD_CHANGED)


def is_asked_for(doc: Document) -> bool:
	"""Return whether the present request is one of the framework's own that only saves this document."""
	request = getattr(frappe.local, "request", None)
	if not request:
		return False
	values = frappe.local.form_dict
	if values.cmd:
		return values.cmd in DOORS and doctype_to_save(values) == doc.doctype
	return is_saving_address(request.method, request.path or "", doc.doctype)


def doctype_to_save(values: frappe._dict) -> str | None:
	"""Return the DocType that a function of `DOORS` is asked to save."""
	sent = values.doctype or frappe.parse_json(values.doc or "{}")
	return sent.get("doctype") if isinstance(sent, dict) else sent


def is_saving_address(method: str, path: str, doctype: str) -> bool:
	"""Return whether a request to this address does nothing but insert or update a document of the DocType.

	A POST to the address of a document, or below it, runs a method of its own.
	"""
	prefix, _separator, name = path.strip("/").partition(f"/{doctype}")
	if prefix not in ADDRESSES:
		return False
	return not name if method == "POST" else method in ("PUT", "PATCH") and name.startswith("/")

"""What people are told of: events that the site's Notifications turn into messages, in each person's language.

The app says only that something happened (`notify`), by the name of an event; what is said, to whom and how stands in
Notifications with the event "Method", made once from `notifications.json`, which an admin changes or switches off.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frappe
from frappe.translate import print_language

from sales_opportunity.features import PARTICIPANTS, is_used
from sales_opportunity.texts.formatting import format_date

if TYPE_CHECKING:
	from frappe.model.document import Document

RECORDS = Path(__file__).parent / "notifications.json"

_concerned: ContextVar[list[str]] = ContextVar("whom the event that is being evaluated concerns")


def in_language_of(user: str) -> AbstractContextManager[None]:
	"""Return a context in which `_` speaks the user's language."""
	return print_language(language_of(user))


def language_of(user: str) -> str:
	"""Return the user's language, else the present one."""
	return frappe.db.get_value("User", user, "language") or frappe.local.lang


def notify(document: "Document", event: str, users: list[str]) -> None:
	"""Let the Notifications for an event of a document tell these users, once it is certain that it happened.

	Nobody is told of what is rolled back, and what happens never fails because a Notification does.
	"""
	run_after_commit(partial(evaluate, document.doctype, document.name, event, users))


def run_after_commit(run: Callable[[], None]) -> None:
	"""Tell people of something once it is certain that it happened; what telling them writes is stored by itself."""
	if frappe.flags.in_test:
		run()  # tests are rolled back
	else:
		frappe.db.after_commit.add(partial(run_and_store, run))


def run_and_store(run: Callable[[], None]) -> None:
	"""Run something after the transaction has ended, and store what it writes."""
	run()
	# The transaction of what happened has ended: what a Notification has changed is one of its own.
	frappe.db.commit()


def evaluate(doctype: str, name: str, event: str, users: list[str]) -> None:
	"""Evaluate the Notifications for the event once for each language of the users."""
	groups = defaultdict(list)
	for user in dict.fromkeys(users):
		groups[language_of(user)].append(user)
	for language, group in groups.items():
		messages = list(frappe.local.message_log)
		frappe.db.savepoint("notification")
		token = _concerned.set(group)
		try:
			with print_language(language):
				frappe.get_doc(doctype, name).run_method(event)
		except Exception:
			frappe.db.rollback(save_point="notification")
			frappe.log_error("Notification failed", reference_doctype=doctype, reference_name=name)
		finally:
			_concerned.reset(token)
			frappe.local.message_log = messages


def sales_people_to_tell(doc: "Document") -> str:
	"""Return the e-mail addresses of those whom an event concerns, for the recipients of a Notification.

	They are divided by commas alone: the framework takes a space beside one as part of the address.
	Outside of an event of this app these are the responsible people of a quote or opportunity.
	"""
	users = _concerned.get(None) or responsible(doc)
	return ",".join(frappe.get_all("User", {"name": ("in", users), "enabled": 1}, pluck="email"))


def responsible(doc: "Document") -> list[str]:
	"""Return who is responsible for a quote and, if it is somebody else, for its opportunity, then who has a share of it."""
	opportunity = doc.get("opportunity") or doc.name
	owner = frappe.db.get_value("Sales Opportunity", opportunity, "opportunity_owner")
	own = (doc.get("sales_person") or doc.owner) if doc.doctype == "Quote" else None
	return list(dict.fromkeys(filter(None, [own, owner, *colleagues_of(opportunity)])))


def colleagues_of(opportunity: str, for_update: bool = False) -> list[str]:
	"""Return who has a share of a deal as it is stored, nobody where the settings know no shares."""
	if not is_used(PARTICIPANTS):
		return []
	shares = {"parent": opportunity, "parenttype": "Sales Opportunity"}
	return frappe.db.get_values(
		"Sales Opportunity Share", shares, "user", order_by="idx asc", pluck=True, for_update=for_update
	)


def sales_last_answer(doc: "Document") -> frappe._dict:
	"""Return what the customer did last on the page of a quote: `answer`, `person_name`, `message`, all plain text."""
	return frappe.db.get_value(
		"Quote Answer",
		{"quote": doc.name},
		["answer", "person_name", "message"],
		order_by="creation desc",
		as_dict=True,
	) or frappe._dict(answer="", person_name="", message="")


def sales_date(value: Any) -> str:
	"""Return a date as the reader of a Notification writes it."""
	return format_date(value, frappe.local.lang)


def create_notifications() -> None:
	"""Create the Notifications of the app that the site does not have yet."""
	for record in json.loads(RECORDS.read_text()):
		if not frappe.db.exists("Notification", record["name"]):
			frappe.get_doc(
				{
					"doctype": "Notification",
					"enabled": 1,
					"channel": "System Notification",
					"event": "Method",
					"recipients": [{"cc": "{{ sales_people_to_tell(doc) }}"}],
					**record,
				}
			).insert()

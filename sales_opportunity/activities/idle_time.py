"""Since when nothing has happened on an opportunity."""

from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe.utils import nowdate

from sales_opportunity.activities.activity_rules import stalled_from
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY, opportunities_of

if TYPE_CHECKING:
	from frappe.core.doctype.comment.comment import Comment
	from frappe.core.doctype.communication.communication import Communication
	from frappe.desk.doctype.event.event import Event
	from frappe.desk.doctype.todo.todo import ToDo


def on_activity(doc: "Event | ToDo | Communication | Comment", method: str | None = None) -> None:
	"""Hook of new Communications, Comments, Events and ToDos: something has happened on their opportunities."""
	for name in sorted(opportunities_of(doc)):
		set_idle_since(name, nowdate())


def set_idle_since(opportunity: str, day: date | str | None) -> None:
	"""Store that something happened on the opportunity on this day."""
	values = frappe.db.get_value(OPPORTUNITY, opportunity, ("status", "stage"), as_dict=True, for_update=True)
	if not values:
		return
	days = frappe.get_cached_value("Qualification Stage", values.stage, "stalled_after_days")
	frappe.db.set_value(
		OPPORTUNITY,
		opportunity,
		{"idle_since": day, "stalled_from": stalled_from(values.status, day, days)},
		update_modified=False,
	)

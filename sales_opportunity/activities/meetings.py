"""Meetings on an opportunity: the framework's Event with place and guests, and what the stream says of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, now_datetime

from sales_opportunity.framework.compat import place_field
from sales_opportunity.mail.headers import plain_addresses
from sales_opportunity.people import contact_name
from sales_opportunity.texts.formatting import format_date
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from frappe.core.doctype.communication.communication import Communication
	from frappe.desk.doctype.event.event import Event

	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

LONGEST = 7 * 24 * 60
"""Minutes."""
LENGTH_OF_PLACE = 140
LENGTH_OF_GUESTS = 2000


class MeetingError(frappe.ValidationError):
	"""A meeting cannot be like that."""


def create_meeting(
	doc: "SalesOpportunity",
	subject: str,
	details: str,
	starts_on: datetime | None,
	minutes: int | None = None,
	place: str | None = None,
	guests: str | None = None,
) -> "Event":
	"""Insert a meeting on the opportunity and return it; `details` are HTML. Raises `MeetingError`."""
	starts_on = starts_on or now_datetime()
	if minutes is not None and not 0 <= minutes <= LONGEST:
		frappe.throw(_("A meeting takes between 0 minutes and seven days."), MeetingError)
	if len(place or "") > LENGTH_OF_PLACE or len(guests or "") > LENGTH_OF_GUESTS:
		frappe.throw(_("The place or the list of guests is too long."), MeetingError)
	event = frappe.get_doc(
		{
			"doctype": "Event",
			"subject": subject,
			"description": details,
			"event_category": "Meeting",
			"event_type": "Private",
			"starts_on": starts_on,
			"ends_on": starts_on + timedelta(minutes=minutes) if minutes else None,
			place_field(): disarmed((place or "").strip()),
			"sales_guests": disarmed(", ".join(plain_addresses(guests or ""))),
		}
	)
	event.add_participant(doc.doctype, doc.name)
	return event.insert()


def with_participant(opportunity: str) -> list[list[str]]:
	"""Return the filters of the Events in which the opportunity takes part."""
	return [
		["Event Participants", "reference_doctype", "=", "Sales Opportunity"],
		["Event Participants", "reference_docname", "=", opportunity],
	]


def meetings_of(opportunity: str) -> list[str]:
	"""Return the names of all Events in which the opportunity takes part."""
	return frappe.get_all(
		"Event Participants",
		{
			"parenttype": "Event",
			"reference_doctype": "Sales Opportunity",
			"reference_docname": opportunity,
		},
		pluck="parent",
	)


def guests_of(text: str | None) -> list[str]:
	"""Return the guests of a meeting as they were entered: addresses, or names without any."""
	return [guest.strip() for guest in (text or "").split(",") if guest.strip()]


def is_invited(event: "Event") -> bool:
	"""Return whether guests were invited to a meeting that lies ahead."""
	return bool(event.sales_invitations) and get_datetime(event.starts_on) > now_datetime()


def guest_names(addresses: list[str]) -> dict[str, str]:
	"""Return the full names of those whose addresses colleagues or contacts have, by address in lower case.

	Contacts are named to those only who may read them.
	"""
	addresses = sorted({address for address in addresses if "@" in address})
	if not addresses:
		return {}
	contacts = []
	if frappe.has_permission("Contact", "read"):
		fields = ["email_id", "first_name", "last_name"]
		contacts = frappe.get_list("Contact", {"email_id": ("in", addresses)}, fields, limit=0)
	users = frappe.get_all("User", {"email": ("in", addresses)}, ["email", "full_name"])
	names = {row.email_id.lower(): contact_name(row) for row in contacts}
	return names | {row.email.lower(): row.full_name for row in users}


def named_guests(text: str | None, names: dict[str, str]) -> list[str]:
	"""Return the guests by name where it is known."""
	return [names.get(guest.lower()) or guest for guest in guests_of(text)]


def set_description(communication: "Communication", method: str | None = None) -> None:
	"""Hook of saved Communications: the stream's entry of a meeting says what, when, where and with whom."""
	if communication.reference_doctype != "Event" or communication.communication_medium != "Meeting":
		return
	if not any(row.link_doctype == "Sales Opportunity" for row in communication.timeline_links):
		return
	event = frappe.get_doc("Event", communication.reference_name)
	if event.status == "Cancelled":
		headline = _("Cancelled: {0}").format(event.subject)
	else:
		headline = event.subject
	guests = named_guests(event.sales_guests, guest_names(guests_of(event.sales_guests)))
	facts = [span_text(event.starts_on, event.ends_on), event.get(place_field()), ", ".join(guests)]
	communication.content = (
		f"<p><strong>{escape_html(headline)}</strong></p>"
		f"<p>{escape_html(' · '.join(filter(None, facts)))}</p>{event.description or ''}"
	)


def span_text(starts_on: datetime | str, ends_on: datetime | str | None, language: str | None = None) -> str:
	"""Return when a meeting is: 27.11.2026, 10:00–11:30; the day of its end if that is another one."""
	language = language or frappe.local.lang
	start, end = get_datetime(starts_on), ends_on and get_datetime(ends_on)
	text = f"{format_date(start, language)}, {start:%H:%M}"
	if not end:
		return text
	if end.date() == start.date():
		return f"{text}–{end:%H:%M}"
	return f"{text} – {format_date(end, language)}, {end:%H:%M}"

"""Meetings as calendars exchange them (RFC 5545, RFC 5546). Free of the framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Sales Opportunity//Frappe//EN"
DEFAULT_LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class Meeting:
	"""A meeting with its times in the time zone of the site; `version` counts its invitations, from 0."""

	uid: str
	subject: str
	starts_on: datetime
	ends_on: datetime | None
	time_zone: str
	organizer: tuple[str, str]
	"""Name and address."""
	guests: Iterable[tuple[str, str]]
	"""Names and addresses; a name may be empty."""
	place: str = ""
	details: str = ""
	version: int = 0


def calendar_file(meeting: Meeting, now: datetime, is_cancelled: bool = False) -> str:
	"""Return the text of an .ics file that invites to the meeting, or takes the invitation back.

	Times are written in UTC, so that no calendar has to know the time zone. `now` is in the site's time zone, too.
	"""
	calendar = Calendar()
	calendar.add("prodid", PRODUCT)
	calendar.add("version", "2.0")
	calendar.add("method", "CANCEL" if is_cancelled else "REQUEST")
	event = Event()
	event.add("uid", meeting.uid)
	event.add("sequence", meeting.version)
	event.add("dtstamp", in_utc(now, meeting.time_zone))
	event.add("dtstart", in_utc(meeting.starts_on, meeting.time_zone))
	event.add("dtend", in_utc(meeting.ends_on or meeting.starts_on + DEFAULT_LENGTH, meeting.time_zone))
	event.add("summary", meeting.subject)
	event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
	for name, value in (("location", meeting.place), ("description", meeting.details)):
		if value:
			event.add(name, value)
	event.add("organizer", person(*meeting.organizer), encode=False)
	for name, address in meeting.guests:
		guest = person(name, address)
		guest.params.update(
			{"ROLE": vText("REQ-PARTICIPANT"), "RSVP": vText("FALSE" if is_cancelled else "TRUE")}
		)
		event.add("attendee", guest, encode=False)
	calendar.add_component(event)
	return calendar.to_ical().decode()


def person(name: str, address: str) -> vCalAddress:
	"""Return a person as an organizer or guest; a name is left out where it is the address."""
	found = vCalAddress(f"mailto:{address}")
	if name and name != address:
		found.params["CN"] = vText(name)
	return found


def in_utc(moment: datetime, time_zone: str) -> datetime:
	"""Return a moment of the time zone in UTC."""
	return moment.replace(microsecond=0, tzinfo=ZoneInfo(time_zone)).astimezone(timezone.utc)

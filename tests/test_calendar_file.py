"""Invitations as any calendar reads them (RFC 5545)."""

from datetime import datetime, timezone

import pytest
from icalendar import Calendar

from sales_opportunity.activities.calendar_file import (
	Meeting,
	calendar_file,
)

NOW = datetime(2026, 11, 26, 9, 0)


def meeting(**values) -> Meeting:
	return Meeting(
		**{
			"uid": "EV1@site",
			"subject": 'Test ride, again; with "quotes"\nand ümlauts',
			"starts_on": datetime(2026, 12, 1, 10, 0),
			"ends_on": datetime(2026, 12, 1, 11, 30),
			"time_zone": "Europe/Berlin",
			"organizer": ("Jana Lindental", "jana@lindental.example"),
			"guests": [("Sabine Hoffmann", "sabine@kunde.example"), ("", "max@kunde.example")],
			"place": "Rathaus, Raum 3; 2. Stock",
			**values,
		}
	)


def read(text: str):
	calendar = Calendar.from_ical(text)
	[event] = calendar.walk("VEVENT")
	return calendar, event


def test_a_calendar_reads_what_was_entered():
	calendar, event = read(calendar_file(meeting(), NOW))
	assert (calendar["method"], event["status"], event["uid"]) == ("REQUEST", "CONFIRMED", "EV1@site")
	assert event["summary"] == meeting().subject
	assert event["location"] == "Rathaus, Raum 3; 2. Stock"
	assert event["dtstart"].dt == datetime(2026, 12, 1, 9, 0, tzinfo=timezone.utc)
	assert event["dtend"].dt == datetime(2026, 12, 1, 10, 30, tzinfo=timezone.utc)
	assert event["organizer"].params["CN"] == "Jana Lindental"
	assert [str(guest) for guest in event["attendee"]] == [
		"mailto:sabine@kunde.example",
		"mailto:max@kunde.example",
	]
	assert "CN" not in event["attendee"][1].params


@pytest.mark.parametrize(
	("zone", "month", "hour"),
	[("Europe/Berlin", 7, 8), ("Europe/Berlin", 1, 9), ("America/New_York", 7, 14), ("Asia/Kolkata", 1, 4)],
)
def test_times_are_those_of_the_sites_time_zone(zone, month, hour):
	starts_on = datetime(2026, month, 1, 10, 0)
	_calendar, event = read(calendar_file(meeting(starts_on=starts_on, ends_on=None, time_zone=zone), NOW))
	assert event["dtstart"].dt.hour == hour
	assert (event["dtend"].dt - event["dtstart"].dt).seconds == 3600


def test_a_changed_meeting_replaces_the_former_one_and_a_cancelled_one_ends_it():
	_calendar, changed = read(calendar_file(meeting(version=2), NOW))
	assert (changed["sequence"], changed["uid"]) == (2, "EV1@site")
	calendar, cancelled = read(calendar_file(meeting(version=3), NOW, is_cancelled=True))
	assert (calendar["method"], cancelled["status"]) == ("CANCEL", "CANCELLED")


def test_lines_are_no_longer_than_calendars_take():
	text = calendar_file(meeting(details="Straße " * 100), NOW)
	assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))

"""Opportunities with a past: real saves, each moved to the day on which it happens in the test."""

from datetime import datetime

import frappe
from frappe.utils import get_datetime, now_datetime

from sales_opportunity.demo.past import shift_times
from sales_opportunity.reporting.snapshots import SNAPSHOT
from sales_opportunity.tests.factories import make_opportunity
from sales_opportunity.tests.settings import use_settings


def keep_only_new_snapshots(test_case: type) -> None:
	"""Let the site have no snapshots but those that are still to be taken, and keep these: their days are long over."""
	frappe.db.delete(SNAPSHOT)
	use_settings(test_case, snapshot_retention_days=0)


def begun(day: str, **values):
	"""Return an opportunity that was created on the day."""
	started = now_datetime()
	doc = make_opportunity(**values)
	shift_times([doc.name], started, on(day))
	return doc


def changed(day: str, doc, **values) -> None:
	"""Save the opportunity with these values, as if on the day."""
	started = now_datetime()
	doc = frappe.get_doc(doc.doctype, doc.name)
	doc.update(values)
	doc.save()
	shift_times([doc.name], started, on(day))


def on(day: str) -> datetime:
	"""Return a moment of the day; a time may be given, too."""
	moment = get_datetime(day)
	return moment if moment.time() > datetime.min.time() else moment.replace(hour=10)

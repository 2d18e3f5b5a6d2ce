"""What the app's settings say in tests."""

from functools import partial

import frappe

from sales_opportunity.deal.related import count_as_switched
from sales_opportunity.features import RELATED_DEALS, SETTINGS


def use_settings(test, **values) -> None:
	"""Let the settings say this until the end of a test or, if a class is given, of its tests.

	It is only stored: nothing is refused, hidden or offered for it. At the end they say in the database and in caches what
	they said before, also if a savepoint that is older or younger was rolled back to, or the test has committed.
	"""
	stored = frappe.db.get_singles_dict(SETTINGS, cast=True)
	commits = []
	cleanup = test.addClassCleanup if isinstance(test, type) else test.addCleanup
	cleanup(restore, {fieldname: stored.get(fieldname) for fieldname in values}, commits)
	store(values)
	frappe.db.after_commit.add(partial(commits.append, values))


def restore(values: dict, commits: list) -> None:
	"""Store what the settings said before, for good if what they said since then was, and nothing else with it."""
	if commits:
		frappe.db.rollback()
	store(values)
	if never_said := [fieldname for fieldname, value in values.items() if value is None]:
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ("in", never_said)})
	if commits:
		frappe.db.commit()


def store(values: dict) -> None:
	"""Store fields of the settings, and count frames as they say."""
	frappe.db.set_single_value(SETTINGS, values, update_modified=False)
	if RELATED_DEALS in values:
		count_as_switched()


def save_settings(**values) -> None:
	"""Save the settings as their form does: with what is refused, hidden or offered then."""
	frappe.get_doc(SETTINGS).update(values).save()


def commit_settings(**values) -> None:
	"""Save the settings for requests and workers, too, which see only what is committed."""
	save_settings(**values)
	frappe.db.commit()

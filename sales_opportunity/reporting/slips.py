"""When open deals will probably close, by how late deals of their class and stage closed: computed once a day.

The curves are kept in the cache, as plain numbers, and what they say in the field `likely_close_date` of each open deal. So
lists and reports read a field, and a deal that is saved asks the curves that are there. With the settings' switch off
the field has the date that the seller said; if the cache has lost the curves, it stays what it is until the next night.
"""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Count, Min
from frappe.utils import getdate
from pypika.functions import Date

from sales_opportunity.analysis.slips import Slip, SlipCurve, Slips
from sales_opportunity.currency import SETTINGS
from sales_opportunity.features import LIKELY_DATES, is_used
from sales_opportunity.reporting.query import OPPORTUNITY, as_date, is_counted, scanned

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

CHANGE = "Sales Opportunity Change"
CACHED = "sales_opportunity_slips"
NOTHING = Slips({})
DECIDING = ("expected_close_date", "class_id", "stage", "status")
"""Fields of a deal on which its likely date depends."""

SMALLEST_SAMPLE = 20


def refresh_curves() -> None:
	"""Compute the curves anew, and let all open deals follow them. Runs every day, and when the switch is turned."""
	slips = Slips.of(observed(getdate()), smallest_sample_of_curve()) if is_wanted() else NOTHING
	frappe.cache.set_value(CACHED, {group: astuple(curve) for group, curve in slips.curves.items()})
	store_likely_dates(slips, getdate())


def is_wanted() -> bool:
	"""Return whether the settings want dates to be adjusted."""
	return is_used(LIKELY_DATES)


def smallest_sample_of_curve() -> int:
	"""Return how many closed deals a curve needs."""
	return frappe.get_cached_doc(SETTINGS).calibration_minimum or SMALLEST_SAMPLE


def set_likely_date(doc: "SalesOpportunity", method: str | None = None) -> None:
	"""Let a deal that is saved have its likely date, by the curves that are there (a hook)."""
	said = as_date(doc.expected_close_date)
	if doc.status != "Open" or not said:
		doc.likely_close_date = None
		return
	slips, before = known_slips(), doc.get_doc_before_save()
	if slips is None and before and not any(map(doc.has_value_changed, DECIDING)):
		doc.likely_close_date = before.likely_close_date
		return
	doc.likely_close_date = (slips or NOTHING).adjusted(doc.class_id, doc.stage, said, getdate())


def known_slips() -> Slips | None:
	"""Return the curves of the last night, none if they are not wanted, None if the cache has lost them."""
	if not is_wanted():
		return NOTHING
	stored = frappe.cache.get_value(CACHED)
	if stored is None:
		return None
	return Slips({group: SlipCurve(*values) for group, values in stored.items()})


def on_settings(settings: "SalesOpportunitySettings", method: str) -> None:
	"""Adjust the dates, or let them be those of the sellers again, once the switch is turned (a hook)."""
	before = settings.get_doc_before_save()
	names = (LIKELY_DATES, "calibration_minimum")
	if before and any(before.get(name) != settings.get(name) for name in names):
		frappe.enqueue(refresh_curves, enqueue_after_commit=True)


def observed(today: date) -> Iterator[tuple[str, str, Slip, int]]:
	"""Yield class, stage and slip of the site's deals, with how many there are.

	The date is the first that was said while the deal was in the stage.
	"""
	fact, table = frappe.qb.DocType(CHANGE), frappe.qb.DocType(OPPORTUNITY)
	first = (
		frappe.qb.from_(fact)
		.where((fact.status == "Open") & fact.expected_close_date.notnull())
		.groupby(fact.opportunity, fact.stage)
		.select(fact.opportunity, fact.stage, Min(fact.changed_on).as_("changed_on"))
	)
	keys = [table.class_id, fact.stage, fact.expected_close_date, table.status, Date(table.closed_on)]
	rows = (
		frappe.qb.from_(first)
		.join(fact)
		.on((fact.opportunity == first.opportunity) & (fact.changed_on == first.changed_on))
		.join(table)
		.on((table.name == fact.opportunity) & is_counted(table))
		.groupby(*keys)
		.select(*keys, Count("*"))
		.run()
	)
	for class_id, stage, said, status, closed_on, count in rows:
		day = today if status == "Open" else as_date(closed_on)
		if day:
			yield class_id, stage, ((day - getdate(said)).days, status != "Open"), count


def store_likely_dates(slips: Slips, today: date) -> None:
	"""Write the likely dates of all open deals: one statement for those of a class, stage and date that differ."""
	table = frappe.qb.DocType(OPPORTUNITY)
	is_open = (scanned(table.status) == "Open") & table.expected_close_date.notnull()
	keys = [table.class_id, table.stage, table.expected_close_date, table.likely_close_date]
	wanted = {}
	for class_id, stage, said, stored in (
		frappe.qb.from_(table).where(is_open).groupby(*keys).select(*keys).run()
	):
		likely = slips.adjusted(class_id, stage, getdate(said), today)
		if as_date(stored) != likely:
			wanted[class_id, stage, getdate(said)] = likely
	for (class_id, stage, said), likely in wanted.items():
		is_theirs = (
			(table.class_id == class_id) & (table.stage == stage) & (table.expected_close_date == said)
		)
		frappe.qb.update(table).set(table.likely_close_date, likely).where(is_open & is_theirs).run()

"""Moves what was saved a moment ago to the day on which it happens in the story."""

from datetime import datetime

import frappe
from pypika import Case

TRACES = (
	("Sales Opportunity", "name", ("creation", "modified", "closed_on")),
	("Sales Opportunity Stage Log", "parent", ("creation", "modified", "changed_on")),
	("Sales Opportunity Change", "opportunity", ("creation", "modified", "changed_on")),
	("Quote", "name", ("creation", "modified", "issued_on")),
	("Fulfilment Request", "name", ("creation", "modified")),
	("Quote Release", "quote", ("happened_on",)),
	("File", "attached_to_name", ("creation", "modified")),
	("Version", "docname", ("creation", "modified")),
	("Comment", "reference_name", ("creation", "modified")),
	("Communication", "reference_name", ("creation", "modified", "communication_date")),
	("ToDo", "reference_name", ("creation", "modified")),
	("Event", "name", ("creation", "modified")),
)
"""Where a save leaves its time: DocType, the column with the document's name, the columns with the time."""


def shift_times(names: list[str], since: datetime, moment: datetime) -> None:
	"""Set every time from `since` on, in all records that belong to the named documents, to `moment`."""
	for doctype, column, fieldnames in TRACES:
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.update(table).where(table[column].isin(names) & (table.modified >= since))
		for fieldname in fieldnames:
			field = table[fieldname]
			query = query.set(field, Case().when(field >= since, moment).else_(field))
		query.run()


def age(doctypes: tuple[str, ...], since: datetime, moment: datetime) -> None:
	"""Let all records of the DocTypes that were created from `since` on look as if created at `moment`."""
	for doctype in doctypes:
		table = frappe.qb.DocType(doctype)
		(
			frappe.qb.update(table)
			.set(table.creation, moment)
			.set(table.modified, moment)
			.where(table.creation >= since)
		).run()

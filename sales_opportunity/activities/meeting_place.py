"""The field for the place of meetings: the framework's where it has one, so that there are never two; else our own."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.query_builder.functions import Coalesce

from sales_opportunity.framework.compat import place_field

OWN = "sales_place"


def ensure_place_field() -> None:
	"""Create our own field where Event has no place; where it has, move what ours holds there and remove ours.

	Done at installation and with each migration: an update of the framework may bring the field. Runs twice without harm.
	"""
	own = frappe.db.exists("Custom Field", {"dt": "Event", "fieldname": OWN})
	if place_field() == OWN:
		if not own:
			create_place_field(OWN)
	elif own:
		move_places(place_field())
		frappe.delete_doc("Custom Field", own, force=True)


def create_place_field(fieldname: str) -> None:
	"""Give meetings a field of this name for their place."""
	field = {
		"fieldname": fieldname,
		"fieldtype": "Data",
		"label": "Place",
		"insert_after": "repeat_this_event",
		"module": "Sales Opportunity",
	}
	create_custom_fields({"Event": [field]})


def move_places(fieldname: str) -> None:
	"""Move places from this app's own field to the given one where that is empty."""
	event = frappe.qb.DocType("Event")
	is_empty = Coalesce(event[fieldname], "") == ""
	frappe.qb.update(event).set(event[fieldname], event[OWN]).where(
		is_empty & (Coalesce(event[OWN], "") != "")
	).run()

"""Services have a mark of their own on lines of quotes: those from before get it. Runs twice without harm."""

import frappe


def execute() -> None:
	"""Mark the lines of services on quotes from before there was a mark."""
	services = frappe.get_all("Sales Item", {"kind": "Service"}, pluck="name")
	for start in range(0, len(services), 500):
		rows = {"item_type": "Sales Item", "item": ("in", services[start : start + 500]), "is_service": 0}
		frappe.db.set_value("Quote Item", rows, "is_service", 1, update_modified=False)

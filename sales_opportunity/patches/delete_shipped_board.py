"""The page *Pipeline* replaces the Kanban Board of former versions, which goes if it is as it was shipped.

Runs twice without harm.
"""

import json
from typing import TYPE_CHECKING

import frappe

if TYPE_CHECKING:
	from frappe.desk.doctype.kanban_board.kanban_board import KanbanBoard

BOARD = "Sales Pipeline"
OPPORTUNITY = "Sales Opportunity"
SHIPPED = {
	"reference_doctype": OPPORTUNITY,
	"field_name": "stage",
	"fields": ["party_name", "weighted_amount", "expected_close_date"],
	"filters": [[OPPORTUNITY, "status", "=", "Open"]],
	"private": 0,
}


def execute() -> None:
	"""Delete the Kanban Board that former versions came with, if it is as it was shipped: the page *Pipeline* replaces it.

	One that somebody has changed stays, with the columns that it has.
	"""
	if frappe.db.exists("Kanban Board", BOARD) and is_as_shipped(frappe.get_doc("Kanban Board", BOARD)):
		frappe.delete_doc("Kanban Board", BOARD, force=True)


def is_as_shipped(board: "KanbanBoard") -> bool:
	"""Return whether the board has its first settings, and a column for each open stage; where cards lie does not count."""
	values = {fieldname: board.get(fieldname) for fieldname in SHIPPED}
	for fieldname in ("fields", "filters"):
		values[fieldname] = json.loads(values[fieldname] or "null")
	values["private"] = int(values["private"] or 0)
	columns = {column.column_name for column in board.columns if column.status == "Active"}
	stages = frappe.get_all("Qualification Stage", {"stage_type": "Open", "enabled": 1}, pluck="name")
	return values == SHIPPED and len(columns) == len(board.columns) and columns == set(stages)

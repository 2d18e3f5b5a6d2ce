"""The board of open opportunities, one column per stage: the framework's Kanban Board, kept in line with the stages."""

import json

import frappe

BOARD = "Sales Pipeline"
OPPORTUNITY = "Sales Opportunity"
CARD_FIELDS = ("party_name", "weighted_amount", "expected_close_date")


def create_board():
	"""Create the board on a new site."""
	if not frappe.db.exists("Kanban Board", BOARD):
		board = frappe.get_doc(
			{
				"doctype": "Kanban Board",
				"kanban_board_name": BOARD,
				"reference_doctype": OPPORTUNITY,
				"field_name": "stage",
				"fields": json.dumps(CARD_FIELDS),
				"filters": json.dumps([[OPPORTUNITY, "status", "=", "Open"]]),
			}
		)
		set_columns(board)
		board.insert()


def sync_board():
	"""Give the board the enabled open stages as columns, in their order; a board that was deleted stays so."""
	if frappe.db.exists("Kanban Board", BOARD):
		board = frappe.get_doc("Kanban Board", BOARD)
		set_columns(board)
		# Whoever may change stages may change the columns that stand for them.
		board.save(ignore_permissions=True)


def set_columns(board):
	orders = {column.column_name: column.order for column in board.columns}
	stages = frappe.get_all(
		"Qualification Stage",
		{"stage_type": "Open", "enabled": 1},
		["name", "color"],
		order_by="position asc, name asc",
	)
	board.set("columns", [])
	for stage in stages:
		board.append(
			"columns",
			{
				"column_name": stage.name,
				"status": "Active",
				"indicator": (stage.color or "gray").replace("-", " ").title(),
				"order": orders.get(stage.name) or "[]",
			},
		)

"""The board of open opportunities: what the page asks the server for."""

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.access.permissions import require
from sales_opportunity.currency import find_company_currency
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.people import get_people
from sales_opportunity.reporting.query import OPPORTUNITY
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.close_dates import change_close_date
from sales_opportunity.sales_opportunity.page.pipeline import cards as card_details
from sales_opportunity.sales_opportunity.page.pipeline.board_query import NOTHING, STAGES, Board
from sales_opportunity.sales_opportunity.page.pipeline.columns import (
	date_columns,
	get_classes,
	get_stages,
	stage_columns,
)
from sales_opportunity.sales_opportunity.page.pipeline.months import BoardPeriodError, postponed


@whitelist()
def get_board(view: str = STAGES, filters: dict | str | None = None) -> dict:
	"""Return all that the page needs at once: columns with their figures and first cards, classes, people.

	`view` is `stages` or `months`, `filters` may have `mine`, `class_id`, `owner`, `period`, `text`. Figures are of all
	open deals of a column that the user may read, in the company's currency. The number of statements is the same
	however many deals there are. Raises `frappe.PermissionError` for users who may read no opportunities.
	"""
	require(OPPORTUNITY)
	board = as_board(view, filters)
	figures, names = board.figures(), board.names()
	stages = get_stages()
	classes = get_classes(stages)
	columns = (
		stage_columns(stages, classes, board.filters.get("class_id"), set(figures))
		if view == STAGES
		else date_columns(board.today, set(figures))
	)
	found = card_details.get_cards([name for some in names.values() for name in some], board.today)
	by_name = {card.name: card for card in found}
	owners = board.owners()
	return {
		"today": board.today,
		"currency": board.currency,
		"may_write": frappe.has_permission(OPPORTUNITY, "write"),
		"may_create": frappe.has_permission(OPPORTUNITY, "create"),
		"columns": [
			{
				**column,
				**vars(figures.get(column["key"], NOTHING)),
				"cards": [by_name[name] for name in names.get(column["key"], ()) if name in by_name],
			}
			for column in columns
		],
		"stages": stages,
		"classes": classes,
		"owners": owners,
		"people": get_people({*owners, frappe.session.user}),
	}


@whitelist()
def get_more(view: str, column: str, start: int, filters: dict | str | None = None) -> list[frappe._dict]:
	"""Return the next cards of a column, after `start` ones. Arguments and errors as of `get_board`."""
	require(OPPORTUNITY)
	board = as_board(view, filters)
	return card_details.get_cards(board.names(column, start).get(column, []), board.today)


@whitelist()
def get_card(opportunity: str, view: str, filters: dict | str | None = None) -> dict:
	"""Return what has become of a card that was moved: `card`, its `column`, and the `figures` of all columns.

	`column` is None, and `card` too, if the board does not show it any more. Arguments and errors as of `get_board`.
	"""
	require(OPPORTUNITY)
	board = as_board(view, filters)
	column = board.column_of(opportunity)
	cards = card_details.get_cards([opportunity], board.today) if column else []
	return {
		"column": column,
		"card": cards[0] if cards else None,
		"figures": {key: vars(figures) for key, figures in board.figures().items()},
	}


@whitelist(methods=["POST"])
@retried
def move_close_date(opportunity: str, column: str) -> str | None:
	"""Give the opportunity a close date in the month of a column (`2026-03`), or none, and return it.

	The day of the month stays, or is the month's last; see `months.postponed`. Saves through the document, so that all
	rules hold and the history tells of it. Raises `WrongInputError` for a column that takes no deals,
	`OpportunityClosedError` for a closed deal, `frappe.PermissionError` without write permission.
	"""
	try:
		day = change_close_date(opportunity, lambda former: postponed(former, column, getdate()))
	except BoardPeriodError:
		frappe.throw(_("Deals cannot be put into {0}.").format(frappe.bold(column)), WrongInputError)
	return day and str(day)


def as_board(view: str, filters: dict | str | None) -> Board:
	"""Return the board for the present user, today."""
	return Board(view, filters, find_company_currency(), getdate())

"""The open opportunities of the board: which the filters let through, in which column each is, and what columns add up to."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Lower, Sum
from pypika import Case, Order
from pypika.analytics import RowNumber

from sales_opportunity.access.permissions import may_read_field
from sales_opportunity.inputs.arguments import read_dict
from sales_opportunity.inputs.values import WrongInputError, possible_text
from sales_opportunity.reporting.query import NO_RESTRICTION, OPPORTUNITY, is_counted, readable_criterion
from sales_opportunity.reporting.sharing import takes_part
from sales_opportunity.sales_opportunity.page.pipeline.months import (
	LATER,
	UNDATED,
	BoardPeriodError,
	bounds,
	month_columns,
)

if TYPE_CHECKING:
	from pypika.terms import Term

PAGE_LENGTH = 25
"""Cards that a column loads at once."""

SUMMED = ("base_amount", "base_weighted_amount")
STAGES, MONTHS = "stages", "months"
FILTERS = ("mine", "class_id", "owner", "period", "text")
SEARCHED = ("title", "party_name", "name")
NEVER = date(9999, 12, 31)
"""Sorts deals without a close date behind all others."""


@dataclass(frozen=True)
class ColumnFigures:
	"""What the deals of a column add up to; amounts in the company's currency, of the deals that were kept in it.

	Frame contracts are counted and not added, since their call-offs are. An amount is None for users who may not read
	those of the deals.
	"""

	count: int
	amount: float | None
	weighted: float | None
	in_other_currencies: int
	frames: int


NOTHING = ColumnFigures(0, 0.0, 0.0, 0, 0)


class Board:
	"""One view of the board for the present user: `view` is `stages` or `months`, `filters` those of its address.

	Raises `WrongInputError` for views, filters and periods that do not exist.
	"""

	def __init__(self, view: str, filters: dict | str | None, currency: str | None, today: date) -> None:
		if view not in (STAGES, MONTHS):
			frappe.throw(_("{0} is not a view of the board.").format(frappe.bold(view)), WrongInputError)
		self.view, self.currency, self.today = view, currency, today
		self.table = frappe.qb.DocType(OPPORTUNITY)
		values = read_dict(filters or {}, _("Filters"))
		self.filters = {key: possible_text(values[key], _("Filters")) for key in FILTERS if values.get(key)}
		self.is_open = Criterion.all([readable_criterion(OPPORTUNITY), self.table.status == "Open"])
		self.is_shown = Criterion.all([self.is_open, *self._criteria()])

	def figures(self) -> dict[str, ColumnFigures]:
		"""Return the figures of each column that has deals, by its key. One statement."""
		table = self.table
		counts, is_ours = is_counted(table), table.company_currency == (self.currency or "")
		rows = (
			frappe.qb.from_(table)
			.where(self.is_shown)
			.groupby(self.column)
			.select(
				self.column,
				Count(table.name),
				*(Sum(Case().when(counts & is_ours, table[name]).else_(0)) for name in SUMMED),
				Sum(Case().when(is_ours, 0).else_(1)),
				Sum(Case().when(is_ours & (table.is_counted == 0), 1).else_(0)),
			)
			.run()
		)
		is_told = [may_read_field(OPPORTUNITY, name) for name in SUMMED]
		return {
			key: ColumnFigures(
				count,
				*(float(sum_) if told else None for sum_, told in zip(sums, is_told, strict=True)),
				in_other_currencies=int(others),
				frames=int(frames),
			)
			for key, count, *sums, others, frames in rows
		}

	def names(self, column: str | None = None, start: int = 0) -> dict[str, list[str]]:
		"""Return the names of the next cards, after `start` ones, of all columns or of one, by column. One statement.

		The earliest close date comes first, those without one last, then the most valuable.
		"""
		table = self.table
		place = (
			RowNumber()
			.over(self.column)
			.orderby(Coalesce(table.expected_close_date, NEVER))
			.orderby(table.base_amount, order=Order.desc)
			.orderby(table.name)
		)
		placed = (
			frappe.qb.from_(table)
			.where(self.is_shown)
			.select(table.name, self.column, place.as_("place"))
			.as_("placed")
		)
		query = (
			frappe.qb.from_(placed)
			.where((placed.place > start) & (placed.place <= start + PAGE_LENGTH))
			.orderby(placed.place)
			.select(placed.board_column, placed.name)
		)
		if column is not None:
			query = query.where(placed.board_column == column)
		found: dict[str, list[str]] = {}
		for key, name in query.run():
			found.setdefault(key, []).append(name)
		return found

	def column_of(self, name: str) -> str | None:
		"""Return the column in which the board shows an opportunity, None if it does not. One statement."""
		query = frappe.qb.from_(self.table).where(self.is_shown & (self.table.name == name))
		rows = query.select(self.column).run()
		return rows[0][0] if rows else None

	def owners(self) -> list[str]:
		"""Return who is responsible for any open deal that the user may read, whatever the filters. One statement."""
		# By a bare column the database would go through the index of all owners, of closed deals too.
		owner = Coalesce(self.table.opportunity_owner, "")
		query = frappe.qb.from_(self.table).where(self.is_open).select(owner).distinct()
		return [user for user in query.run(pluck=True) if user]

	@property
	def column(self) -> "Term":
		"""The key of the column as SQL: the stage, or that of the close date."""
		return (self.table.stage if self.view == STAGES else self._month()).as_("board_column")

	def _month(self) -> "Term":
		day = self.table.expected_close_date
		case = Case().when(day.isnull(), UNDATED)
		for span in month_columns(self.today):
			if span.key not in (UNDATED, LATER):
				case = case.when(day <= span.last, span.key)
		return case.else_(LATER)

	def _criteria(self) -> list[Criterion]:
		table, filters = self.table, self.filters
		owner = frappe.session.user if filters.get("mine") else filters.get("owner")
		return [
			table.class_id == filters["class_id"] if "class_id" in filters else NO_RESTRICTION,
			takes_part(table, owner) if owner else NO_RESTRICTION,
			self._is_found(filters["text"]) if "text" in filters else NO_RESTRICTION,
			self._is_within(filters.get("period", "")),
		]

	def _is_found(self, text: str) -> Criterion:
		pattern = f"%{text.strip().lower()}%"
		return Criterion.any([Lower(self.table[fieldname]).like(pattern) for fieldname in SEARCHED])

	def _is_within(self, period: str) -> Criterion:
		day = self.table.expected_close_date
		if period == UNDATED:
			return day.isnull()
		try:
			first, last = bounds(period, self.today)
		except BoardPeriodError:
			frappe.throw(_("{0} is not a period.").format(frappe.bold(period)), WrongInputError)
		return Criterion.all(
			[NO_RESTRICTION, *([day >= first] if first else []), *([day <= last] if last else [])]
		)

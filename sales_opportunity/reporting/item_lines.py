"""The lines that are demand for items, added up by the database, with what is known of their items and opportunities."""

from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Coalesce, Count, Max, Min, Sum
from pypika import Case
from pypika.analytics import DenseRank
from pypika.functions import Date

from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.registry import last_registered
from sales_opportunity.masters.adapters import Item, UnknownMasterError, get_item
from sales_opportunity.reporting.drill_down import LISTED_ROWS
from sales_opportunity.reporting.item_groups import in_item_group
from sales_opportunity.reporting.query import OPPORTUNITY, in_forecast, is_sold, joined_with_rows, scanned

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder, Selectable
	from pypika.terms import Term

DAY = ("item_type", "item", "unit", "delivery_date", "closing", "is_won")
"""What the lines are added up by."""


def get_rows(filters: frappe._dict) -> list[frappe._dict]:
	"""Return the lines of open opportunities, and of won ones if wanted, added up by item, unit and dates.

	Each row has what is known of the item, the number of its `deals` and the first `names` of them. There are no names where
	there are very many and filters of the list say which: all lines are open and needed by the close date.
	"""
	lines = Lines(filters)
	rows = lines.sums()
	complete_lines(rows)
	if not filters.with_services:
		rows = [row for row in rows if row.kind != "Service"]
	are_many = any(row.lines > LISTED_ROWS for row in rows)
	if are_many and not filters.with_won and not any(row.delivery_date for row in rows):
		return rows
	names = lines.names()
	deals = lines.deals() if are_many else {day: len(listed) for day, listed in names.items()}
	for row in rows:
		row.names, row.deals = names[day_of(row)], deals[day_of(row)]
	return rows


def complete_lines(rows: list[frappe._dict]) -> None:
	"""Let lines with items of other apps say of these what their adapters say; nothing if no app knows them any more."""
	foreign = {(row.item_type, row.item) for row in rows if row.item and row.item_type != "Sales Item"}
	known = {key: known_item(*key) for key in foreign}
	for row in rows:
		item = known.get((row.item_type, row.item))
		if item:
			row.update(
				{
					"item_group": item.group,
					"kind": "Service" if item.is_service else "Goods",
					"lead_time_days": item.lead_time_days,
					"own_unit": item.unit,
				}
			)


def known_item(item_type: str, item: str) -> Item | None:
	"""Return another app's item, None if no app knows it any more."""
	try:
		return get_item(item_type, item)
	except (UnknownMasterError, frappe.DoesNotExistError):
		return None


def day_of(row: frappe._dict) -> tuple:
	"""Return what the lines are added up by."""
	return tuple(row[name] for name in DAY)


class Lines:
	"""The lines that are demand, of which the database adds up those of one item, unit and day."""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters = filters
		self.table, self.line = frappe.qb.DocType(OPPORTUNITY), frappe.qb.DocType("Sales Opportunity Item")
		self.item = frappe.qb.DocType("Sales Item")
		self.supplied = supplied_quantities() if filters.with_won else None
		self.quantity = self._still_needed()
		table, line = self.table, self.line
		is_won = scanned(table.status) == OpportunityStatus.WON
		self.day = {
			"item_type": line.item_type,
			"item": line.item,
			"unit": Coalesce(line.unit, ""),
			"delivery_date": line.delivery_date,
			"closing": Case().when(is_won, Date(table.closed_on)).else_(table.expected_close_date),
			"is_won": Case().when(is_won, 1).else_(0),
		}

	def sums(self) -> list[frappe._dict]:
		"""Return the quantities of the lines by their days, plain and times the probability in %."""
		line, item = self.line, self.item
		return (
			self._query()
			.groupby(*self.day.values())
			.select(
				*(term.as_(name) for name, term in self.day.items()),
				Sum(self.quantity).as_("quantity"),
				Sum(self.quantity * self.table.probability).as_("percents"),
				Count("*").as_("lines"),
				Min(line.item_name).as_("item_name"),
				Max(item.item_group).as_("item_group"),
				Max(item.lead_time_days).as_("lead_time_days"),
				Max(item.unit).as_("own_unit"),
			)
			.run(as_dict=True)
		)

	def deals(self) -> dict[tuple, int]:
		"""Return how many opportunities have the lines that are added up."""
		columns = self.day.values()
		query = self._query().groupby(*columns).select(Count(self.line.parent).distinct(), *columns)
		return {tuple(day): count for count, *day in query.run()}

	def names(self) -> dict[tuple, list[str]]:
		"""Return the first opportunities by name whose lines are added up."""
		rank = DenseRank().over(*self.day.values()).orderby(self.table.name)
		columns = [term.as_(name) for name, term in self.day.items()]
		ranked = self._query().select(self.table.name, *columns, rank.as_("position"))
		query = frappe.qb.from_(ranked).distinct().where(ranked.position <= LISTED_ROWS).orderby(ranked.name)
		found: dict[tuple, list[str]] = {}
		for name, *day in query.select(ranked.name, *(ranked[name] for name in DAY)).run():
			found.setdefault(tuple(day), []).append(name)
		return found

	def _query(self) -> "QueryBuilder":
		filters, line, item = self.filters, self.line, self.item
		status = scanned(self.table.status)
		is_demand = (status == "Open") & in_forecast(self.table, filters)
		if filters.with_won:
			is_demand |= status == OpportunityStatus.WON
		query = (
			joined_with_rows("Sales Opportunity Item", filters, is_demand & is_sold(line))
			.left_join(item)
			.on((line.item == item.name) & (line.item_type == "Sales Item"))
		)
		if self.supplied is not None:
			query = query.left_join(self.supplied).on(self.supplied.opportunity_item == line.name)
		if filters.item:
			query = query.where(line.item == filters.item)
		if filters.item_group:
			query = query.where(in_item_group(line, filters.item_group))
		if not filters.with_services:
			query = query.where(Coalesce(item.kind, "") != "Service")
		return query.where(self.quantity != 0)

	def _still_needed(self) -> "Term":
		"""Return the quantity of a line, of won ones what is neither shipped nor reserved in an app's stock yet."""
		if self.supplied is None:
			return self.line.quantity
		quantity, supplied = self.line.quantity, self.supplied
		most = Case().when(supplied.reserved > supplied.shipped, supplied.reserved).else_(supplied.shipped)
		is_open = supplied.shipped.isnull()
		return Case().when(is_open, quantity).when(quantity > most, quantity - most).else_(0)


def supplied_quantities() -> "Selectable":
	"""Return the query of what has been `shipped` and `reserved` of each line (`opportunity_item`).

	What is on a final order of an app is reserved in its stock.
	"""
	request, part = frappe.qb.DocType("Fulfilment Request"), frappe.qb.DocType("Fulfilment Request Item")
	reserving = "Order" if last_registered("sales_stock_provider") else ""
	return (
		frappe.qb.from_(part)
		.join(request)
		.on(part.parent == request.name)
		.where(request.kind.isin(["Shipping", "Order"]) & (request.status == RequestStatus.DONE))
		.groupby(part.opportunity_item)
		.select(
			part.opportunity_item,
			Sum(Case().when(request.kind == "Shipping", part.quantity).else_(0)).as_("shipped"),
			Sum(Case().when(request.kind == reserving, part.quantity).else_(0)).as_("reserved"),
		)
	)

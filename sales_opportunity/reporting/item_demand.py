"""The demand for items: the lines of opportunities by item, unit and period, and what of it the stock leaves to procure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from sales_opportunity.analysis.demand import Stock, due_date, net_needs, order_date, weighted_quantity
from sales_opportunity.analysis.periods import OVERDUE, due_start, end_of, start_of
from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.masters import Item, UnknownMasterError, get_item
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.reporting.drill_down import drill_to_names
from sales_opportunity.reporting.presentation import period_name
from sales_opportunity.reporting.query import (
	EQUAL_FILTERS,
	NO_RESTRICTION,
	OPPORTUNITY,
	as_date,
	chosen,
	in_forecast,
	is_set,
	joined,
	readable_criterion,
)
from sales_opportunity.reporting.stock import stock_of

QUANTITY_DECIMALS = 3


@dataclass(frozen=True)
class Key:
	"""What demand is added up by: an item in one unit."""

	item_type: str
	item: str
	unit: str


@dataclass(frozen=True)
class Demand:
	"""A line of an opportunity: when it is needed, and how much of it."""

	opportunity: str
	due: date | None
	is_overdue: bool
	quantity: Decimal
	weighted: Decimal


def get_demand(filters: dict | None) -> tuple[list[dict], bool]:
	"""Return the report's rows, and whether an app told the stock."""
	filters = chosen({**(filters or {}), "status": None}, period="Month")
	rows = get_item_lines(filters)
	stock = stock_of({(row.item_type, row.item) for row in rows})
	return get_data(filters, rows, stock or {}), stock is not None


def decimals_needed(data: list[dict]) -> int:
	"""Return how many decimals the quantities have: 20 pieces shall not be read as 20,000."""
	keys = ("nominal", "weighted", "on_hand", "on_order", "reserved", "net_need")
	quantities = [Decimal(str(row[key])).normalize() for row in data for key in keys if row[key] is not None]
	return max([0, *(-int(quantity.as_tuple().exponent) for quantity in quantities)])


def get_item_lines(filters: frappe._dict) -> list[frappe._dict]:
	"""Return the lines of open opportunities, and of won ones if wanted, with what is known of their items."""
	table, line = frappe.qb.DocType("Sales Opportunity"), frappe.qb.DocType("Sales Opportunity Item")
	item = frappe.qb.DocType("Sales Item")
	is_demand = (table.status == "Open") & in_forecast(table, filters)
	if filters.with_won:
		is_demand |= table.status == "Won"
	query = (
		joined("Sales Opportunity Item", filters, is_demand)
		.left_join(item)
		.on((line.item == item.name) & (line.item_type == "Sales Item"))
		.select(
			table.name,
			table.probability,
			table.expected_close_date,
			table.closed_on,
			table.status,
			line.name.as_("line"),
			line.item_type,
			line.item,
			line.item_name,
			line.unit,
			line.quantity,
			line.delivery_date,
			item.item_group,
			item.kind,
			item.lead_time_days,
			item.unit.as_("own_unit"),
		)
	)
	if filters.item:
		query = query.where(line.item == filters.item)
	if filters.item_group:
		query = query.where(item.item_group == filters.item_group)
	rows = query.run(as_dict=True)
	complete(rows)
	if filters.with_won:
		subtract_shipped(rows)
	return [row for row in rows if row.quantity and (filters.with_services or row.kind != "Service")]


def complete(rows: list[frappe._dict]) -> None:
	"""Let lines with items of other apps say of these what their adapters say; nothing if no app knows them any more."""
	known: dict[tuple[str, str], Item | None] = {}
	for row in rows:
		key = row.item_type, row.item
		if row.item_type == "Sales Item" or not row.item:
			continue
		if key not in known:
			known[key] = known_item(*key)
		item = known[key]
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


def subtract_shipped(rows: list[frappe._dict]) -> None:
	"""Leave of won lines what has not been shipped yet."""
	request, part = frappe.qb.DocType("Fulfilment Request"), frappe.qb.DocType("Fulfilment Request Item")
	shipped = dict(
		frappe.qb.from_(part)
		.join(request)
		.on(part.parent == request.name)
		.where((request.kind == "Shipping") & (request.status == RequestStatus.DONE))
		.groupby(part.opportunity_item)
		.select(part.opportunity_item, Sum(part.quantity))
		.run()
	)
	for row in rows:
		if row.line in shipped:
			row.quantity = max(to_decimal(row.quantity) - to_decimal(shipped[row.line]), Decimal(0))


def get_data(
	filters: frappe._dict, rows: list[frappe._dict], stock: dict[tuple[str, str], Stock]
) -> list[dict]:
	"""Return one row per item, unit and period, overdue ones first, those without a date last.

	The dates restrict what is shown only.
	"""
	demands: dict[Key, list[Demand]] = {}
	first_rows = {}
	for row in rows:
		key = Key(row.item_type, row.item, row.unit or "")
		first_rows.setdefault(key, row)
		demands.setdefault(key, []).append(as_demand(row))
	data = []
	for key in sorted(demands, key=lambda key: (key.item, key.unit)):
		row = first_rows[key]
		known = stock.get((key.item_type, key.item)) if row.own_unit in (None, key.unit) else None
		data += item_rows(filters, key, row, demands[key], known)
	return [row for row in data if is_shown(filters, row)]


def as_demand(row: frappe._dict) -> Demand:
	closing = as_date(row.closed_on if row.status == "Won" else row.expected_close_date)
	delivery = as_date(row.delivery_date)
	promised = delivery or closing
	return Demand(
		opportunity=row.name,
		due=due_date(delivery, closing, row.lead_time_days),
		is_overdue=row.status == "Open" and bool(promised) and promised < getdate(),
		quantity=to_decimal(row.quantity),
		weighted=weighted_quantity(row.quantity, row.probability),
	)


def item_rows(
	filters: frappe._dict, key: Key, row: frappe._dict, demands: list[Demand], known: Stock | None
) -> list[dict]:
	"""Return the rows of one item, in the order of time; the stock serves the earliest need first."""
	buckets: dict[date, list[Demand]] = {}
	for demand in demands:
		start = due_start(demand.due, filters.period, demand.is_overdue)
		buckets.setdefault(start, []).append(demand)
	starts = sorted(buckets)
	weighted = [sum((demand.weighted for demand in buckets[start]), Decimal(0)) for start in starts]
	needs = net_needs(weighted, known.available if known else Decimal(0))
	first_due = {
		start: min((demand.due for demand in buckets[start] if demand.due), default=None) for start in starts
	}
	return [
		{
			"item_type": key.item_type,
			"item": key.item,
			"item_name": row.item_name,
			"item_group": row.item_group,
			"unit": _(key.unit),
			"unit_name": key.unit,
			"start": start_of(due, filters.period) if (due := first_due[start]) else None,
			"is_overdue": start == OVERDUE,
			"period": period_name(start, filters.period, undated=_("No Date")),
			"needed_by": first_due[start],
			"order_by": order_date(first_due[start], row.lead_time_days),
			"nominal": as_quantity(sum((demand.quantity for demand in buckets[start]), Decimal(0))),
			"weighted": as_quantity(expected),
			"on_hand": known and as_quantity(to_decimal(known.on_hand)),
			"on_order": known and as_quantity(to_decimal(known.on_order)),
			"reserved": known and as_quantity(to_decimal(known.reserved)),
			"net_need": None if known and is_part(filters) else as_quantity(need),
			"drill": {"lines": drill_to_names(sorted({demand.opportunity for demand in buckets[start]}))},
		}
		for start, expected, need in zip(starts, weighted, needs, strict=True)
	]


def as_quantity(quantity: Decimal) -> float:
	return float(round_money(quantity, QUANTITY_DECIMALS))


def is_shown(filters: frappe._dict, row: dict) -> bool:
	"""Return whether the row's period touches the report's dates; what is overdue or has no date is shown always."""
	if not row["start"] or row["is_overdue"]:
		return True
	first, last = as_date(filters.from_date), as_date(filters.to_date)
	return not ((first and end_of(row["start"], filters.period) < first) or (last and row["start"] > last))


def is_part(filters: dict) -> bool:
	"""Return whether there may be more demand for the same items: filters, or what the user may not read."""
	return (
		any(is_set(filters, field) for field in EQUAL_FILTERS)
		or readable_criterion(OPPORTUNITY) is not NO_RESTRICTION
	)

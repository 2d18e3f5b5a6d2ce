"""The demand for items: the lines of opportunities by item, unit and period, and what of it the stock leaves to procure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.analysis.demand import Stock, due_date, net_needs, order_date
from sales_opportunity.analysis.periods import OVERDUE, UNDATED, due_start, end_of, start_of
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.framework.compat import moment_filters
from sales_opportunity.masters.companies import permitted_companies
from sales_opportunity.pricing.money import HUNDRED, round_money, to_decimal
from sales_opportunity.reporting.drill_down import (
	between_days,
	days_before,
	drill_to_deals,
	drill_to_some,
	equal_to,
	only_in_forecast,
)
from sales_opportunity.reporting.filters import PERIODS, checked_filters
from sales_opportunity.reporting.item_lines import get_rows
from sales_opportunity.reporting.presentation import period_name
from sales_opportunity.reporting.query import (
	EQUAL_FILTERS,
	NO_RESTRICTION,
	OPPORTUNITY,
	as_date,
	is_set,
	readable_criterion,
)
from sales_opportunity.reporting.stock import stock_of

QUANTITY_DECIMALS = 3
ITEM_FILTER, UNIT_FILTER = "Sales Opportunity Item.item", "Sales Opportunity Item.unit"


@dataclass(frozen=True)
class Key:
	"""What demand is added up by: an item in one unit."""

	item_type: str
	item: str
	unit: str


@dataclass(frozen=True)
class Demand:
	"""Lines of one day: when they are needed, how much of it, and their opportunities.

	`names` are the first of these, None where filters of the list say which they are.
	"""

	due: date | None
	is_overdue: bool
	quantity: Decimal
	weighted: Decimal
	deals: int
	names: list[str] | None


def get_demand(filters: dict | None) -> tuple[list[dict], bool]:
	"""Return the report's rows, and whether an app told the stock."""
	filters = frappe._dict(checked_filters(filters, {"period": PERIODS}, period="Month"), status=None)
	rows = get_rows(filters)
	items = {(row.item_type, row.item) for row in rows}
	stock = stock_of(items, filters.stock_place, company_of_demand(filters))
	return get_data(filters, rows, stock or {}), stock is not None


def decimals_needed(data: list[dict]) -> int:
	"""Return how many decimals the quantities have: 20 pieces shall not be read as 20,000."""
	keys = ("nominal", "weighted", "on_hand", "on_order", "reserved", "net_need")
	quantities = [Decimal(str(row[key])).normalize() for row in data for key in keys if row[key] is not None]
	return max([0, *(-int(quantity.as_tuple().exponent) for quantity in quantities)])


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
	data, shows_part = [], is_part(filters)
	for key in sorted(demands, key=lambda key: (key.item, key.unit)):
		row = first_rows[key]
		known = stock.get((key.item_type, key.item)) if row.own_unit in (None, key.unit) else None
		data += item_rows(filters, key, row, demands[key], known, shows_part)
	return [row for row in data if is_shown(filters, row)]


def as_demand(row: frappe._dict) -> Demand:
	"""Return a row of the query as what `analysis.demand` reckons with."""
	closing, delivery = as_date(row.closing), as_date(row.delivery_date)
	promised = delivery or closing
	return Demand(
		due=due_date(delivery, closing, row.lead_time_days),
		is_overdue=not row.is_won and bool(promised) and promised < getdate(),
		quantity=to_decimal(row.quantity),
		weighted=to_decimal(row.percents) / HUNDRED,
		deals=row.deals or 0,
		names=row.names,
	)


def item_rows(
	filters: frappe._dict,
	key: Key,
	row: frappe._dict,
	demands: list[Demand],
	known: Stock | None,
	shows_part: bool,
) -> list[dict]:
	"""Return the rows of one item, in the order of time; the stock serves the earliest need first, and of a part nobody knows."""
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
			"unit": _(key.unit, context="Sales Unit"),
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
			"net_need": None if known and shows_part else as_quantity(need),
			"drill": {"lines": drill_to_lines(filters, key, start, row.lead_time_days, buckets[start])},
		}
		for start, expected, need in zip(starts, weighted, needs, strict=True)
	]


def drill_to_lines(
	filters: frappe._dict, key: Key, start: date, lead_time_days: int | None, demands: list[Demand]
) -> dict | None:
	"""Return the list of the opportunities behind a row.

	Where not all names are listed, an opportunity with lines of several days counts for each of these.
	"""
	named = [demand.names for demand in demands if demand.names is not None]
	if not named:
		return drill_to_deals(
			filters,
			status="Open",
			**only_in_forecast(filters),
			**{ITEM_FILTER: key.item, UNIT_FILTER: equal_to(key.unit)},
			expected_close_date=closing_days(filters, start, lead_time_days),
		)
	names = sorted({name for listed in named for name in listed})
	is_complete = all(len(listed) == demand.deals for demand, listed in zip(demands, named, strict=True))
	return drill_to_some(names, len(names) if is_complete else sum(demand.deals for demand in demands))


def closing_days(filters: frappe._dict, start: date, lead_time_days: int | None) -> list:
	"""Return the list filter for the close dates of what is needed in a period."""
	if start in (OVERDUE, UNDATED):
		return moment_filters()["none"] if start == UNDATED else days_before(getdate())
	lead = timedelta(days=lead_time_days or 0)
	return between_days(max(start - lead, getdate()), end_of(start, filters.period) - lead)


def as_quantity(quantity: Decimal) -> float:
	"""Return a quantity as reports show it, rounded to `QUANTITY_DECIMALS`."""
	return float(round_money(quantity, QUANTITY_DECIMALS))


def is_shown(filters: frappe._dict, row: dict) -> bool:
	"""Return whether the row's period touches the report's dates; what is overdue or has no date is shown always."""
	if not row["start"] or row["is_overdue"]:
		return True
	first, last = as_date(filters.from_date), as_date(filters.to_date)
	return not ((first and end_of(row["start"], filters.period) < first) or (last and row["start"] > last))


def company_of_demand(filters: dict) -> str | None:
	"""Return the company whose demand is shown: the chosen one, else the only one of the user, None for that of all."""
	permitted = permitted_companies(OPPORTUNITY)
	return filters.get("company") or (permitted[0] if len(permitted) == 1 else None)


def is_part(filters: dict) -> bool:
	"""Return whether there may be more demand for the same items in the company: filters, or deals that the user may not read."""
	return any(is_set(filters, field) for field in EQUAL_FILTERS if field != "company") or hides_deals(
		company_of_demand(filters)
	)


def hides_deals(company: str | None) -> bool:
	"""Return whether there are open or won deals of a company, of any for None, that the user may not read."""
	readable = readable_criterion(OPPORTUNITY)
	if readable is NO_RESTRICTION:
		return False
	table = frappe.qb.DocType(OPPORTUNITY)
	names = frappe.qb.from_(table).select(table.name).where(readable)
	others = frappe.qb.from_(table).select(table.name).where(table.name.notin(names)).limit(1)
	others = others.where(table.status.isin((OpportunityStatus.OPEN, OpportunityStatus.WON)))
	return bool((others.where(table.company == company) if company else others).run())

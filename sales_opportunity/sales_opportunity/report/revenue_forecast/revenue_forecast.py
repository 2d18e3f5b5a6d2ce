"""What open opportunities will bring and won ones have brought, by period and group. See docs/metrics.md."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.analysis.distribution import Deal, percentiles
from sales_opportunity.analysis.periods import end_of, start_of, starts_between
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.pricing.money import allocate, to_decimal
from sales_opportunity.reporting.groups import ITEM_GROUP, group_labels, namer, ranks
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	BLUE,
	GREEN,
	bar_chart,
	column,
	currency_column,
	currency_note,
	days,
	days_of,
	drill,
	drill_to,
	money_card,
	money_column,
	only_in_forecast,
	period_name,
)
from sales_opportunity.reporting.query import as_date, in_forecast, joined, opportunities, within

OVERDUE, UNDATED = date.min, date.max
"""Stand for the periods of open deals whose close date has passed, and of those that have none."""

FIRST_DAY = date(1900, 1, 1)
"""Where the list of what is overdue begins: "before today" would let in what has no date."""


@dataclass(frozen=True)
class Value:
	"""A deal, or the share of it that belongs to one item group; amounts in the company's currency."""

	name: str
	is_won: bool
	day: date | None
	group: str | None
	probability: Decimal
	amount: Decimal
	weighted: Decimal


@dataclass
class Cell:
	"""What lies in one period and group."""

	open: list[Value] = field(default_factory=list)
	won: list[Value] = field(default_factory=list)


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = frappe._dict({"period": "Month", **(filters or {})})
	values = get_values(filters)
	data = get_data(filters, values)
	columns = explained("Revenue Forecast", get_columns(filters))
	chart = get_chart(filters, data, values)
	return columns, data, currency_note(), chart, get_summary(filters, data), True


def get_columns(filters) -> list[dict]:
	grouping = []
	if filters.group_by:
		labels = {**group_labels(), ITEM_GROUP: _("Item Group")}
		grouping.append(column("group", labels[filters.group_by], width=180))
	return [
		column("period", _("Period"), width=170),
		*grouping,
		column("deals", _("Open Deals"), "Int", 160, drill="open"),
		money_column("nominal", _("Nominal"), 150, drill="open"),
		money_column("weighted", _("Weighted"), 150, drill="open"),
		money_column("won", _("Won"), 150, drill="won"),
		money_column("expected", _("Won + Weighted"), 210, drill="both"),
		money_column("p10", _("At Least (90 % Certain)"), 230, drill="both"),
		money_column("p50", _("More or Less (50 %)"), 200, drill="both"),
		money_column("p90", _("At Most (90 % Certain)"), 230, drill="both"),
		currency_column(),
	]


def get_values(filters) -> list[Value]:
	"""Return all open and won deals, split by item group if the report is grouped by it."""
	rows = get_rows(filters)
	if filters.group_by != ITEM_GROUP:
		return [as_value(row, row.get(filters.group_by) if filters.group_by else None) for row in rows]
	shares = item_group_shares(filters)
	return [value for row in rows for value in split(row, shares.get(row.name, {None: Decimal(1)}))]


def get_rows(filters) -> list[dict]:
	"""Return won opportunities by the day they were closed on, and open ones by close date.

	Open ones that are overdue or have no date are there whatever the report's dates.
	"""
	table = frappe.qb.DocType("Sales Opportunity")
	is_due = within(table.expected_close_date, filters, or_empty=True)
	is_overdue = table.expected_close_date < getdate()
	is_open = (table.status == "Open") & (is_due | is_overdue) & in_forecast(table, filters)
	is_won = (table.status == "Won") & within(table.closed_on, filters)
	return (
		opportunities(filters, is_open | is_won)
		.select(
			table.name,
			table.status,
			table.expected_close_date,
			table.closed_on,
			table.class_id,
			table.stage,
			table.opportunity_owner,
			table.forecast_category,
			table.party,
			table.party_name,
			table.probability,
			table.base_amount,
			table.base_weighted_amount,
		)
		.run(as_dict=True)
	)


def as_value(row, group: str | None, amount=None, weighted=None) -> Value:
	"""Return a row as a value; `amount` and `weighted` are given for a share of it."""
	is_won = row.status == "Won"
	return Value(
		name=row.name,
		is_won=is_won,
		day=as_date(row.closed_on if is_won else row.expected_close_date),
		group=group,
		probability=to_decimal(row.probability),
		amount=to_decimal(row.base_amount) if amount is None else amount,
		weighted=to_decimal(row.base_weighted_amount) if weighted is None else weighted,
	)


def item_group_shares(filters) -> dict[str, dict[str | None, Decimal]]:
	"""Return by opportunity what its lines of each item group bring; items without a group and freight count under None."""
	line, item = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Item")
	table = frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Item", filters)
		.left_join(item)
		.on((line.item == item.name) & (line.item_type == "Sales Item"))
		.select(line.parent, table.base_net_freight, item.item_group, line.base_net_amount)
		.run()
	)
	shares: dict[str, dict[str | None, Decimal]] = {}
	for name, freight, group, amount in rows:
		groups = shares.setdefault(name, {None: to_decimal(freight)} if freight else {})
		groups[group] = groups.get(group, Decimal(0)) + to_decimal(amount)
	return shares


def split(row, shares: dict[str | None, Decimal]) -> list[Value]:
	"""Return a deal in one value per item group, in proportion to the lines, to the cent the same as the whole."""
	decimals = decimal_places(company_currency())
	weights, names = list(shares.values()), [group or "" for group in shares]
	amounts = allocate(to_decimal(row.base_amount), weights, decimals, names)
	weighted = allocate(to_decimal(row.base_weighted_amount), weights, decimals, names)
	return [as_value(row, group, *parts) for group, *parts in zip(shares, amounts, weighted, strict=True)]


def get_data(filters, values: list[Value]) -> list[dict]:
	"""Return one row per period and group: overdue ones, periods without gaps, those without a date; then the total.

	If the report is limited to dates, a subtotal of what they hold comes before the total.
	"""
	if not values:
		return []
	cells: dict[tuple, Cell] = {}
	for value in values:
		cell = cells.setdefault((period_of(value, filters.period), value.group), Cell())
		(cell.won if value.is_won else cell.open).append(value)
	if not filters.group_by:
		dated = {start for start, _group in cells} - {OVERDUE, UNDATED}
		for start in starts_between(dated, filters.period):
			cells.setdefault((start, None), Cell())
	order = ranks(filters.group_by, {group for _start, group in cells})
	name = group_namer(filters, values)
	rows = []
	for start, group in sorted(cells, key=lambda key: (key[0], order[key[1]])):
		row = figures(cells[start, group])
		row["period"] = period_label(start, filters.period)
		row["group"] = name(group) if filters.group_by else None
		row["drill"] = targets(filters, start, group, cells[start, group])
		rows.append(row)
	if has_dates(filters):
		dated = as_cell(value for value in values if is_dated(value, filters))
		label = _("In These Dates")
		rows.append({**figures(dated), "period": label, "is_total": 1, "drill": targets_by_name(dated)})
	whole = as_cell(values)
	return [
		*rows,
		{**figures(whole), "period": _("Total"), "is_total": 1, "drill": whole_targets(filters, whole)},
	]


def as_cell(values: Iterable[Value]) -> Cell:
	cell = Cell()
	for value in values:
		(cell.won if value.is_won else cell.open).append(value)
	return cell


def has_dates(filters) -> bool:
	"""Return whether the report is limited to dates."""
	return bool(filters.from_date or filters.to_date)


def is_dated(value: Value, filters) -> bool:
	"""Return whether a deal's own date lies in the report's; the report has overdue ones of other dates as well."""
	first, last = as_date(filters.from_date) or date.min, as_date(filters.to_date) or date.max
	return bool(value.day) and first <= value.day <= last


def period_of(value: Value, kind: str) -> date:
	"""Return the first day of the period in which a deal is expected or was won, else OVERDUE or UNDATED."""
	if not value.day:
		return UNDATED
	if not value.is_won and value.day < getdate():
		return OVERDUE
	return start_of(value.day, kind)


def period_label(start: date, kind: str) -> str:
	special = {OVERDUE: _("Overdue"), UNDATED: _("No Close Date")}
	return special[start] if start in special else period_name(start, kind)


def group_namer(filters, values: list[Value]):
	"""Return the function that names groups; partners are called as their opportunities call them."""
	if filters.group_by != "party":
		return namer(filters.group_by)
	titles = dict(
		opportunities(filters)
		.select(
			frappe.qb.DocType("Sales Opportunity").party, frappe.qb.DocType("Sales Opportunity").party_name
		)
		.distinct()
		.run()
	)
	return lambda key: titles.get(key) or key or _("Not Set")


def figures(cell: Cell) -> dict:
	"""Return the amounts of a cell; the percentiles are those of won and open deals together."""
	unit = Decimal(10) ** decimal_places(company_currency())
	won = total(value.amount for value in cell.won)
	weighted = total(value.weighted for value in cell.open)
	deals = [Deal(int(amount * unit), chance) for amount, chance in whole_deals(cell.open)]
	p10, p50, p90 = (float(won + percentile / unit) for percentile in map(Decimal, percentiles(deals)))
	return {
		"deals": len({value.name for value in cell.open}),
		"nominal": float(total(value.amount for value in cell.open)),
		"weighted": float(weighted),
		"won": float(won),
		"expected": float(won + weighted),
		"p10": p10,
		"p50": p50,
		"p90": p90,
		"currency": company_currency(),
	}


def whole_deals(values: list[Value]) -> list[tuple[Decimal, float]]:
	"""Return amount and probability (0 to 1) of each deal: its item groups come together or not at all."""
	amounts: dict[str, Decimal] = {}
	chances = {}
	for value in values:
		amounts[value.name] = amounts.get(value.name, Decimal(0)) + value.amount
		chances[value.name] = float(value.probability) / 100
	return [(amount, chances[name]) for name, amount in amounts.items()]


def total(amounts: Iterable[Decimal]) -> Decimal:
	return sum(amounts, Decimal(0))


def targets(filters, start: date, group: str | None, cell: Cell) -> dict:
	"""Return the lists that the figures of a row lead to: by filters where they say it, else by name."""
	if filters.item_group or filters.group_by == ITEM_GROUP:
		return targets_by_name(cell)
	grouped = {filters.group_by: group or ["is", "not set"]} if filters.group_by else {}
	forecast = {"status": "Open", **only_in_forecast(filters), **grouped}
	if start in (OVERDUE, UNDATED):
		day = ["is", "not set"] if start == UNDATED else days(FIRST_DAY, getdate() - timedelta(days=1))
		is_open = drill(filters, expected_close_date=day, **forecast)
		return {"open": is_open, "both": is_open}
	first, last = clipped(filters, start)
	first_open = max(first, getdate())
	found = {
		"open": drill(filters, expected_close_date=days(first_open, last), **forecast)
		if first_open <= last
		else None,
		"won": drill(filters, **{"status": "Won", "closed_on": days(first, last), **grouped}),
	}
	return {**found, "both": both(cell, found)}


def whole_targets(filters, cell: Cell) -> dict:
	"""Return the lists that the totals lead to."""
	by_name = targets_by_name(cell)
	if filters.item_group:
		return by_name
	period = days_of(filters)
	is_won = drill(filters, status="Won", **({"closed_on": period} if period else {}))
	if period:
		return {**by_name, "won": is_won}
	return {
		"open": drill(filters, status="Open", **only_in_forecast(filters)),
		"won": is_won,
		"both": drill(filters, status=["in", ["Open", "Won"]], **only_in_forecast(filters)),
	}


def both(cell: Cell, found: dict) -> dict | None:
	"""Return the list of open and won deals; their dates are two fields, so those of both kinds go by name."""
	if cell.open and cell.won:
		return targets_by_name(cell)["both"]
	return found["won"] if cell.won else found["open"]


def targets_by_name(cell: Cell) -> dict:
	"""Return the lists of exactly the deals in the cell."""
	by_name = {"open": cell.open, "won": cell.won, "both": [*cell.open, *cell.won]}
	return {key: drill_to(sorted({value.name for value in values})) for key, values in by_name.items()}


def clipped(filters, start: date) -> tuple[date, date]:
	"""Return the first and the last day of the period, as far as it lies within the report's dates."""
	first, last = start, end_of(start, filters.period)
	return max(first, as_date(filters.from_date) or first), min(last, as_date(filters.to_date) or last)


def get_chart(filters, data: list[dict], values: list[Value]) -> dict | None:
	"""Return won and weighted revenue by period, stacked; a bar leads to the deals of its period."""
	periods = list(dict.fromkeys(row["period"] for row in data if not row.get("is_total")))
	sums = {
		key: [
			sum(row[key] for row in data if row["period"] == period and not row.get("is_total"))
			for period in periods
		]
		for key in ("won", "weighted")
	}
	shorter = {_("No Close Date"): _("No Date")}
	return bar_chart(
		[shorter.get(period, period) for period in periods],
		{_("Won"): sums["won"], _("Weighted"): sums["weighted"]},
		(GREEN, BLUE),
		stacked=True,
		money=True,
		targets=bar_targets(filters, values),
	)


def bar_targets(filters, values: list[Value]) -> list[list[dict | None]]:
	"""Return the lists that the bars of won and of open deals lead to, in the order of the periods."""
	cells: dict[date, list[Value]] = {}
	for value in values:
		cells.setdefault(period_of(value, filters.period), []).append(value)
	if not filters.group_by:
		dated = set(cells) - {OVERDUE, UNDATED}
		cells.update({start: [] for start in starts_between(dated, filters.period) if start not in cells})
	ungrouped = frappe._dict(filters, group_by=None)
	found = [targets(ungrouped, start, None, as_cell(cells[start])) for start in sorted(cells)]
	return [[target.get(key) for target in found] for key in ("won", "open")]


def get_summary(filters, data: list[dict]) -> list[dict] | None:
	"""Return the total's figures or, if the report is limited to dates, those of what they hold; the labels say so.

	What is certain to 90 % stands beside the sum that it is about: won and open deals together.
	"""
	if not data:
		return None
	labels = {
		"nominal": _("Open, Nominal"),
		"weighted": _("Open, Weighted"),
		"won": _("Won"),
		"expected": _("Won + Weighted"),
		"p10": _("With 90 % Certainty at Least"),
	}
	row = data[-1]
	if has_dates(filters):
		row = data[-2]
		labels = {key: _("{0} in These Dates").format(label) for key, label in labels.items()}
	colors = {"won": "Green", "p10": "Grey"}
	return [money_card(label, row[key], *filter(None, [colors.get(key)])) for key, label in labels.items()]

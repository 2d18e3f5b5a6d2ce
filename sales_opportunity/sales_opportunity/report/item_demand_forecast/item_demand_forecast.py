"""Which items will be needed when, from the lines of open opportunities. See docs/metrics.md."""

from collections import Counter

import frappe
from frappe import _

from sales_opportunity.reporting.drill_down import drill_to_list, drill_to_names
from sales_opportunity.reporting.item_demand import ITEM_FILTER, decimals_needed, get_demand, is_part
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	BLUE,
	GRAY,
	RED,
	bar_chart,
	card,
	column,
)
from sales_opportunity.reporting.query import OPPORTUNITY

CHARTED_PERIODS = 24


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	data, has_stock = get_demand(filters)
	note = None
	if not has_stock:
		note = _("No app provides stock: what is needed is what is forecast.")
	elif is_part(frappe._dict(filters or {})):
		note = _(
			"This is a part of the demand. The stock serves all of it, so what has to be procured is not known."
		)
	columns = explained("Item Demand Forecast", get_columns(data))
	return columns, data, note, get_chart(data), get_summary(data), True


def get_columns(data: list[dict]) -> list[dict]:
	quantity = {"fieldtype": "Float", "precision": decimals_needed(data)}
	return [
		column("item", _("Item"), "Dynamic Link", 140, options="item_type"),
		column("item_name", _("Item Name"), width=220),
		column("item_group", _("Item Group"), width=130),
		column("period", _("Period"), width=130),
		column("needed_by", _("Needed by"), "Date"),
		column("order_by", _("Order by"), "Date"),
		column("unit", _("Unit"), width=90),
		column("nominal", _("Nominal"), width=110, drill="lines", **quantity),
		column("weighted", _("Weighted"), width=110, drill="lines", **quantity),
		column("on_hand", _("Stock on Hand"), width=110, **quantity),
		column("on_order", _("Ordered Quantity"), width=110, **quantity),
		column("reserved", _("Reserved Quantity"), width=110, **quantity),
		column("net_need", _("Net Need"), width=120, drill="lines", **quantity),
		column("item_type", _("Item Type", context="Quote Item"), "Select", 110),
	]


def get_chart(data: list[dict]) -> dict | None:
	"""Return the quantities by period over all items of the commonest unit: others cannot be added to it."""
	dated = [row for row in data if row["start"]]
	if not dated:
		return None
	((unit, _count),) = Counter(row["unit"] for row in dated).most_common(1)
	counted = [row for row in dated if row["unit"] == unit]
	in_order = sorted(counted, key=lambda row: (not row["is_overdue"], row["start"]))
	periods = list(dict.fromkeys(row["period"] for row in in_order))[:CHARTED_PERIODS]
	names = {"nominal": _("Nominal"), "weighted": _("Weighted"), "net_need": _("Net Need")}
	return bar_chart(
		periods,
		{
			f"{name} ({unit})": [
				sum(row[key] or 0 for row in counted if row["period"] == period) for period in periods
			]
			for key, name in names.items()
		},
		(GRAY, BLUE, RED),
		targets=[[list_of_period(counted, period) for period in periods]] * len(names),
	)


def list_of_period(rows: list[dict], period: str) -> dict | None:
	"""Return the list of the opportunities whose lines are needed in the period, None if no filters say it."""
	targets = [row["drill"]["lines"]["filters"] for row in rows if row["period"] == period]
	listed = [target["name"][1] for target in targets if "name" in target]
	if listed:
		return drill_to_names(sorted({name for names in listed for name in names}))
	items = sorted({target.pop(ITEM_FILTER) for target in map(dict, targets)})
	others = [{**target, ITEM_FILTER: ["in", items]} for target in targets]
	return drill_to_list(OPPORTUNITY, others[0]) if others and all(o == others[0] for o in others) else None


def get_summary(data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	return [
		card(_("Different Items"), len({(row["item_type"], row["item"]) for row in data})),
		card(
			_("Items to Procure"),
			len({(row["item_type"], row["item"]) for row in data if row["net_need"]}),
			indicator="Orange",
		),
	]

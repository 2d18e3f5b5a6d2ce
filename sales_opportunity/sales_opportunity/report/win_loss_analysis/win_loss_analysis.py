"""Why, where and by whom closed opportunities were won and lost. See docs/metrics.md."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import fmt_money

from sales_opportunity.analysis.bands import DISCOUNTS, SIZES, discount_band, effective_discount, size_band
from sales_opportunity.analysis.medians import median
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.stage_rules import CLOSED
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.groups import namer, ranks
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	GREEN,
	RED,
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	days_of,
	drill,
	drill_to,
	money_card,
	money_column,
)
from sales_opportunity.reporting.query import joined, opportunities, within

FIELDS = ("closing_reason", "competitor", "class_id", "opportunity_owner")


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = frappe._dict({"group_by": "closing_reason", **(filters or {})})
	deals = get_deals(filters)
	data = get_data(filters, deals)
	columns = explained("Win-Loss Analysis", get_columns(filters))
	return columns, data, currency_note(), get_chart(data), get_summary(data), True


def get_columns(filters) -> list[dict]:
	labels = {
		"closing_reason": _("Closing Reason"),
		"competitor": _("Competitor"),
		"class_id": _("Class ID"),
		"opportunity_owner": _("Responsible"),
		"stage_before": _("Stage before Closing"),
		"discount": _("Discount"),
		"size": _("Size"),
	}
	return [
		column("group", labels[filters.group_by], width=200),
		column("won", _("Won"), "Int", 100, drill="won"),
		column("lost", _("Lost"), "Int", 100, drill="lost"),
		column("win_rate", _("Win Rate"), "Percent", 110, drill="closed"),
		money_column("won_amount", _("Won Amount"), 170, drill="won"),
		money_column("lost_amount", _("Lost Amount"), 170, drill="lost"),
		column("value_rate", _("Win Rate by Value"), "Percent", 190, drill="closed"),
		column("days_to_win", _("Days to a Won Deal (Median)"), "Float", 230, precision=1, drill="won"),
		column("days_to_lose", _("Days to a Lost Deal (Median)"), "Float", 240, precision=1, drill="lost"),
		column("price_gap", _("Our Price above Competitor's (%)"), "Float", 290, precision=1, drill="priced"),
		currency_column(),
	]


def get_deals(filters) -> list[dict]:
	"""Return the opportunities that were closed from `from_date` to `to_date`, each with its group as `group`."""
	table = frappe.qb.DocType("Sales Opportunity")
	condition = table.status.isin(CLOSED) & within(table.closed_on, filters)
	deals = (
		opportunities(filters, condition)
		.select(
			table.name,
			table.status,
			table.stage,
			table.creation,
			table.closed_on,
			table.closing_reason,
			table.competitor,
			table.competitor_price,
			table.class_id,
			table.opportunity_owner,
			table.amount,
			table.base_amount,
		)
		.run(as_dict=True)
	)
	group_of = grouper(filters, condition)
	for deal in deals:
		deal.group = group_of(deal)
	return deals


def grouper(filters, condition):
	"""Return a function that tells the group of a deal."""
	if filters.group_by in FIELDS:
		return lambda deal: deal[filters.group_by]
	if filters.group_by == "size":
		return lambda deal: size_band(deal.base_amount)
	if filters.group_by == "discount":
		discounts = discount_bands(filters, condition)
		return lambda deal: discounts.get(deal.name)
	stages = stages_before(filters, condition)
	return lambda deal: stages.get(deal.name)


def discount_bands(filters, condition) -> dict[str, int]:
	"""Return by opportunity the band of the discount on its lines and on the whole; those without lines have none."""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Item", filters, condition)
		.select(
			line.parent,
			table.discount_percentage,
			line.quantity,
			line.rate,
			line.discount_percentage.as_("own"),
		)
		.run()
	)
	lines: dict[str, list] = {}
	whole = {}
	for name, discount, *values in rows:
		lines.setdefault(name, []).append(values)
		whole[name] = discount
	return {name: discount_band(effective_discount(values, whole[name])) for name, values in lines.items()}


def stages_before(filters, condition) -> dict[str, str | None]:
	"""Return by opportunity the stage from which it was closed the last time."""
	log = frappe.qb.DocType("Sales Opportunity Stage Log")
	table = frappe.qb.DocType("Sales Opportunity")
	rows = (
		joined("Sales Opportunity Stage Log", filters, condition & (log.to_stage == table.stage))
		.select(log.parent, log.from_stage)
		.orderby(log.parent, log.changed_on, log.idx)
		.run()
	)
	return dict(rows)


def get_data(filters, deals: list[dict]) -> list[dict]:
	"""Return one row per group, the bands by size, all else by name, then the total."""
	if not deals:
		return []
	groups: dict = {}
	for deal in deals:
		groups.setdefault(deal.group, []).append(deal)
	name = group_namer(filters.group_by)
	if filters.group_by in ("size", "discount"):
		keys = sorted(groups, key=lambda band: (band is None, band))
	else:
		order = ranks("stage" if filters.group_by == "stage_before" else filters.group_by, groups)
		keys = sorted(groups, key=order.get)
	rows = [
		{"group": name(key), **figures(groups[key]), "drill": targets(filters, groups[key], key)}
		for key in keys
	]
	whole = {**figures(deals), "drill": targets(filters, deals)}
	return [*rows, {"group": _("Total"), "is_total": 1, **whole}]


WHOLE = object()
"""Stands for all groups together."""


def targets(filters, deals: list[dict], group=WHOLE) -> dict:
	"""Return the lists that the figures of a row lead to: by filters where they say it, else by name."""
	if filters.item_group or (group is not WHOLE and filters.group_by not in FIELDS):
		return targets_by_name(deals)
	period = days_of(filters)
	more = {"closed_on": period} if period else {}
	if group is not WHOLE:
		more[filters.group_by] = group or ["is", "not set"]
	closed = ["in", list(CLOSED)]
	return {
		"won": drill(filters, **{**more, "status": "Won"}),
		"lost": drill(filters, **{**more, "status": "Lost"}),
		"closed": drill(filters, **{**more, "status": closed}),
		"priced": drill(filters, **{**more, "status": closed, "competitor_price": [">", 0]}),
	}


def targets_by_name(deals: list[dict]) -> dict:
	parts = {
		"won": [deal for deal in deals if deal.status == "Won"],
		"lost": [deal for deal in deals if deal.status == "Lost"],
		"closed": deals,
		"priced": [deal for deal in deals if deal.competitor_price],
	}
	return {key: drill_to([deal.name for deal in part]) for key, part in parts.items()}


def group_namer(group_by: str):
	"""Return the function that says what a group is called."""
	if group_by == "size":
		return size_label
	if group_by == "discount":
		return lambda band: _("Without Lines") if band is None else discount_label(band)
	if group_by == "closing_reason":
		return lambda key: _(key) if key else _("Not Set")
	return namer("stage" if group_by == "stage_before" else group_by)


def size_label(band: int) -> str:
	"""Return what a band of amounts is called."""
	limits = [fmt_money(limit, precision=0, currency=company_currency()) for limit in SIZES]
	if band == 0:
		return _("below {0}").format(limits[0])
	if band == len(SIZES):
		return _("{0} and above").format(limits[-1])
	return _("{0} to below {1}").format(limits[band - 1], limits[band])


def discount_label(band: int) -> str:
	"""Return what a band of discounts is called."""
	if band == 0:
		return _("No Discount")
	if band == len(DISCOUNTS):
		return _("above {0} %").format(DISCOUNTS[-1])
	return _("up to {0} %").format(DISCOUNTS[band])


def figures(deals: list[dict]) -> dict:
	"""Return counts, amounts and rates of closed deals."""
	won = [deal for deal in deals if deal.status == "Won"]
	lost = [deal for deal in deals if deal.status == "Lost"]
	won_amount, lost_amount = amount_of(won), amount_of(lost)
	whole = won_amount + lost_amount
	return {
		"won": len(won),
		"lost": len(lost),
		"win_rate": round(100 * len(won) / len(deals), 1),
		"won_amount": float(won_amount),
		"lost_amount": float(lost_amount),
		"value_rate": round(float(100 * won_amount / whole), 1) if whole else None,
		"days_to_win": median_days(won),
		"days_to_lose": median_days(lost),
		"price_gap": price_gap(deals),
		"currency": company_currency(),
	}


def amount_of(deals: Iterable[dict]):
	return sum((to_decimal(deal.base_amount) for deal in deals), to_decimal(0))


def median_days(deals: list[dict]) -> float | None:
	"""Return the median time from creation to closing in days, None if no moment is known."""
	found = median(
		(deal.closed_on - deal.creation).total_seconds() / 86_400 for deal in deals if deal.closed_on
	)
	return None if found is None else round(found, 1)


def price_gap(deals: list[dict]) -> float | None:
	"""Return by how many percent our amounts were above the known prices of competitors, on average of the deals."""
	gaps = [
		100 * (deal.amount - deal.competitor_price) / deal.competitor_price
		for deal in deals
		if deal.competitor_price
	]
	return round(sum(gaps) / len(gaps), 1) if gaps else None


def get_chart(data: list[dict]) -> dict | None:
	rows = [row for row in data if not row.get("is_total")]
	return bar_chart(
		[row["group"] for row in rows],
		{_("Won"): [row["won"] for row in rows], _("Lost"): [row["lost"] for row in rows]},
		(GREEN, RED),
		stacked=True,
		targets=[[row["drill"][key] for row in rows] for key in ("won", "lost")],
	)


def get_summary(data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	whole = data[-1]
	return [
		card(_("Won"), whole["won"], indicator="Green"),
		card(_("Lost"), whole["lost"], indicator="Red"),
		card(_("Win Rate"), whole["win_rate"], "Percent"),
		money_card(_("Won Amount"), whole["won_amount"], "Green"),
		money_card(_("Lost Amount"), whole["lost_amount"], "Red"),
	]

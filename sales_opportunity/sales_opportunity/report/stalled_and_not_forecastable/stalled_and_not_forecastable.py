"""Which open opportunities cannot be forecast or do not move, and why. See docs/metrics.md."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from sales_opportunity.analysis import obstacles as reasons
from sales_opportunity.analysis.obstacles import OBSTACLES, Situation, obstacles
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.deal.quote_status import ACCEPTABLE, QuoteStatus
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	card,
	column,
	count_chart,
	currency_column,
	currency_note,
	money_card,
	money_column,
)
from sales_opportunity.reporting.query import as_date, chosen, joined, opportunities

if TYPE_CHECKING:
	pass


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = chosen({**(filters or {}), "status": "Open"})
	deals = get_deals(filters)
	data = get_data(filters, deals)
	columns = explained("Stalled and Not Forecastable", get_columns())
	return columns, with_total(data), currency_note(), get_chart(data), get_summary(deals, data), True


def get_columns() -> list[dict]:
	return [
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("party_name", _("Business Partner"), width=200),
		column("reasons", _("Obstacles"), width=320),
		money_column("weighted", _("Weighted")),
		money_column("nominal", _("Nominal")),
		column("class_id", _("Class ID"), width=130),
		column("stage", _("Qualification Stage"), width=140),
		column("owner", _("Responsible", context="Sales Opportunity"), width=140),
		column("expected_close_date", _("Expected Close Date"), "Date"),
		column("next_activity_date", _("Next Activity Date"), "Date"),
		column("idle_since", _("Idle Since"), "Date"),
		column("stalled_days", _("Stalled for Days"), "Int"),
		currency_column(),
	]


def get_deals(filters: frappe._dict) -> list[frappe._dict]:
	"""Return all open opportunities that the filters let through, each with its `obstacles`."""
	table = frappe.qb.DocType("Sales Opportunity")
	deals = (
		opportunities(filters)
		.select(
			table.name,
			table.party_name,
			table.class_id,
			table.stage,
			table.opportunity_owner,
			table.expected_close_date,
			table.next_activity_date,
			table.idle_since,
			table.stalled_from,
			table.transaction_currency,
			table.amount,
			table.base_amount,
			table.base_weighted_amount,
		)
		.run(as_dict=True)
	)
	sums, validities, today = line_totals(filters), quote_validities(filters), getdate(nowdate())
	for deal in deals:
		situation = situation_of(deal, sums.get(deal.name), validities.get(deal.name))
		deal.obstacles = obstacles(situation, today)
	return deals


def line_totals(filters: frappe._dict) -> dict:
	"""Return what lines and freight bring by opportunity, in its own currency; those without lines are not in it."""
	line, table = frappe.qb.DocType("Sales Opportunity Item"), frappe.qb.DocType("Sales Opportunity")
	sums: dict = {}
	rows = joined("Sales Opportunity Item", filters).select(line.parent, table.net_freight, line.net_amount)
	for name, freight, amount in rows.run():
		sums[name] = sums.get(name, to_decimal(freight)) + to_decimal(amount)
	return sums


def quote_validities(filters: frappe._dict) -> dict:
	"""Return by opportunity until when a quote of it can be accepted, or could; those with an accepted one are not in it."""
	table, quote = frappe.qb.DocType("Sales Opportunity"), frappe.qb.DocType("Quote")
	last_days: dict = {}
	accepted = set()
	for name, status, valid_until in (
		opportunities(filters)
		.join(quote)
		.on((quote.opportunity == table.name) & quote.status.isin(ACCEPTABLE))
		.select(table.name, quote.status, quote.valid_until)
		.run()
	):
		last_days[name] = max(as_date(valid_until) or date.min, last_days.get(name, date.min))
		if status == QuoteStatus.ACCEPTED:
			accepted.add(name)
	return {name: day for name, day in last_days.items() if name not in accepted}


def situation_of(deal: frappe._dict, line_total: Decimal | None, valid_until: date | None) -> Situation:
	decimals = decimal_places(deal.transaction_currency)
	return Situation(
		close_date=as_date(deal.expected_close_date),
		next_activity=as_date(deal.next_activity_date),
		stalled_from=as_date(deal.stalled_from),
		amount=round_money(to_decimal(deal.amount), decimals),
		line_total=None if line_total is None else round_money(line_total, decimals),
		quote_valid_until=valid_until,
	)


def get_data(filters: frappe._dict, deals: list[frappe._dict]) -> list[dict]:
	"""Return the opportunities with a reason, or with the chosen one, the most valuable first."""
	label, today, currency = obstacle_labels(), getdate(nowdate()), company_currency()
	rows = []
	for deal in deals:
		if not deal.obstacles or (filters.reason and filters.reason not in deal.obstacles):
			continue
		is_stalled = reasons.STALLED in deal.obstacles
		rows.append(
			{
				"opportunity": deal.name,
				"party_name": deal.party_name,
				"reasons": ", ".join(label[reason] for reason in deal.obstacles),
				"obstacles": deal.obstacles,
				"weighted": float(deal.base_weighted_amount),
				"nominal": float(deal.base_amount),
				"class_id": frappe.get_cached_value("Class ID", deal.class_id, "title"),
				"stage": _(deal.stage, context="Qualification Stage"),
				"owner": frappe.utils.get_fullname(deal.opportunity_owner)
				if deal.opportunity_owner
				else None,
				"expected_close_date": deal.expected_close_date,
				"next_activity_date": deal.next_activity_date,
				"idle_since": deal.idle_since,
				"stalled_days": (today - as_date(deal.stalled_from)).days if is_stalled else None,
				"currency": currency,
			}
		)
	return sorted(rows, key=lambda row: (-row["weighted"], row["opportunity"]))


def with_total(rows: list[dict]) -> list[dict]:
	"""Return the rows with their total below, which names no opportunity: the framework looks into that column."""
	if not rows:
		return []
	whole = {
		key: float(sum((to_decimal(row[key]) for row in rows), to_decimal(0)))
		for key in ("weighted", "nominal")
	}
	total = {"opportunity": None, "party_name": _("Total"), "is_total": 1, "currency": company_currency()}
	return [*rows, {**total, **whole}]


def get_chart(data: list[dict]) -> dict | None:
	"""Return how many opportunities have each reason."""
	documents = {
		reason: [row["opportunity"] for row in data if reason in row["obstacles"]] for reason in OBSTACLES
	}
	return count_chart(_("Opportunities", context="Report"), documents, obstacle_labels().__getitem__)


def get_summary(deals: list[frappe._dict], data: list[dict]) -> list[dict] | None:
	if not deals:
		return None
	whole = sum(to_decimal(deal.base_weighted_amount) for deal in deals)
	doubtful = sum(to_decimal(row["weighted"]) for row in data)
	return [
		card(_("Opportunities", context="Report"), len(data), indicator="Orange"),
		money_card(_("Weighted, Doubtful"), doubtful, "Orange"),
		money_card(_("Weighted, All Open"), whole),
	]


def obstacle_labels() -> dict[str, str]:
	"""Return how the reasons are called."""
	return {
		reasons.NO_DATE: _("No Close Date"),
		reasons.DATE_PAST: _("Close Date Past"),
		reasons.QUOTE_EXPIRED: _("Quote Expired"),
		reasons.AMOUNT_DIFFERS: _("Amount Differs from Lines"),
		reasons.NO_ACTIVITY: _("No Next Activity"),
		reasons.ACTIVITY_OVERDUE: _("Activity Overdue"),
		reasons.STALLED: _("Stalled"),
	}

"""The lists that the figures of the revenue forecast lead to: by filters where they say it, else by names."""

from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.periods import OVERDUE, UNDATED
from sales_opportunity.analysis.revenue import Revenue
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.framework.compat import moment_filters
from sales_opportunity.reporting.charges import is_spread
from sales_opportunity.reporting.drill_down import (
	between_days,
	days_before,
	days_of,
	drill_by_asking,
	drill_to_deals,
	drill_to_some,
	in_group,
	only_in_forecast,
)
from sales_opportunity.reporting.revenue import Names, RevenueOfShares, RevenueOfSums, clipped
from sales_opportunity.reporting.revenue_values import due_field
from sales_opportunity.sales_opportunity.report.revenue_forecast.deals_behind import deals_behind

Source = RevenueOfShares | RevenueOfSums
"""What says the names of the deals where filters do not."""


def lists_of_cell(
	filters: frappe._dict, start: date, group: str | None, revenue: Revenue, source: Source
) -> dict:
	"""Return the lists of `open` and `won` deals, and of `both`, of a period and group."""
	if isinstance(source, RevenueOfShares):
		return by_names(source.names((start, group)), revenue)
	if is_spread(filters):
		return by_asking(filters, revenue, start=str(start), group=group)
	found = lists_of_period(filters, start, group)
	if revenue.deals and revenue.won_deals:
		return {**found, "both": by_names(source.names((start, group)), revenue)["both"]}
	return {**found, "both": found["won"] if revenue.won_deals else found["open"]}


def lists_of_bar(filters: frappe._dict, start: date, revenue: Revenue, source: Source) -> dict:
	"""Return the lists of `open` and `won` deals of a period, whatever their group."""
	if isinstance(source, RevenueOfShares):
		return by_names(source.names_in_period(start), revenue)
	if is_spread(filters):
		return by_asking({**filters, "group_by": None}, revenue, start=str(start))
	return lists_of_period(frappe._dict(filters, group_by=None), start, None)


def lists_of_period(filters: frappe._dict, start: date, group: str | None) -> dict:
	"""Return the lists of `open` and `won` deals by filters; the dates of both are two fields."""
	grouped = in_group(filters, filters.group_by, group) if filters.group_by else {}
	forecast = {"status": "Open", **only_in_forecast(filters), **grouped}
	if start in (OVERDUE, UNDATED):
		day = moment_filters()["none"] if start == UNDATED else days_before(getdate())
		return {"open": drill_to_deals(filters, **{due_field(filters): day, **forecast})}
	first, last = clipped(filters, start)
	first_open = max(first, getdate())
	is_won = drill_to_deals(
		filters, **{"status": OpportunityStatus.WON, "closed_on": between_days(first, last), **grouped}
	)
	is_open = None
	if first_open <= last:
		is_open = drill_to_deals(filters, **{due_field(filters): between_days(first_open, last), **forecast})
	return {"open": is_open, "won": is_won}


def lists_of_total(filters: frappe._dict, revenue: Revenue, source: Source) -> dict:
	"""Return the lists that the total leads to."""
	if is_spread(filters) and isinstance(source, RevenueOfSums):
		return by_asking(filters, revenue)
	if filters.item_group or is_spread(filters):
		return by_names(source.names_of_whole(), revenue)
	period = days_of(filters)
	is_won = drill_to_deals(
		filters, status=OpportunityStatus.WON, **({"closed_on": period} if period else {})
	)
	if period:
		return {**by_names(source.names_of_whole(), revenue), "won": is_won}
	return {
		"open": drill_to_deals(filters, status="Open", **only_in_forecast(filters)),
		"won": is_won,
		"both": drill_to_deals(
			filters,
			status=["in", [OpportunityStatus.OPEN, OpportunityStatus.WON]],
			**only_in_forecast(filters),
		),
	}


def lists_of_dated(filters: frappe._dict, revenue: Revenue, source: Source) -> dict:
	"""Return the lists of what the report's dates hold."""
	if is_spread(filters) and isinstance(source, RevenueOfSums):
		return by_asking(filters, revenue, dated=True)
	return by_names(source.names_of_dated(), revenue)


def by_asking(filters: dict, revenue: Revenue, **figure: Any) -> dict:
	"""Return the lists of the deals of a figure, which are looked for when somebody clicks it."""
	return {
		kind: drill_by_asking(deals_behind, count, filters=filters, kind=kind, **figure) if count else None
		for kind, count in counts_of(revenue).items()
	}


def by_names(names: Names, revenue: Revenue) -> dict:
	"""Return the lists of exactly these deals, as far as they are listed."""
	counts = counts_of(revenue)
	return {kind: drill_to_some(listed, counts[kind]) for kind, listed in names.items()}


def counts_of(revenue: Revenue) -> dict[str, int]:
	"""Return how many deals stand behind the open, the won and all of the revenue."""
	return {
		"open": revenue.deals,
		"won": revenue.won_deals,
		"both": revenue.deals + revenue.won_deals,
	}

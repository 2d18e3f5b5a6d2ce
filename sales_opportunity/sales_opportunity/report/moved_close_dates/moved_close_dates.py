"""Open deals whose close date was moved again and again, and when they will probably close. See docs/metrics.md."""

import frappe
from frappe import _
from frappe.utils import cint, get_fullname

from sales_opportunity.currency import company_currency
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.reporting.drill_down import LISTED_ROWS, drill_to_some
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.moved_dates import MovedDeals
from sales_opportunity.reporting.presentation import (
	ORANGE,
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	money_card,
	money_column,
	with_rest_and_total,
)
from sales_opportunity.reporting.query import as_date

TIMES = 3


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = checked_filters(filters, times=TIMES)
	times = cint(filters.times)
	if times < 1:
		refuse_value(filters.times, _("Moved at Least"))
	deals = MovedDeals(filters, times)
	by_times = deals.by_times()
	whole, listed = sums_of_moves(by_times), deals.listed(LISTED_ROWS) if by_times else []
	columns, data = explained("Moved Close Dates", get_columns()), get_data(listed, whole)
	return columns, data, currency_note(), get_chart(by_times, listed), get_summary(whole), True


def sums_of_moves(by_times: dict[int, frappe._dict]) -> frappe._dict:
	"""Return how many deals these are, how often their dates were moved, and what they come to."""
	return frappe._dict(
		deals=sum(row.deals for row in by_times.values()),
		times=sum(times * row.deals for times, row in by_times.items()),
		base_amount=exact_sum(row.base_amount for row in by_times.values()),
		base_weighted_amount=exact_sum(row.base_weighted_amount for row in by_times.values()),
	)


def get_columns() -> list[dict]:
	return [
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("title", _("Title", context="Sales Opportunity"), width=200),
		column("party_name", _("Business Partner"), width=180),
		column("times", _("Times Moved"), "Int", 150),
		column("first_said", _("Said at First"), "Date", 130),
		column("expected_close_date", _("Expected Close Date"), "Date", 210),
		column("moved_days", _("Moved by Days"), "Int", 170),
		column("likely_close_date", _("Likely Close Date"), "Date", 210),
		money_column("weighted", _("Weighted")),
		money_column("nominal", _("Nominal")),
		column("class_id", _("Class ID"), width=130),
		column("stage", _("Qualification Stage"), width=140),
		column("owner", _("Responsible", context="Sales Opportunity"), width=140),
		currency_column(),
	]


def get_data(listed: list[frappe._dict], whole: frappe._dict) -> list[dict]:
	"""Return the deals whose date was moved most, what the others come to, then the total."""
	rows = [row_of(deal) for deal in listed]
	sums = {"times": whole.times, "weighted": whole.base_weighted_amount, "nominal": whole.base_amount}
	rest = {"title": _("{0} deals").format(whole.deals - len(rows))}
	return with_rest_and_total(rows, whole.deals, sums, rest, {"title": _("Total")})


def row_of(deal: frappe._dict) -> dict:
	"""Return a deal's row; how far its date was moved in days."""
	first_said, said = as_date(deal.first_said), as_date(deal.expected_close_date)
	return {
		"opportunity": deal.name,
		"title": deal.title,
		"party_name": deal.party_name,
		"times": int(deal.times),
		"first_said": first_said,
		"expected_close_date": said,
		"moved_days": (said - first_said).days if said and first_said else None,
		"likely_close_date": as_date(deal.likely_close_date),
		"weighted": float(deal.base_weighted_amount),
		"nominal": float(deal.base_amount),
		"class_id": frappe.get_cached_value("Class ID", deal.class_id, "title"),
		"stage": _(deal.stage, context="Qualification Stage"),
		"owner": get_fullname(deal.opportunity_owner) if deal.opportunity_owner else None,
		"currency": company_currency(),
	}


def get_chart(by_times: dict[int, frappe._dict], listed: list[frappe._dict]) -> dict | None:
	"""Return how many deals were moved how often; a bar leads to them."""
	counts = {times: row.deals for times, row in by_times.items()}
	return bar_chart(
		[_("{0} times").format(times) for times in counts],
		{_("Opportunities", context="Report"): list(counts.values())},
		(ORANGE,),
		targets=[
			[
				drill_to_some([deal.name for deal in listed if deal.times == times], count)
				for times, count in counts.items()
			]
		],
	)


def get_summary(whole: frappe._dict) -> list[dict] | None:
	if not whole.deals:
		return None
	return [
		card(_("Opportunities", context="Report"), whole.deals, indicator="Orange"),
		money_card(_("Weighted"), whole.base_weighted_amount, "Orange"),
		money_card(_("Nominal"), whole.base_amount),
	]

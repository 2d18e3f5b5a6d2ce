"""All quotes with their state, their age and the checksum of their paper. See docs/metrics.md."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.quote_status import ANSWERED, TRANSITIONS, WAITING
from sales_opportunity.features import RECURRING_LINES, is_used
from sales_opportunity.framework.compat import moment_filters
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.drill_down import LISTED_ROWS, days_of, drill_to_list, only_recurring
from sales_opportunity.reporting.filters import checked_filters
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	bar_chart,
	card,
	column,
	currency_column,
	money_card,
	money_column,
	rounded,
)
from sales_opportunity.reporting.query import as_date, as_moment
from sales_opportunity.reporting.registered_quotes import (
	EQUAL_FILTERS,
	OPENED,
	QUOTE,
	RegisteredQuotes,
	in_days,
)

ByStatus = dict[str, tuple[int, Decimal]]


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = checked_filters(filters, {"status": TRANSITIONS, "opened": OPENED})
	quotes = RegisteredQuotes(filters)
	by_status = quotes.by_status()
	columns, data = explained("Quote Register", get_columns()), get_data(quotes, by_status)
	return columns, data, None, get_chart(filters, by_status), get_summary(quotes, by_status), True


def get_columns() -> list[dict]:
	return [
		column("quote", _("Quote"), "Link", 170, options="Quote"),
		column("quote_date", _("Date"), "Date", 110),
		column("party_name", _("Business Partner"), width=200),
		column("state", _("Status"), width=110),
		column("is_primary", _("Primary Quote"), "Check", 150),
		money_column("net", _("Net Total", context="Quote"), drill="quotes"),
		*recurring_columns(),
		column("valid_until", _("Valid Until"), "Date", 110),
		column("age", _("Age in Days"), "Int", 110),
		column("sent_on", _("Sent On"), "Datetime", 150),
		column("opened_on", _("Opened by the Customer On", context="Quote"), "Datetime", 190),
		column("answered_on", _("Answered On"), "Datetime", 150),
		column("days_to_answer", _("Days to Answer"), "Float", 130, precision=1),
		column("class_id", _("Class ID"), width=130),
		column("opportunity", _("Sales Opportunity"), "Link", 150, options="Sales Opportunity"),
		column("pdf_sha256", _("PDF Checksum (SHA-256)"), width=220),
		currency_column(),
	]


def recurring_columns() -> list[dict]:
	"""Return what recurring lines bring, where there are any."""
	if not is_used(RECURRING_LINES):
		return []
	return [
		money_column("monthly", _("Per Month (MRR)", context="Quote")),
		money_column("yearly", _("Per Year (ARR)", context="Quote")),
	]


def get_data(quotes: RegisteredQuotes, by_status: ByStatus) -> list[dict]:
	"""Return the quotes made from `from_date` to `to_date`, the newest first; of very many, the earlier ones in one row."""
	rows = [quote_row(quote) for quote in quotes.latest(LISTED_ROWS)]
	count = sum(number for number, _net in by_status.values()) - len(rows)
	if count:
		net = sum((amount for _number, amount in by_status.values()), Decimal(0))
		monthly, yearly = quotes.per_month_and_year()
		rows.append(
			{
				"quote": None,
				"party_name": _("Earlier Ones, Not Listed"),
				"state": _("{0} quotes").format(count),
				"net": float(net - sum(to_decimal(row["net"]) for row in rows)),
				"monthly": float(monthly - sum(to_decimal(row["monthly"]) for row in rows)),
				"yearly": float(yearly - sum(to_decimal(row["yearly"]) for row in rows)),
				"currency": company_currency(),
				"drill": {"quotes": list_of_quotes(quotes.filters)},
			}
		)
	return rows


def list_of_quotes(filters: frappe._dict, **more: Any) -> dict:
	"""Return the list of the register's quotes."""
	wanted = {field: filters[field] for field in EQUAL_FILTERS if filters.get(field)}
	wanted |= only_recurring(filters)
	if filters.get("opened"):
		wanted["customer_opened_on"] = moment_filters()[OPENED[filters["opened"]]]
	if period := days_of(filters):
		wanted["quote_date"] = period
	return drill_to_list(QUOTE, {**wanted, "company_currency": company_currency(), **more})


def quote_row(quote: frappe._dict) -> dict:
	"""Return a quote's row: sums net in the company's currency, its age in days."""
	return {
		"quote": quote.name,
		"quote_date": quote.quote_date,
		"party_name": quote.party_name,
		"status": quote.status,
		"state": _(quote.status, context="Quote"),
		"is_primary": quote.is_primary,
		"net": float(quote.base_net_total),
		"monthly": float(quote.base_monthly_amount),
		"yearly": float(quote.base_yearly_amount),
		"valid_until": quote.valid_until,
		"age": age_in_days(quote),
		"sent_on": quote.sent_on,
		"opened_on": quote.customer_opened_on,
		"answered_on": quote.answered_on,
		"days_to_answer": days_to_answer(quote) if quote.has_answer else None,
		"class_id": quote.class_id and frappe.get_cached_value("Class ID", quote.class_id, "title"),
		"opportunity": quote.opportunity,
		"pdf_sha256": quote.pdf_sha256,
		"currency": company_currency(),
	}


def age_in_days(quote: frappe._dict) -> int | None:
	"""Return for how many days a pending quote has been issued; no other has an age."""
	if quote.status not in WAITING or not quote.issued_on:
		return None
	return (getdate(nowdate()) - as_date(quote.issued_on)).days


def days_to_answer(quote: frappe._dict) -> float | None:
	"""Return how long the customer took to accept or decline, counted from sending, else from issuing."""
	begin, answered_on = as_moment(quote.sent_on or quote.issued_on), as_moment(quote.answered_on)
	if quote.status not in ANSWERED or not (begin and answered_on):
		return None
	return in_days((answered_on - begin).total_seconds())


def get_chart(filters: frappe._dict, by_status: ByStatus) -> dict | None:
	"""Return how many quotes there are in each status; a bar leads to their list."""
	statuses = [status for status in TRANSITIONS if status in by_status]
	return bar_chart(
		[_(status, context="Quote") for status in statuses],
		{_("Quotes"): [by_status[status][0] for status in statuses]},
		targets=[[list_of_quotes(filters, status=status) for status in statuses]],
	)


def get_summary(quotes: RegisteredQuotes, by_status: ByStatus) -> list[dict] | None:
	if not by_status:
		return None
	counts = {status: count for status, (count, _net) in by_status.items()}
	return [
		card(_("Quotes"), sum(counts.values())),
		card(_("Quotes on the Table"), sum(counts.get(status, 0) for status in WAITING)),
		money_card(_("Net Total on the Table"), quotes.value_on_the_table()),
		card(_("Acceptance Rate"), quotes.outcomes().acceptance_rate, "Percent", "Green"),
		card(_("Days to Answer (Median)"), rounded(quotes.median_days_to_answer(), 1), "Float"),
	]

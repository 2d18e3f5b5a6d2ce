"""All quotes with their state, their age and the checksum of their paper. See docs/metrics.md."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.utils import getdate, nowdate

from sales_opportunity.analysis.medians import median
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.quote_status import ANSWERED, DECIDED, TRANSITIONS, WAITING, QuoteStatus
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.filters import chosen
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	card,
	column,
	count_chart,
	currency_column,
	money_card,
	money_column,
	rounded,
)
from sales_opportunity.reporting.query import as_date, as_moment, readable_criterion, within

EQUAL_FILTERS = ("class_id", "status", "sales_person", "opportunity", "party")


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = chosen(filters, {"status": TRANSITIONS})
	data = get_data(filters)
	columns = explained("Quote Register", get_columns())
	return columns, data, None, get_chart(data), get_summary(data), True


def get_columns() -> list[dict]:
	return [
		column("quote", _("Quote"), "Link", 170, options="Quote"),
		column("quote_date", _("Date"), "Date", 110),
		column("party_name", _("Business Partner"), width=200),
		column("state", _("Status"), width=110),
		column("is_primary", _("Primary Quote"), "Check", 150),
		money_column("net", _("Net Total", context="Quote")),
		column("valid_until", _("Valid Until"), "Date", 110),
		column("age", _("Age in Days"), "Int", 110),
		column("sent_on", _("Sent On"), "Datetime", 150),
		column("answered_on", _("Answered On"), "Datetime", 150),
		column("days_to_answer", _("Days to Answer"), "Float", 130, precision=1),
		column("class_id", _("Class ID"), width=130),
		column("opportunity", _("Sales Opportunity"), "Link", 150, options="Sales Opportunity"),
		column("pdf_sha256", _("PDF Checksum (SHA-256)"), width=220),
		currency_column(),
	]


def get_data(filters: frappe._dict) -> list[dict]:
	"""Return the quotes that the user may read, made from `from_date` to `to_date`, the newest first."""
	table = frappe.qb.DocType("Quote")
	conditions = [
		readable_criterion("Quote"),
		within(table.quote_date, filters),
		table.company_currency == company_currency(),
	]
	conditions += [table[field] == filters[field] for field in EQUAL_FILTERS if filters.get(field)]
	quotes = (
		frappe.qb.from_(table)
		.where(Criterion.all(conditions))
		.select(
			table.name,
			table.quote_date,
			table.party_name,
			table.status,
			table.is_primary,
			table.base_net_total,
			table.valid_until,
			table.issued_on,
			table.sent_on,
			table.answered_on,
			table.class_id,
			table.opportunity,
			table.pdf_sha256,
		)
		.orderby(table.quote_date, order=frappe.qb.desc)
		.orderby(table.name, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	answered = quotes_with_an_answer()
	return [quote_row(quote, quote.name in answered) for quote in quotes]


def quotes_with_an_answer() -> set[str]:
	"""Return the quotes that customers accepted or declined; closing an opportunity declines others without one."""
	filters = {"answer": ("in", ANSWERED)}
	return set(frappe.get_all("Quote Answer", filters, pluck="quote", distinct=True))


def quote_row(quote: frappe._dict, has_answer: bool) -> dict:
	return {
		"quote": quote.name,
		"quote_date": quote.quote_date,
		"party_name": quote.party_name,
		"status": quote.status,
		"state": _(quote.status, context="Quote"),
		"is_primary": quote.is_primary,
		"net": float(quote.base_net_total),
		"valid_until": quote.valid_until,
		"age": age_in_days(quote),
		"sent_on": quote.sent_on,
		"answered_on": quote.answered_on,
		"days_to_answer": days_to_answer(quote) if has_answer else None,
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
	return round((answered_on - begin).total_seconds() / 86_400, 1)


def get_chart(data: list[dict]) -> dict | None:
	documents = {status: [row["quote"] for row in data if row["status"] == status] for status in TRANSITIONS}
	return count_chart(_("Quotes"), documents, lambda status: _(status, context="Quote"), "Quote")


def get_summary(data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	by_opportunity: dict[str, list[dict]] = {}
	for row in data:
		by_opportunity.setdefault(row["opportunity"], []).append(row)
	outcomes = [outcome for rows in by_opportunity.values() if (outcome := outcome_of(rows))]
	middle = median(row["days_to_answer"] for row in data if row["days_to_answer"] is not None)
	pending = sum((on_the_table(rows) for rows in by_opportunity.values()), to_decimal(0))
	return [
		card(_("Quotes"), len(data)),
		card(_("Quotes on the Table"), sum(row["status"] in WAITING for row in data)),
		money_card(_("Net Total on the Table"), pending),
		card(
			_("Acceptance Rate"),
			round(100 * outcomes.count(QuoteStatus.ACCEPTED) / len(outcomes), 1) if outcomes else None,
			"Percent",
			"Green",
		),
		card(_("Days to Answer (Median)"), rounded(middle, 1), "Float"),
	]


def outcome_of(rows: list[dict]) -> str | None:
	"""Return what came of an opportunity's quotes: accepted, whichever it was, or not; None while one is pending."""
	statuses = {row["status"] for row in rows}
	if QuoteStatus.ACCEPTED in statuses:
		return QuoteStatus.ACCEPTED
	return (
		QuoteStatus.DECLINED
		if statuses.intersection(DECIDED) and not statuses.intersection(WAITING)
		else None
	)


def on_the_table(rows: list[dict]) -> Decimal:
	"""Return the value of an opportunity's pending quotes: of the primary one, else the latest, since one is bought."""
	pending = [row for row in rows if row["status"] in WAITING]
	if not pending:
		return to_decimal(0)
	return to_decimal(
		max(pending, key=lambda row: (row["is_primary"], row["quote_date"], row["quote"]))["net"]
	)

"""Quotes of the user's deals: those that end soon, and those that customers opened or asked about."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Count, Max
from frappe.utils import now_datetime

from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.deal.quote_status import WAITING
from sales_opportunity.reporting.query import readable_criterion
from sales_opportunity.reporting.sharing import takes_part
from sales_opportunity.sales_opportunity.doctype.quote_answer.questions import as_plain, questions_query
from sales_opportunity.sales_opportunity.page.my_day.deals import own_deals
from sales_opportunity.sales_opportunity.page.my_day.paging import SHOWN, first_rows

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder

ENDING_DAYS = 14

READING_DAYS = 7


def ending_quotes(today: date) -> dict:
	"""Return the quotes on the table whose validity ends within two weeks."""
	quote, deal = frappe.qb.DocType("Quote"), frappe.qb.DocType(OPPORTUNITY)
	last_day = today + timedelta(days=ENDING_DAYS)
	ending = (quote.valid_until >= today) & (quote.valid_until <= last_day)
	fields = (
		quote.name,
		quote.party_name,
		quote.opportunity,
		quote.valid_until,
		quote.gross_total,
		quote.transaction_currency,
	)
	return first_rows(own_quotes(quote, deal).where(ending), fields, quote.valid_until, quote.name)


def busy_customers() -> dict:
	"""Return the quotes that their customers opened in these days or asked about without an answer yet."""
	asked = {}
	for row in questions_about_own_quotes():
		asked.setdefault(row.name, row)
	opened = opened_quotes(without=list(asked))
	rows = [*asked.values(), *opened["rows"]]
	return {"count": len(asked) + opened["count"], "rows": rows[:SHOWN]}


def questions_about_own_quotes() -> list[frappe._dict]:
	"""Return the customers' questions about quotes of the user's deals that nobody answered yet, the latest first;
	those of closed deals too. Texts are plain."""
	message, quote, deal = (frappe.qb.DocType(name) for name in ("Communication", "Quote", OPPORTUNITY))
	rows = (
		questions_query(message, quote)
		.join(deal)
		.on(quote.opportunity == deal.name)
		.where(
			takes_part(deal, frappe.session.user)
			& readable_criterion(OPPORTUNITY)
			& readable_criterion("Quote")
		)
		.select(quote.name, quote.party_name, quote.opportunity, message.name.as_("message"))
		.orderby(message.communication_date, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	for row in rows:
		row.question = as_plain(row.pop("content"))
	return rows


def opened_quotes(without: list[str]) -> dict:
	"""Return the other quotes that their customers' page showed in these days, the latest first."""
	link, quote, deal = (frappe.qb.DocType(name) for name in ("Quote Customer Link", "Quote", OPPORTUNITY))
	since = now_datetime() - timedelta(days=READING_DAYS)
	opened = (
		own_quotes(quote, deal)
		.join(link)
		.on(link.quote == quote.name)
		.where((link.revoked == 0) & (link.last_opened >= since))
	)
	if without:
		opened = opened.where(quote.name.notin(without))
	fields = (quote.name, quote.party_name, quote.opportunity)
	rows = (
		opened.groupby(*fields)
		.select(*fields, Max(link.last_opened).as_("last_opened"))
		.orderby(Max(link.last_opened), order=frappe.qb.desc)
		.limit(SHOWN)
		.run(as_dict=True)
	)
	return {"count": opened.select(Count(quote.name).distinct()).run()[0][0], "rows": rows}


def own_quotes(quote: "Table", deal: "Table") -> "QueryBuilder":
	"""Return the query over the quotes on the table that belong to the user's open deals."""
	return (
		frappe.qb.from_(quote)
		.join(deal)
		.on(quote.opportunity == deal.name)
		.where(quote.status.isin(WAITING) & own_deals(deal) & readable_criterion("Quote"))
	)

"""Quotes whose validity passes: they expire the day after, and their sales person is told before."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.deal.quote_status import WAITING, QuoteStatus
from sales_opportunity.framework.jobs import each_by_itself
from sales_opportunity.notifications import notify, responsible


def expire_quotes() -> None:
	"""Let the quotes whose last day has passed expire (daily job).

	Each is a transaction of its own: one that cannot expire is logged and does not keep the others.
	"""
	each_by_itself(
		"Quote", unanswered_quotes({"valid_until": ("<", nowdate())}), expire_quote, "Quote could not expire"
	)


def expire_quote(name: str) -> None:
	"""Let one quote expire unless it was answered or changed meanwhile."""
	quote = frappe.get_doc("Quote", name, for_update=True)
	if quote.status in WAITING and quote.valid_until < getdate():
		quote.change_status(QuoteStatus.EXPIRED)


def notify_expiring_quotes() -> None:
	"""Tell those who are responsible, once, which of their quotes will soon expire (daily job)."""
	days = frappe.get_cached_doc("Sales Opportunity Settings").expiry_notice_days
	if days:
		soon = {"valid_until": ("between", (nowdate(), add_days(nowdate(), days))), "expiry_notified": 0}
		each_by_itself("Quote", unanswered_quotes(soon), notify_expiring_quote, "Expiry could not be told")


def notify_expiring_quote(name: str) -> None:
	"""Tell those who are responsible for one quote that it will soon expire, unless it was answered or they were told meanwhile."""
	quote = frappe.get_doc("Quote", name, for_update=True)
	if quote.status in WAITING and not quote.expiry_notified:
		notify(quote, "quote_ends_soon", responsible(quote))
		quote.db_set("expiry_notified", 1, update_modified=False)


def unanswered_quotes(filters: dict) -> list[str]:
	"""Return the names of issued quotes that wait for an answer and meet the filters."""
	return frappe.get_all(
		"Quote", {"docstatus": 1, "status": ("in", WAITING), **filters}, pluck="name", order_by="name asc"
	)

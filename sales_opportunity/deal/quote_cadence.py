"""What the cadence of a deal's class does about its quotes."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.activities.cadence_rules import QUOTE_OPENED, QUOTE_SENT
from sales_opportunity.activities.cadences import propose_for_quote, withdraw
from sales_opportunity.deal.quote_status import QuoteStatus

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def follow_status(quote: "Quote") -> None:
	"""Propose what is to follow on a quote that was sent; nothing is left to do for one that is decided or gone.

	One that is accepted decides on all quotes of its deal, which is locked.
	"""
	if quote.status == QuoteStatus.SENT:
		follow_event(quote, QUOTE_SENT)
	elif quote.status == QuoteStatus.ACCEPTED:
		withdraw(quote.opportunity, QUOTE_SENT, QUOTE_OPENED)
	else:
		withdraw(quote.opportunity, quote=quote.name)


def follow_event(quote: "Quote", event: str) -> None:
	"""Propose what is called for by something that happened to a quote, unless one of its deal, which is locked, is accepted."""
	accepted = {"opportunity": quote.opportunity, "status": QuoteStatus.ACCEPTED}
	if not frappe.db.get_value("Quote", accepted, for_update=True):
		propose_for_quote(quote.opportunity, event, quote.name)

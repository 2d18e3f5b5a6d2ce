"""Answers that customers gave in another way than on their page, entered in the desk."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime

from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import refusal
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import accept_quote, decline_quote
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import DESK, Entry, throw_incomplete

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


@whitelist(methods=["POST"])
@retried
def accept_by_hand(
	quote: str, answered_on: str, person_name: str | None = None, note: str | None = None
) -> str:
	"""Note that the customer has accepted the quote in another way, and return its status.

	`answered_on` is the day. Raises `frappe.PermissionError` without write permission on the quote, and as
	`accept_quote` does.
	"""
	check_write(quote)
	return accept_quote(quote, entry_by_hand(quote, answered_on, person_name, note)).status


@whitelist(methods=["POST"])
@retried
def decline_by_hand(quote: str, answered_on: str, reason: str, person_name: str | None = None) -> str:
	"""Note that the customer has declined the quote in another way, and return its status.

	`answered_on` is the day. Raises `frappe.PermissionError` without write permission on the quote, and as
	`decline_quote` does.
	"""
	check_write(quote)
	return decline_quote(quote, entry_by_hand(quote, answered_on, person_name, reason)).status


def check_write(quote: str) -> None:
	"""Raise `frappe.PermissionError` without write permission on the quote."""
	frappe.get_doc("Quote", quote).check_permission("write")


def entry_by_hand(quote: str, answered_on: str, person_name: str | None, message: str | None) -> Entry:
	"""Return the entry of a colleague. Raises `AnswerIncompleteError` for a day that cannot be."""
	day = read_date(answered_on, _("Answered On"))
	if not day:
		throw_incomplete(_("Enter the day on which the customer answered."))
	issued_on = frappe.db.get_value("Quote", quote, "issued_on")
	if day > getdate() or (issued_on and day < getdate(issued_on)):
		throw_incomplete(_("The answer must have come between the day of issue and today."))
	given_on = now_datetime() if day == getdate() else get_datetime(day)
	if issued_on:
		given_on = max(given_on, get_datetime(issued_on))
	return Entry(DESK, person_name or "", message or "", given_on)


def onload(quote: "Quote", method: str | None = None) -> None:
	"""Hook of opened quotes: tell the form whether the quote can be answered, and who answered last."""
	if quote.docstatus != 1:
		return
	answer = frappe.db.get_value(
		"Quote Answer",
		{"quote": quote.name, "answer": quote.status},
		["person_name", "channel"],
		order_by="creation desc",
		as_dict=True,
	)
	opportunity_status = frappe.db.get_value("Sales Opportunity", quote.opportunity, "status")
	quote.set_onload(
		"answering",
		{
			"is_answerable": not refusal(
				quote.status, opportunity_status, getdate(quote.valid_until), getdate(), True
			),
			"opportunity_status": opportunity_status,
			"answer": answer,
		},
	)

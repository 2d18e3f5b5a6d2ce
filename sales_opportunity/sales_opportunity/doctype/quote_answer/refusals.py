"""Why a quote cannot be answered, and how that is told."""

from datetime import date
from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_opportunity.deal.quote_status import QuoteStatus
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import refusal

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


class AnswerRefusedError(frappe.ValidationError):
	"""The quote cannot be answered, or not like that."""


def answer_refusal(quote: "Quote") -> str | None:
	"""Return why the customer cannot answer the quote today, None if they can (see `refusal` and `other_quote_accepted`)."""
	reason = refusal(
		quote.status,
		frappe.db.get_value("Sales Opportunity", quote.opportunity, "status"),
		getdate(quote.valid_until),
		getdate(),
		accepts_expired_quotes(),
	)
	return reason or other_quote_accepted(quote)


def refusal_on_page(quote: "Quote", opportunity_status: str | None, day: date) -> str | None:
	"""Return as `answer_refusal` does for `day`, of a quote that is locked with its opportunity."""
	reason = refusal(
		quote.status, opportunity_status, getdate(quote.valid_until), day, accepts_expired_quotes()
	)
	return reason or other_quote_accepted(quote, for_update=True)


def other_quote_accepted(quote: "Quote", for_update: bool = False) -> str | None:
	"""Return that the customer has accepted another quote for the same: two acceptances would bind twice."""
	return "Taken" if other_accepted_quote(quote, for_update) else None


def other_accepted_quote(quote: "Quote", for_update: bool = False) -> str | None:
	"""Return the accepted quote of the opportunity if it is another one.

	Who decides by it reads `for_update`, and has locked the opportunity.
	"""
	accepted = {"opportunity": quote.opportunity, "status": QuoteStatus.ACCEPTED, "name": ("!=", quote.name)}
	return frappe.db.get_value("Quote", accepted, for_update=for_update)


def validate_no_other_accepted(quote: "Quote") -> None:
	"""Raise `AnswerRefusedError` if the customer has accepted another quote of the opportunity."""
	other = other_accepted_quote(quote, for_update=True)
	if other:
		frappe.throw(
			_(
				"The customer has accepted quote {0} of the same opportunity. Cancel that one first, or win the opportunity with the quote that counts."
			).format(frappe.bold(other)),
			AnswerRefusedError,
		)


def accepts_expired_quotes() -> bool:
	"""Return whether the settings let customers accept quotes that are no longer valid."""
	return bool(cint(frappe.get_cached_doc("Sales Opportunity Settings").accept_expired_quotes))


def throw_refusal(reason: str) -> NoReturn:
	"""Raise `AnswerRefusedError`, in the user's language."""
	frappe.throw(refusal_text(reason), AnswerRefusedError)


def refusal_text(reason: str) -> str:
	"""Return the sentence that tells a person why a quote cannot be answered."""
	return {
		QuoteStatus.DRAFT: _("This quote has not been issued yet."),
		QuoteStatus.SUPERSEDED: _("This quote has been replaced by a newer one."),
		QuoteStatus.CANCELLED: _("This quote has been withdrawn."),
		QuoteStatus.ACCEPTED: _("This quote has already been accepted."),
		QuoteStatus.DECLINED: _("This quote has already been declined."),
		"Closed": _("This quote can no longer be answered."),
		QuoteStatus.EXPIRED: _("This quote is no longer valid."),
		"Taken": _(
			"Another quote for the same has been accepted. Please contact us if you want this one instead."
		),
	}[reason]

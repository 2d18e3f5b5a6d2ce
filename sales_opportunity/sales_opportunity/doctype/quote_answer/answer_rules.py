"""When a quote may be answered, and what a customer may write, as pure decisions. Free of the framework."""

import re
from datetime import date

from sales_opportunity.deal.quote_status import UNANSWERABLE, QuoteStatus

NAME_LENGTH = 140
MESSAGE_LENGTH = 4000
"""Characters of a reason, note or question."""

TAG_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that cannot be seen, or turn the direction of what follows; tabs and line breaks are none."""


def refusal(
	status: str, opportunity_status: str | None, valid_until: date, day: date, accept_expired: bool
) -> str | None:
	"""Return why a customer cannot answer a quote on `day`: its status, "Closed" or "Expired". None if they can."""
	if status in UNANSWERABLE:
		return status
	if opportunity_status != "Open":
		return "Closed"
	if is_late(status, valid_until, day) and not accept_expired:
		return QuoteStatus.EXPIRED
	return None


def refusal_by_hand(
	answer: str,
	status: str,
	opportunity_status: str | None,
	valid_until: date,
	day: date,
	accept_expired: bool,
) -> str | None:
	"""Return why a colleague cannot note that the customer has given this answer on `day`, as `refusal` does.

	The day counts, not whether the quote has expired meanwhile; a refusal can come at any time.
	"""
	if answer == QuoteStatus.DECLINED or day <= valid_until:
		accept_expired = True
	return refusal(status, opportunity_status, valid_until, day, accept_expired)


def is_late(status: str, valid_until: date, day: date) -> bool:
	"""Return whether the offer no longer binds on `day`, also if the job that lets it expire did not run yet."""
	return status == QuoteStatus.EXPIRED or day > valid_until


def plain_text(text: str | None, one_line: bool = False) -> str:
	"""Return what a person wrote as text that is harmless wherever it is shown.

	What could open an HTML tag becomes ‹, invisible characters are dropped, and so is space at the ends;
	everything else stays as it was written.
	"""
	text = (text or "").replace("\r\n", "\n").replace("\r", "\n")
	text = TAG_OPENING.sub("\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", CONTROL.sub("", text))
	return " ".join(text.split()) if one_line else text.strip()

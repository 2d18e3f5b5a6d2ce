"""Why an open opportunity cannot be forecast, or does not move. Free of the framework."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NO_DATE = "No Close Date"
DATE_PAST = "Close Date Past"
QUOTE_EXPIRED = "Quote Expired"
AMOUNT_DIFFERS = "Amount Differs from Lines"
NO_ACTIVITY = "No Next Activity"
ACTIVITY_OVERDUE = "Activity Overdue"
STALLED = "Stalled"
OBSTACLES = (NO_DATE, DATE_PAST, QUOTE_EXPIRED, AMOUNT_DIFFERS, NO_ACTIVITY, ACTIVITY_OVERDUE, STALLED)


@dataclass(frozen=True)
class Situation:
	"""What is known of an open opportunity; amounts in its own currency, None without lines or quote."""

	close_date: date | None
	next_activity: date | None
	stalled_from: date | None
	amount: Decimal
	line_total: Decimal | None = None
	quote_valid_until: date | None = None


def obstacles(situation: Situation, today: date) -> list[str]:
	"""Return all that stands against the opportunity, in the order of `OBSTACLES`."""
	return list(_found(situation, today))


def _found(situation: Situation, today: date) -> Iterator[str]:
	if not situation.close_date:
		yield NO_DATE
	elif situation.close_date < today:
		yield DATE_PAST
	if situation.quote_valid_until and situation.quote_valid_until < today:
		yield QUOTE_EXPIRED
	if situation.line_total is not None and situation.line_total != situation.amount:
		yield AMOUNT_DIFFERS
	if not situation.next_activity:
		yield NO_ACTIVITY
	elif situation.next_activity < today:
		yield ACTIVITY_OVERDUE
	if situation.stalled_from and situation.stalled_from <= today:
		yield STALLED

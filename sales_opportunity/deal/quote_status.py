"""The life of a quote as data: which status may follow which. Free of the framework."""


class QuoteStatus:
	"""The statuses by name, so that one that is spelled wrong is noticed."""

	DRAFT = "Draft"
	ISSUED = "Issued"
	SENT = "Sent"
	ACCEPTED = "Accepted"
	DECLINED = "Declined"
	EXPIRED = "Expired"
	SUPERSEDED = "Superseded"
	CANCELLED = "Cancelled"


BY_STRENGTH = (QuoteStatus.ACCEPTED, QuoteStatus.SENT, QuoteStatus.ISSUED, QuoteStatus.DRAFT)
"""Statuses in which a quote is still on the table, the furthest first."""

LIVE = frozenset(BY_STRENGTH)
"""Statuses in which a quote may be the primary one, and be sent."""

WAITING = (QuoteStatus.ISSUED, QuoteStatus.SENT)
"""Statuses in which the customer has not answered yet: only such quotes expire."""

ISSUED = LIVE - {QuoteStatus.DRAFT}
"""Statuses of a live quote whose paper exists and is frozen."""

ANSWERED = (QuoteStatus.ACCEPTED, QuoteStatus.DECLINED)
"""Statuses that say what the customer answered."""

DECIDED = (*ANSWERED, QuoteStatus.EXPIRED)
"""Statuses in which nothing is waited for any more: the customer answered, or let the day pass."""

TRANSITIONS: dict[str, frozenset[str]] = {
	QuoteStatus.DRAFT: frozenset({QuoteStatus.ISSUED, QuoteStatus.CANCELLED}),
	QuoteStatus.ISSUED: frozenset(
		{
			QuoteStatus.SENT,
			QuoteStatus.ACCEPTED,
			QuoteStatus.DECLINED,
			QuoteStatus.EXPIRED,
			QuoteStatus.SUPERSEDED,
			QuoteStatus.CANCELLED,
		}
	),
	QuoteStatus.SENT: frozenset(
		{
			QuoteStatus.ACCEPTED,
			QuoteStatus.DECLINED,
			QuoteStatus.EXPIRED,
			QuoteStatus.SUPERSEDED,
			QuoteStatus.CANCELLED,
		}
	),
	QuoteStatus.ACCEPTED: frozenset({QuoteStatus.DECLINED, QuoteStatus.SUPERSEDED, QuoteStatus.CANCELLED}),
	QuoteStatus.DECLINED: frozenset({QuoteStatus.SUPERSEDED, QuoteStatus.CANCELLED}),
	QuoteStatus.EXPIRED: frozenset(
		{QuoteStatus.ACCEPTED, QuoteStatus.DECLINED, QuoteStatus.SUPERSEDED, QuoteStatus.CANCELLED}
	),
	QuoteStatus.SUPERSEDED: frozenset({QuoteStatus.CANCELLED}),
	QuoteStatus.CANCELLED: frozenset(),
}

REVISABLE = frozenset(
	status for status, following in TRANSITIONS.items() if QuoteStatus.SUPERSEDED in following
)
"""Statuses of a quote that a new revision may take the place of."""

SHOWN = REVISABLE
"""Statuses of a quote whose content the customer may read; of the others only that they no longer apply."""

UNANSWERABLE = frozenset(
	status for status, following in TRANSITIONS.items() if QuoteStatus.ACCEPTED not in following
)
"""Statuses that allow no answer of the customer, whatever else is the case."""

ACCEPTABLE = tuple(
	status for status in TRANSITIONS if status not in UNANSWERABLE or status == QuoteStatus.ACCEPTED
)
"""Statuses of a quote that can have won: it is accepted, or still can be."""


def is_allowed(current: str, following: str) -> bool:
	"""Return whether a quote may go from status `current` to `following`; staying is always allowed."""
	return current == following or following in TRANSITIONS[current]

"""The life of a quote as data: which status may follow which. Free of the framework."""

BY_STRENGTH = ("Accepted", "Sent", "Issued", "Draft")
"""Statuses in which a quote is still on the table, the furthest first."""

LIVE = frozenset(BY_STRENGTH)
"""Statuses in which a quote may be the primary one, and be sent."""

WAITING = ("Issued", "Sent")
"""Statuses in which the customer has not answered yet: only such quotes expire."""

ISSUED = LIVE - {"Draft"}
"""Statuses of a live quote whose paper exists and is frozen."""

ANSWERED = ("Accepted", "Declined")
"""Statuses that say what the customer answered."""

DECIDED = (*ANSWERED, "Expired")
"""Statuses in which nothing is waited for any more: the customer answered, or let the day pass."""

TRANSITIONS: dict[str, frozenset[str]] = {
	"Draft": frozenset({"Issued", "Cancelled"}),
	"Issued": frozenset({"Sent", "Accepted", "Declined", "Expired", "Superseded", "Cancelled"}),
	"Sent": frozenset({"Accepted", "Declined", "Expired", "Superseded", "Cancelled"}),
	"Accepted": frozenset({"Declined", "Superseded", "Cancelled"}),
	"Declined": frozenset({"Superseded", "Cancelled"}),
	"Expired": frozenset({"Accepted", "Declined", "Superseded", "Cancelled"}),
	"Superseded": frozenset({"Cancelled"}),
	"Cancelled": frozenset(),
}

REVISABLE = frozenset(status for status, following in TRANSITIONS.items() if "Superseded" in following)
"""Statuses of a quote that a new revision may take the place of."""

SHOWN = REVISABLE
"""Statuses of a quote whose content the customer may read; of the others only that they no longer apply."""

UNANSWERABLE = frozenset(status for status, following in TRANSITIONS.items() if "Accepted" not in following)
"""Statuses that allow no answer of the customer, whatever else is the case."""

ACCEPTABLE = tuple(status for status in TRANSITIONS if status not in UNANSWERABLE or status == "Accepted")
"""Statuses of a quote that can have won: it is accepted, or still can be."""


def is_allowed(current: str, following: str) -> bool:
	"""Return whether a quote may go from status `current` to `following`; staying is always allowed."""
	return current == following or following in TRANSITIONS[current]

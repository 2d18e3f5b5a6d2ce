"""The life of a quote as data: which status may follow which."""

LIVE = frozenset({"Draft", "Issued", "Sent", "Accepted"})
"""Statuses in which a quote is still on the table and may be the primary one."""

WAITING = ("Issued", "Sent")
"""Statuses in which the customer has not answered yet: only such quotes expire."""

ISSUED = frozenset({"Issued", "Sent", "Accepted"})
"""Statuses of a live quote whose paper exists and is frozen."""

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


def is_allowed(current: str, following: str) -> bool:
	"""Return whether a quote may go from status `current` to `following`; staying is always allowed."""
	return current == following or following in TRANSITIONS[current]

"""The life of a fulfilment request as data: which status may follow which. Free of the framework."""

TRANSITIONS: dict[str, frozenset[str]] = {
	"Open": frozenset({"Done", "Cancelled"}),
	"Done": frozenset(),
	"Cancelled": frozenset(),
}


def is_allowed(current: str, following: str) -> bool:
	"""Return whether a request may go from status `current` to `following`."""
	return following in TRANSITIONS[current]

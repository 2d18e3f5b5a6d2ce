"""The life of a fulfilment request as data: which status may follow which. Free of the framework."""


class RequestStatus:
	"""The statuses by name, so that one that is spelled wrong is noticed."""

	OPEN = "Open"
	DONE = "Done"
	CANCELLED = "Cancelled"


TRANSITIONS: dict[str, frozenset[str]] = {
	RequestStatus.OPEN: frozenset({RequestStatus.DONE, RequestStatus.CANCELLED}),
	RequestStatus.DONE: frozenset(),
	RequestStatus.CANCELLED: frozenset(),
}


def is_allowed(current: str, following: str, document_ended: bool = False) -> bool:
	"""Return whether a request may go from status `current` to `following`; a done one only ends with its document."""
	ends_with_document = document_ended and (current, following) == (
		RequestStatus.DONE,
		RequestStatus.CANCELLED,
	)
	return ends_with_document or following in TRANSITIONS[current]

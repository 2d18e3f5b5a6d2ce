"""The statuses of an opportunity, which are the types of its stages. Free of the framework."""


class OpportunityStatus:
	"""The statuses by name, so that one that is spelled wrong is noticed."""

	OPEN = "Open"
	WON = "Won"
	LOST = "Lost"

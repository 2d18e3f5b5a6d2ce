"""Why an open opportunity cannot be forecast, or does not move. Free of the framework."""

NO_DATE = "No Close Date"
DATE_PAST = "Close Date Past"
QUOTE_EXPIRED = "Quote Expired"
AMOUNT_DIFFERS = "Amount Differs from Lines"
NO_ACTIVITY = "No Next Activity"
ACTIVITY_OVERDUE = "Activity Overdue"
STALLED = "Stalled"
OBSTACLES = (NO_DATE, DATE_PAST, QUOTE_EXPIRED, AMOUNT_DIFFERS, NO_ACTIVITY, ACTIVITY_OVERDUE, STALLED)

BITS = {name: 1 << index for index, name in enumerate(OBSTACLES)}
"""By obstacle a number: the sum of those of several stands for all of them."""
AT_MOST_ONE = (
	(NO_DATE, DATE_PAST),
	(QUOTE_EXPIRED,),
	(AMOUNT_DIFFERS,),
	(NO_ACTIVITY, ACTIVITY_OVERDUE),
	(STALLED,),
)
"""All obstacles; of those in one place an opportunity has at most one."""


def obstacles_of(number: int) -> list[str]:
	"""Return the obstacles that a number stands for, in the order of `OBSTACLES`."""
	return [name for name, bit in BITS.items() if number & bit]

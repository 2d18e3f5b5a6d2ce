"""What a stage means: which probability its type allows, and what it requires before it may be entered.

Free of the framework.
"""

from dataclasses import dataclass

from sales_opportunity.deal.opportunity_status import OpportunityStatus

FIXED_PROBABILITY = {OpportunityStatus.WON: 100.0, OpportunityStatus.LOST: 0.0}

CLOSED = tuple(FIXED_PROBABILITY)
"""Types of the stages that end a deal; an opportunity's status is the type of its stage."""

STATUSES = ("Open", *CLOSED)


def is_probability_allowed(stage_type: str, probability: float) -> bool:
	"""Return whether a stage of this type may carry `probability` (in %): Won 100, Lost 0, Open 0 to 100."""
	if stage_type in FIXED_PROBABILITY:
		return probability == FIXED_PROBABILITY[stage_type]
	return 0 <= probability <= 100


@dataclass(frozen=True)
class StageFacts:
	"""What an opportunity has when it is about to enter a stage."""

	items: bool
	expected_close_date: bool
	issued_quote: bool
	next_activity: bool
	source: bool


def missing_requirements(required: StageFacts, present: StageFacts) -> list[str]:
	"""Return the names of the facts that are required and not present, in the order of `StageFacts`."""
	return [
		name
		for name in StageFacts.__dataclass_fields__
		if getattr(required, name) and not getattr(present, name)
	]


def is_due(stage_type: str, position: int, from_position: int) -> bool:
	"""Return whether what is mandatory from a stage on is mandatory in a stage at `position`; never when lost."""
	return stage_type != OpportunityStatus.LOST and position >= from_position

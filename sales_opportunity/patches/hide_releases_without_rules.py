"""Sites that have no rules for the release of quotes see nothing of it."""

from sales_opportunity.features import hide_without_rules


def execute() -> None:
	"""Hide the field of the quote. Runs twice without harm."""
	hide_without_rules()

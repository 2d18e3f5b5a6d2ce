"""Participants with roles are new: the contact of each deal from before becomes one of them.

Runs twice without harm.
"""

from sales_opportunity.deal.participants import add_rows_of_contacts


def execute() -> None:
	"""Let the contacts of deals that were saved before there were roles be among those who take part."""
	add_rows_of_contacts()

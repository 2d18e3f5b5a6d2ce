"""Columns of the list and the calendar of next activities are new: sites that had the app before get them.

Runs twice without harm.
"""

from sales_opportunity.install import create_views


def execute() -> None:
	"""Let lists of opportunities have room for all their columns, and a calendar of next activities."""
	create_views()

"""Notifications that tell people of what happens are new, and some came later: sites that lack any get them.

Runs twice without harm: those that are there stay as they are.
"""

from sales_opportunity import notifications


def execute() -> None:
	"""Create the Notifications that the site lacks."""
	notifications.create_notifications()

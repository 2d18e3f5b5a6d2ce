"""Gives sites that had the app before the Notifications which tell people what they were told without any."""

from sales_opportunity import notifications


def execute() -> None:
	notifications.create_notifications()

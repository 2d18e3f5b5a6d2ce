"""Desks begin with My Day or the figures: sites that use this app get it, too. Runs twice without harm."""

from sales_opportunity.desk.desk_start import choose_defaults


def execute() -> None:
	"""Let the desk of salespeople begin with My Day and that of managers with the figures, where this app is used."""
	choose_defaults()

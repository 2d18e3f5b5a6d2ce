"""The number cards of sites without a default currency showed none: the company's becomes the default.

Runs twice without harm.
"""

from sales_opportunity.currency import adopt_currency


def execute() -> None:
	"""Let the site's default be the company's currency, so that number cards show it, where no default was stored."""
	adopt_currency()

"""Reports group by the month of closing, a new field: it is filled for deals that were closed before.

Runs twice without harm.
"""

from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import store_months


def execute() -> None:
	"""Store the month of closing of opportunities that were closed before there was this field."""
	store_months()

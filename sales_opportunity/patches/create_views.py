from sales_opportunity.install import create_views


def execute() -> None:
	"""Let lists of opportunities have room for all their columns, and a calendar of next activities."""
	create_views()

from sales_opportunity.features import store_defaults


def execute() -> None:
	"""Switch on what the settings can switch off, where nobody has switched it yet."""
	store_defaults()

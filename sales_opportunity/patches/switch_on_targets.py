from sales_opportunity.desk.stepped_back import switch_on


def execute() -> None:
	"""Offer sales targets where nobody has decided about them. Runs twice without harm."""
	switch_on()

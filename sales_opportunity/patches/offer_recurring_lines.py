from sales_opportunity.deal.recurring import offer_by_default


def execute() -> None:
	"""Let lines recur on sites from before there was a choice."""
	offer_by_default()

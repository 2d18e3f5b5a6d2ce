from sales_opportunity.features import RELATED_DEALS, is_used


def get_data() -> dict:
	"""Return what the form shows as connections of an opportunity.

	The form translates the labels: this is kept for all users, whoever asks first.
	"""
	related = [{"label": "Related Deals", "items": ["Sales Opportunity"]}] if is_used(RELATED_DEALS) else []
	return {
		"fieldname": "opportunity",
		"non_standard_fieldnames": {"Sales Opportunity": "parent_opportunity"},
		"transactions": [
			{"label": "Quotes", "items": ["Quote"]},
			{"label": "Follow-ups", "items": ["Fulfilment Request"]},
			*related,
		],
	}

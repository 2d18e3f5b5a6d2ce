def get_data() -> dict:
	"""Return what the form shows as connections of a partner."""
	return {
		"fieldname": "party",
		"dynamic_links": {"party": ["Business Partner", "party_type"]},
		"transactions": [{"label": "Selling", "items": ["Sales Opportunity", "Quote"]}],
	}

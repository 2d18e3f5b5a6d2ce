def get_data() -> dict:
	"""Return what the form shows as connections of an opportunity.

	The form translates the labels: this is kept for all users, whoever asks first.
	"""
	return {
		"fieldname": "opportunity",
		"transactions": [
			{"label": "Quotes", "items": ["Quote"]},
			{"label": "Follow-ups", "items": ["Fulfilment Request"]},
		],
	}

def get_data() -> dict:
	"""Return what the form shows as connections of an opportunity."""
	return {"fieldname": "opportunity", "transactions": [{"label": "Quotes", "items": ["Quote"]}]}

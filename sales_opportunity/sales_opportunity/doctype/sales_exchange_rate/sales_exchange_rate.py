from frappe.model.document import Document


class SalesExchangeRate(Document):
	pass

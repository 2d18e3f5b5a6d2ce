from frappe.model.document import Document


class QuoteText(Document):
	pass

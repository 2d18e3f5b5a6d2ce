from frappe.model.document import Document


class QuoteItem(Document):
	pass

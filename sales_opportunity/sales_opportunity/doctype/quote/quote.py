from frappe.model.document import Document


class Quote(Document):
	pass

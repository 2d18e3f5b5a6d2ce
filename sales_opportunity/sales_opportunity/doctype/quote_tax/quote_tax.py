from frappe.model.document import Document


class QuoteTax(Document):
	pass

from frappe.model.document import Document


class ClassID(Document):
	pass

from frappe.model.document import Document


class ClassIDMember(Document):
	pass

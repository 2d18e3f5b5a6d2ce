from frappe.model.document import Document


class ClassIDStage(Document):
	pass

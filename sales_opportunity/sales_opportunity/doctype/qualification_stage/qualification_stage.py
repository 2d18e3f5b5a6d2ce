from frappe.model.document import Document


class QualificationStage(Document):
	pass

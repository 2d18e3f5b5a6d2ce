from frappe.model.document import Document


class ClosingReason(Document):
	pass

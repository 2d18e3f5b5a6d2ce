from frappe.model.document import Document


class SalesUnit(Document):
	pass

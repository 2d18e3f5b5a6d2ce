from frappe.model.document import Document


class SalesItemTranslation(Document):
	pass

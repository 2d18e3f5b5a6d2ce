from frappe.model.document import Document


class SalesItemGroup(Document):
	pass

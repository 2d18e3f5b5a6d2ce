from frappe.model.document import Document


class SalesItem(Document):
	pass

from frappe.model.document import Document


class SalesOpportunity(Document):
	pass

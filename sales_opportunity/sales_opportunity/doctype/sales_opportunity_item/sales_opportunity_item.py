from frappe.model.document import Document


class SalesOpportunityItem(Document):
	pass

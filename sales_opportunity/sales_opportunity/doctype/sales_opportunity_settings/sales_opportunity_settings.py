from frappe.model.document import Document


class SalesOpportunitySettings(Document):
	pass

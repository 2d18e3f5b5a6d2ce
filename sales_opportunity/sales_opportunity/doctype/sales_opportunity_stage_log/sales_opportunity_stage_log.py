from frappe.model.document import Document


class SalesOpportunityStageLog(Document):
	pass

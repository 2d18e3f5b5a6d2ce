from frappe.model.document import Document


class BusinessPartner(Document):
	pass

from frappe.model.document import Document


class SalesTaxRate(Document):
	pass

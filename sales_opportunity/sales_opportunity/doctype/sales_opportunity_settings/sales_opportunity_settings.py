import frappe
from frappe import _
from frappe.model.document import Document


class SalesOpportunitySettings(Document):
	def validate(self):
		self.validate_exchange_rates()

	def validate_exchange_rates(self):
		for row in self.exchange_rates:
			if row.rate <= 0:
				frappe.throw(_("Row #{0}: The exchange rate must be greater than 0.").format(row.idx))

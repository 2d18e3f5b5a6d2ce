from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact
from frappe.model.document import Document


class BusinessPartner(Document):
	def onload(self):
		load_address_and_contact(self)

	def before_validate(self):
		self.vat_id = (self.vat_id or "").replace(" ", "").upper() or None

	def on_trash(self):
		delete_contact_and_address("Business Partner", self.name)

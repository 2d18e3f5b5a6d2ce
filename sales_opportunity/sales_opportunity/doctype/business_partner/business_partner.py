from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact
from frappe.model.document import Document


class BusinessPartner(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		default_currency: DF.Link | None
		disabled: DF.Check
		image: DF.AttachImage | None
		language: DF.Link | None
		naming_series: DF.Literal["BP-.#####"]
		notes: DF.TextEditor | None
		partner_name: DF.Data
		partner_type: DF.Literal["Company", "Person"]
		payment_terms: DF.SmallText | None
		role: DF.Literal["Lead", "Prospect", "Customer"]
		tax_treatment: DF.Literal[
			"Domestic", "Reverse Charge", "EU Supply", "Export Supply", "Small Business"
		]
		vat_id: DF.Data | None
		website: DF.Data | None
	# end: auto-generated types

	def onload(self):
		load_address_and_contact(self)

	def before_validate(self):
		self.vat_id = (self.vat_id or "").replace(" ", "").upper() or None

	def on_trash(self):
		delete_contact_and_address("Business Partner", self.name)

import frappe
from frappe import _
from frappe.model.document import Document


class SalesOpportunitySettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_exchange_rate.sales_exchange_rate import (
			SalesExchangeRate,
		)

		bank_name: DF.Data | None
		bic: DF.Data | None
		city: DF.Data | None
		company_currency: DF.Link | None
		company_name: DF.Data | None
		country: DF.Link | None
		default_language: DF.Link | None
		default_validity_days: DF.Int
		email: DF.Data | None
		exchange_rates: DF.Table[SalesExchangeRate]
		iban: DF.Data | None
		logo: DF.AttachImage | None
		managing_directors: DF.SmallText | None
		phone: DF.Data | None
		postal_code: DF.Data | None
		register_court: DF.Data | None
		register_number: DF.Data | None
		small_business: DF.Check
		street: DF.Data | None
		tax_number: DF.Data | None
		vat_id: DF.Data | None
		website: DF.Data | None
	# end: auto-generated types

	def validate(self):
		self.validate_exchange_rates()

	def validate_exchange_rates(self):
		for row in self.exchange_rates:
			if row.rate <= 0:
				frappe.throw(_("Row #{0}: The exchange rate must be greater than 0.").format(row.idx))

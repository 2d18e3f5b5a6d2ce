import frappe
from frappe import _
from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact

from sales_opportunity.deal.origin import validate_origin
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.masters.adapters import advance_party
from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import (
	likely_duplicates,
	set_keys,
	store_keys,
	warn_of_duplicates,
)
from sales_opportunity.sales_opportunity.doctype.business_partner.merging import (
	lock_opportunities,
	rename_on_closed_opportunities,
	unlink_twice_linked,
)
from sales_opportunity.sales_opportunity.doctype.business_partner.vat_id import (
	CHECK_DIGIT,
	FORMAT,
	LENGTH,
	InvalidVatId,
	compact_vat_id,
	iso_country,
)
from sales_opportunity.texts.formatting import country_name


class VatIdError(frappe.ValidationError):
	pass


class BusinessPartner(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.business_partner_domain.business_partner_domain import (
			BusinessPartnerDomain,
		)

		campaign: DF.Link | None
		default_currency: DF.Link | None
		disabled: DF.Check
		domains: DF.Table[BusinessPartnerDomain]
		image: DF.AttachImage | None
		language: DF.Link | None
		name_key: DF.Data | None
		naming_series: DF.Literal["BP-.#####"]
		notes: DF.TextEditor | None
		partner_group: DF.Link | None
		partner_name: DF.Data
		partner_type: DF.Literal["Company", "Person"]
		payment_terms: DF.SmallText | None
		role: DF.Literal["Lead", "Prospect", "Customer"]
		source: DF.Link | None
		tax_treatment: DF.Literal[
			"Domestic",
			"Reverse Charge",
			"EU Supply",
			"Export Supply",
			"Place of Supply Abroad",
			"Small Business",
		]
		vat_id: DF.Data | None
		website: DF.Data | None
	# end: auto-generated types

	def onload(self) -> None:
		load_address_and_contact(self)
		self.set_onload("likely_duplicates", likely_duplicates(self))

	def validate(self) -> None:
		self.set_vat_id()
		validate_origin(self)
		set_keys(self)

	def on_update(self) -> None:
		warn_of_duplicates(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		if merge:
			self.check_permission("delete")
		lock_opportunities(self.doctype, [old, new])

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		if merge:
			unlink_twice_linked(new)
			store_keys(self)
			advance_party(self.doctype, new, frappe.db.get_value(self.doctype, old, "role"))
			rename_on_closed_opportunities(self)

	def on_trash(self) -> None:
		delete_contact_and_address("Business Partner", self.name)

	def set_vat_id(self) -> None:
		"""Keep a new VAT id in its compact form. Raises `VatIdError` if its country has other rules."""
		if not self.has_value_changed("vat_id"):
			return
		try:
			self.vat_id = compact_vat_id(self.vat_id)
		except InvalidVatId as error:
			frappe.throw(vat_id_message(self.vat_id, error), VatIdError, title=_("Wrong VAT ID"))


def vat_id_message(vat_id: str | None, error: InvalidVatId) -> str:
	"""Return what is wrong with the id, and an example, in the user's language."""
	message = {
		CHECK_DIGIT: _("The VAT ID {0} has a typing error: its check digits do not fit its other digits."),
		LENGTH: _("The VAT ID {0} is too long or too short for its country ({1})."),
		FORMAT: _("The VAT ID {0} is not built by the rules of its country ({1})."),
	}[error.fault]
	country = country_name(iso_country(error.country), frappe.local.lang)
	example = _("A correct one looks like this: {0}").format(frappe.bold(error.example))
	return f"{message.format(frappe.bold(frappe.utils.escape_html(vat_id)), country)} {example}"

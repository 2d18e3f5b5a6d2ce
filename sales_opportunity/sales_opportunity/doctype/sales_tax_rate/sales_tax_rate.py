import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.inputs.documents import CheckedDocument


class UsedTaxRateError(frappe.ValidationError):
	pass


class SalesTaxRate(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		is_default: DF.Check
		rate: DF.Percent
		tax_rate_name: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_rate()
		self.validate_unused()

	def on_update(self) -> None:
		self.keep_one_default()

	def validate_rate(self) -> None:
		"""Raise `frappe.ValidationError` for a rate below 0 or above 100 %."""
		if not 0 <= (self.rate or 0) <= 100:
			frappe.throw(_("The tax rate must lie between 0 and 100 %."))

	def validate_unused(self) -> None:
		"""Raise `UsedTaxRateError` if the percentage changes of a tax that an issued quote was calculated with."""
		before = self.get_doc_before_save()
		if not before or flt(before.rate) == flt(self.rate):
			return
		row = frappe.db.get_value("Quote Item", {"tax_rate": self.name, "docstatus": 1}, "parent")
		quote = row or frappe.db.get_value("Quote", {"freight_tax_rate": self.name, "docstatus": 1})
		if quote:
			frappe.throw(
				_(
					"Quote {0} was issued with this tax rate: its percentage can no longer change. Make a new tax rate and disable this one."
				).format(frappe.bold(quote)),
				UsedTaxRateError,
			)

	def keep_one_default(self) -> None:
		"""Let no other rate be the default if this one is."""
		if self.is_default:
			frappe.db.set_value(
				"Sales Tax Rate", {"name": ("!=", self.name), "is_default": 1}, "is_default", 0
			)

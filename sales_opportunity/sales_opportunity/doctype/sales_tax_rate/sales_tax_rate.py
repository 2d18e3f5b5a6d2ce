import frappe
from frappe import _

from sales_opportunity.inputs import CheckedDocument


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

	def validate(self):
		self.validate_rate()

	def on_update(self):
		self.keep_one_default()

	def validate_rate(self):
		if not 0 <= (self.rate or 0) <= 100:
			frappe.throw(_("The tax rate must lie between 0 and 100 %."))

	def keep_one_default(self):
		if self.is_default:
			frappe.db.set_value(
				"Sales Tax Rate", {"name": ("!=", self.name), "is_default": 1}, "is_default", 0
			)


def default_tax_rate() -> str | None:
	"""Return the name of the tax rate that applies where an item has none of its own."""
	return frappe.db.get_value("Sales Tax Rate", {"is_default": 1, "disabled": 0})

from sales_opportunity.access.child_rows import ChildRow


class QuoteTax(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rate: DF.Percent
		tax_amount: DF.Currency
		tax_rate: DF.Link | None
		taxable_amount: DF.Currency
	# end: auto-generated types

from sales_opportunity.access.child_rows import ChildRow


class SalesItemPrice(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		currency: DF.Link | None
		includes_tax: DF.Check
		minimum_quantity: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		partner_group: DF.Link | None
		price: DF.Currency
		valid_from: DF.Date | None
		valid_to: DF.Date | None
	# end: auto-generated types

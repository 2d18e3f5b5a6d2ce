from sales_opportunity.access.child_rows import ChildRow


class QuoteReleaseRule(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount_above: DF.Currency
		class_id: DF.Link | None
		discount_from: DF.Percent
		margin_below: DF.Percent
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		role: DF.Autocomplete
	# end: auto-generated types

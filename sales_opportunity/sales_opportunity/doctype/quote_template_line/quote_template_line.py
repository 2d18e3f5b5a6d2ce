from sales_opportunity.masters.adapters import ItemRow


class QuoteTemplateLine(ItemRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		deduction: DF.Literal["", "Trade-In", "Credit"]
		description: DF.TextEditor | None
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		is_quantity_open: DF.Check
		item: DF.DynamicLink | None
		item_name: DF.Data | None
		item_type: DF.Link | None
		max_quantity: DF.Float
		min_quantity: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		periods: DF.Int
		quantity: DF.Float
		recurrence: DF.Literal["", "Monthly", "Quarterly", "Yearly"]
		row_type: DF.Literal["Priced", "Optional", "Alternative", "Heading", "Text", "Subtotal"]
		unit: DF.Link | None
	# end: auto-generated types

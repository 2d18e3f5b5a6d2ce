from sales_opportunity.masters.adapters import ItemRow


class FulfilmentRequestItem(ItemRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		base_amount: DF.Currency
		deduction: DF.Literal["", "Trade-In", "Credit"]
		delivery_date: DF.Date | None
		description: DF.TextEditor | None
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		item: DF.DynamicLink | None
		item_name: DF.Data | None
		item_type: DF.Link | None
		opportunity_item: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		periods: DF.Int
		quantity: DF.Float
		rate: DF.Currency
		recurrence: DF.Literal["", "Monthly", "Quarterly", "Yearly"]
		service_start: DF.Date | None
		sold_quantity: DF.Float
		tax_rate: DF.Link | None
		unit: DF.Link | None
	# end: auto-generated types

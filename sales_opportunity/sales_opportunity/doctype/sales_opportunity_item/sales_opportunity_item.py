from sales_opportunity.inputs.documents import ServerAttribute
from sales_opportunity.masters.adapters import ItemRow


class SalesOpportunityItem(ItemRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		base_amount: DF.Currency
		base_net_amount: DF.Currency
		deduction: DF.Literal["", "Trade-In", "Credit"]
		delivery_date: DF.Date | None
		description: DF.TextEditor | None
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		is_price_agreed: DF.Check
		item: DF.DynamicLink
		item_name: DF.Data | None
		item_type: DF.Link
		list_discount: DF.Percent
		list_price: DF.Currency
		margin_amount: DF.Currency
		margin_percentage: DF.Percent
		net_amount: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		periods: DF.Int
		price_source: DF.Data | None
		quantity: DF.Float
		rate: DF.Currency
		recurrence: DF.Literal["", "Monthly", "Quarterly", "Yearly"]
		service_start: DF.Date | None
		tax_rate: DF.Link | None
		unit: DF.Link | None
		unit_cost: DF.Currency
	# end: auto-generated types

	is_carried = ServerAttribute(bool, default=False)
	"""Whether the server has given the row cost and list price from another document, whoever is at work."""

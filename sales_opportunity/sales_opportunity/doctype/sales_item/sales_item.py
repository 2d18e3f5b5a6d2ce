from sales_opportunity.inputs.documents import CheckedDocument


class SalesItem(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_item_translation.sales_item_translation import (
			SalesItemTranslation,
		)

		description: DF.TextEditor | None
		disabled: DF.Check
		image: DF.AttachImage | None
		item_code: DF.Data
		item_group: DF.Link | None
		item_name: DF.Data
		kind: DF.Literal["Goods", "Service"]
		lead_time_days: DF.Int
		periods: DF.Int
		price: DF.Currency
		recurrence: DF.Literal["", "Monthly", "Quarterly", "Yearly"]
		tax_rate: DF.Link | None
		translations: DF.Table[SalesItemTranslation]
		unit: DF.Link
	# end: auto-generated types

from sales_opportunity.access.child_rows import ChildRow


class SalesTaxSentence(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		country: DF.Link | None
		language: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		sentence: DF.SmallText
		tax_treatment: DF.Literal[
			"Domestic",
			"Reverse Charge",
			"EU Supply",
			"Export Supply",
			"Place of Supply Abroad",
			"Small Business",
		]
	# end: auto-generated types

from sales_opportunity.access.child_rows import ChildRow


class QuoteCheck(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal["Warn", "Block", "Off"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rule: DF.Literal[
			"Company Address",
			"Register Data",
			"Managing Directors",
			"Company Tax Number",
			"Customer Address",
			"Validity Passed",
			"Quote Dated Ahead",
			"Binding and Not Binding",
			"Small Business with VAT",
			"Customer's VAT ID",
			"VAT ID of Another Member State",
			"Reverse Charge at Home",
			"Reverse Charge outside of the EU",
			"Company's VAT ID",
			"Domestic Tax Abroad",
			"Untaxed at Home",
			"EU Supply outside of the EU",
			"Export into the EU",
			"Services within the EU",
			"Standard Text Missing",
			"Price of 0",
			"Figures Cut Off",
			"Text Cut Off",
			"Picture Missing",
			"Letters without Font",
		]
	# end: auto-generated types

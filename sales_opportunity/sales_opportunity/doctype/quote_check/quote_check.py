from frappe.model.document import Document


class QuoteCheck(Document):
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
			"Company's VAT ID",
			"Domestic Tax Abroad",
			"Untaxed at Home",
			"Price of 0",
		]
	# end: auto-generated types

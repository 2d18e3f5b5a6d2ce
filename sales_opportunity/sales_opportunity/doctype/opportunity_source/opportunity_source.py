from sales_opportunity.inputs.documents import CheckedDocument


class OpportunitySource(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		description: DF.SmallText | None
		enabled: DF.Check
		source_name: DF.Data
	# end: auto-generated types

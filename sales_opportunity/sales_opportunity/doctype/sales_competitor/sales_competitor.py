from sales_opportunity.inputs.documents import CheckedDocument


class SalesCompetitor(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		competitor_name: DF.Data
		notes: DF.TextEditor | None
		website: DF.Data | None
	# end: auto-generated types

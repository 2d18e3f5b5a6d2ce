from sales_opportunity.inputs.documents import CheckedDocument


class SalesUnit(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		unit_name: DF.Data
		whole_numbers_only: DF.Check
	# end: auto-generated types

from sales_opportunity.access.child_rows import ChildRow


class QuoteDocument(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		file_size: DF.Int
		kept_file: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		sha256: DF.Data | None
		source: DF.SmallText | None
		title: DF.Data | None
	# end: auto-generated types

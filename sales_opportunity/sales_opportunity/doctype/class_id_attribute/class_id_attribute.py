from sales_opportunity.access.child_rows import ChildRow


class ClassIDAttribute(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attribute_type: DF.Literal["Text", "Number", "Date", "Choice"]
		choices: DF.SmallText | None
		fieldname: DF.Data | None
		label: DF.Data
		mandatory_from: DF.Link | None
		not_in_filters: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types

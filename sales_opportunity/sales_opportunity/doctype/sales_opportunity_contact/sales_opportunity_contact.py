from sales_opportunity.access.child_rows import ChildRow


class SalesOpportunityContact(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		contact: DF.Link | None
		email: DF.Data | None
		is_primary: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party: DF.DynamicLink | None
		party_type: DF.Link | None
		person_name: DF.Data | None
		role: DF.Literal["", "Decides", "Uses", "Influences", "Buys", "Blocks"]
	# end: auto-generated types

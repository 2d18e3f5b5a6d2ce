from sales_opportunity.access.child_rows import ChildRow


class SalesOpportunityStageLog(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		changed_by: DF.Link | None
		changed_on: DF.Datetime | None
		from_stage: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		probability: DF.Percent
		seconds_in_stage: DF.Duration | None
		to_stage: DF.Link | None
		weighted_amount: DF.Currency
	# end: auto-generated types
